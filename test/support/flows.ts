/** The tutorial's flow, with the outputMappings that bring the results out. */
export const FAN_OUT = `
version: v1
type: flow
steps:
  - type: foreach
    name: workersForeach
    iterationMapping: { collection: $.payload.workers, item: workerName }
    steps:
      - type: task
        name: workerTask
        resourceArn: acs:mns:::/queues/workers/messages
        pattern: waitForCallback
        inputMappings:
          - { target: task_token, source: $context.task.token }
          - { target: worker_name, source: $input.workerName }
        serviceParams: { MessageBody: $, Priority: 1 }
    outputMappings: [{ target: results, source: "$local[*]" }]
`;

export function fanOutInput(count: number) {
  return { payload: { workers: Array.from({ length: count }, (_, index) => `worker${index}`) } };
}

/** A flow of steps that are given as YAML or JSON text, one a line. */
export function flowOf(...steps: string[]): string {
  return ["version: v1", "type: flow", "steps:", ...steps.map((step) => `  - ${step}`)].join("\n");
}

/** A task step on queue "work" that waits for its report. */
export function taskStep(name: string, more = ""): string {
  const rest = more === "" ? "" : `, ${more}`;
  return `{type: task, name: ${name}, resourceArn: "acs:mns:::/queues/work/messages", pattern: waitForCallback, serviceParams: {MessageBody: $}${rest}}`;
}
