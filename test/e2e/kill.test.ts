import { afterAll, beforeAll, expect, test } from "vitest";
import { FAN_OUT, fanOutInput } from "../support/flows.ts";
import { Service } from "./service.ts";

const ITEMS = 600;
const KILLS = 3;
const EXECUTION = "/v1/flows/fan/executions/run";

let service: Service;

beforeAll(async () => {
  service = await Service.start();
});

afterAll(() => service.stop());

interface Turn {
  readonly verdicts: readonly { readonly ok: boolean; readonly code?: string }[];
  readonly messages: readonly { readonly body: string; readonly receipt: string }[];
}

/** Works until it is told to stop; keeps the tokens whose reports were accepted, and those refused as repeats. */
async function work(
  name: string,
  isOver: () => boolean,
  accepted: string[],
  repeated: string[],
): Promise<void> {
  let reports: { token: string; receipt: string; output: object }[] = [];
  while (!isOver()) {
    const body = { reports, max: 5, waitSeconds: 2, leaseSeconds: 5, worker: name };
    const answer = await service.call("POST", "/v1/queues/workers/work", body).catch(() => undefined);
    if (answer?.status !== 200) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    const { verdicts, messages } = answer.body as Turn;
    for (const [position, { ok }] of verdicts.entries())
      (ok ? accepted : repeated).push(reports[position]?.token ?? "");
    reports = messages.map((message) => {
      const task = JSON.parse(message.body) as { task_token: string; worker_name: string };
      return { token: task.task_token, receipt: message.receipt, output: { name: task.worker_name } };
    });
  }
}

test("kill -9 of everything, several times in the middle of a fan-out, loses nothing that was accepted", async () => {
  await service.call("PUT", "/v1/queues/workers", {});
  await service.call("PUT", "/v1/flows/fan", FAN_OUT);
  const started = await service.call("POST", "/v1/flows/fan/executions", {
    name: "run",
    input: fanOutInput(ITEMS),
  });
  expect(started.status).toBe(201);

  let isOver = false;
  const accepted: string[] = [];
  const repeated: string[] = [];
  const workers = ["a", "b", "c", "d"].map((name) => work(name, () => isOver, accepted, repeated));
  for (let killed = 1; killed <= KILLS; killed++) {
    while (accepted.length < (killed * ITEMS) / (KILLS + 2))
      await new Promise((resolve) => setTimeout(resolve, 5));
    await service.kill();
    await service.start();
  }
  const head = await service.ended(EXECUTION);
  isOver = true;
  await Promise.all(workers);

  const names = Array.from({ length: ITEMS }, (_, index) => ({ name: `worker${index}` }));
  expect(head).toMatchObject({ status: "Succeeded", output: { results: names } });
  // What was answered with yes stays; a report that got no answer may have been taken, and is then refused as a repeat.
  expect(new Set(accepted).size).toBe(accepted.length);
  expect(new Set([...accepted, ...repeated]).size).toBe(ITEMS);

  const events: { eventId: number; type: string; stepPath: string }[] = [];
  for (let cursor = "0"; cursor !== undefined;) {
    const { body } = await service.call("GET", `${EXECUTION}/history?limit=1000&after=${cursor}`);
    events.push(...body.items);
    cursor = body.cursor;
  }
  expect(events.map(({ eventId }) => eventId)).toEqual(events.map((_, index) => index + 1));
  expect(events.filter(({ type }) => type === "TaskSucceeded")).toHaveLength(ITEMS);
  expect(events.at(-1)?.type).toBe("ExecutionSucceeded");
  expect((await service.call("GET", "/v1/queues/workers")).body.depth).toMatchObject({ ready: 0 });
});
