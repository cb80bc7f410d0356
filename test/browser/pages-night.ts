import type { Service } from "../e2e/service.ts";

const FLOW = `version: v1
type: flow
steps:
  - { type: pass, name: first }
  - type: choice
    name: isLarge
    choices:
      - { condition: "$.count > 10", goto: last }
    default: { goto: refuse }
  - { type: fail, name: refuse, error: TooSmall, cause: nothing to do }
  - { type: pass, name: last }
`;
const ASKS = `version: v1
type: flow
steps:
  - type: task
    name: approve
    resourceArn: acs:mns:::/topics/news/messages
    pattern: waitForCallback
    inputMappings: [{ target: token, source: $context.task.token }]
    serviceParams: { MessageBody: $ }
`;
/** As long as names may be. */
export const LONG = "a-name-as-long-as-names-may-be-".padEnd(128, "0123456789");

/** What ran in the night, beside what is looked at. */
const JOBS = Array.from({ length: 20 }, (_, nth) => `job-${nth}`);

/** Something of everything that a page shows, in a night in which not all went well. */
export async function playNight(service: Service): Promise<void> {
  for (const name of ["night", LONG]) {
    await service.call("PUT", `/v1/flows/${name}`, { definition: FLOW, description: "夜间检查" });
    await service.call("POST", `/v1/flows/${name}/executions?wait=10`, {
      name: "small",
      input: { count: 3 },
    });
    await service.call("POST", `/v1/flows/${name}/executions?wait=10`, { name: LONG, input: { count: 30 } });
  }
  await service.call("PUT", "/v1/flows/night/schedules/nightly", {
    cron: "30 2 * * *",
    timeZone: "Europe/Berlin",
    expect: { endWithinSeconds: 2700 },
  });
  await Promise.all(JOBS.map((job) => runJob(service, job)));
  await service.call("PUT", "/v1/queues/gpu", {});
  await service.call("PUT", "/v1/queues/mail", {});
  await service.call("PUT", "/v1/topics/news", {});
  await service.call("PUT", "/v1/topics/news/subscriptions/mail-room", { endpoint: { queue: "mail" } });
  await service.call("PUT", "/v1/flows/refunds", { definition: ASKS });
  await service.call("POST", "/v1/flows/refunds/executions", { name: LONG });
  await service.call("POST", "/v1/queues/mail/send", { messages: [{ body: "打不开的信" }, { body: LONG }] });
  const work = (body: object) =>
    service.call("POST", "/v1/queues/mail/work", { worker: "north", session: "s1", ...body });
  const { messages } = (await work({ max: 2, waitSeconds: 10 })).body;
  await work({
    max: 0,
    bury: messages.map(({ receipt }: { receipt: string }) => ({ receipt, reason: "not JSON" })),
  });
  await service.call("POST", "/v1/doctor", {});
  // What the flows would tell at the end of a pause.
  await service.call("POST", "/v1/board/rebuild");
}

async function runJob(service: Service, job: string): Promise<void> {
  await service.call("PUT", `/v1/flows/${job}`, {
    definition: "version: v1\ntype: flow\nsteps: [{type: pass, name: work}]\n",
  });
  await service.call("PUT", `/v1/flows/${job}/schedules/nightly`, { cron: "0 3 * * *" });
  await service.call("POST", `/v1/flows/${job}/schedules/nightly/run`, {});
  await service.call("PUT", `/v1/queues/${job}`, {});
}
