/** Stored once for all imported lines, and whoever's who stores it from then on: it may be changed. */
export const COMMAND_FLOW = "command";
/** Where workers find what they are to run. */
export const COMMAND_QUEUE = "commands";

export const COMMAND_DEFINITION = `# Runs one command on one machine: a worker of that name takes it from the queue "${COMMAND_QUEUE}".
version: v1
type: flow
steps:
  - type: task
    name: run
    resourceArn: acs:mns:::/queues/${COMMAND_QUEUE}/messages
    pattern: waitForCallback
    inputMappings:
      - target: job
        source: $input.payload
    serviceParams:
      MessageBody: $.job
      Worker: $.job.host
      LostAfter: 1
`;
