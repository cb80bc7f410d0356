import { expect, test, vi } from "vitest";
import { flowOf } from "../support/flows.ts";
import { call, unique } from "./call.ts";

const STEP = (prefix: string) =>
  `{type: task, name: job, resourceArn: "acs:mns:::/queues/${prefix}-{$.machine}/messages", pattern: waitForCallback, timeoutSeconds: 600, serviceParams: {MessageBody: $.machine}, catch: [{errors: [MNS.QueueNotExist, MNS.InvalidQueueName], goto: missed}]}`;

async function stepsOf(path: string, index: number): Promise<unknown> {
  const { body } = await call("GET", `${path}/steps?parent=${encodeURIComponent(`all[${index}]`)}`);
  return body.items;
}

test("one flow serves a queue for each machine: each gets its own tasks, and one without a queue is told", async () => {
  const prefix = unique("host");
  const flow = unique("flow");
  for (const machine of ["west", "east"]) await call("PUT", `/v1/queues/${prefix}-${machine}`, {});
  const all = `{type: foreach, name: all, iterationMapping: {collection: $.machines, item: machine}, outputMappings: [{target: results, source: "$local[*]"}], steps: [${STEP(prefix)}, {type: succeed, name: done}, {type: pass, name: missed, outputMappings: [{target: missed, source: $input.machine}]}]}`;
  expect((await call("PUT", `/v1/flows/${flow}`, flowOf(all))).status).toBe(201);
  const machines = ["west", "east", "north", "no such name", "west"];
  await call("POST", `/v1/flows/${flow}/executions`, { name: "run", input: { machines } });
  const path = `/v1/flows/${flow}/executions/run`;

  for (const [machine, indexes] of [
    ["west", [0, 4]],
    ["east", [1]],
  ] as const) {
    const queue = `${prefix}-${machine}`;
    for (const index of indexes) {
      const { body } = await call("POST", `/v1/queues/${queue}/work`, { waitSeconds: 10, session: "s" });
      const [{ task, receipt, body: sent }] = body.messages;
      expect({ sent, path: task.path }).toEqual({ sent: machine, path: `all[${index}]/job` });
      expect(await stepsOf(path, index)).toMatchObject([{ name: "job", queue }]);
      const { body: head } = await call("GET", path);
      expect(head.waitingFor).toContainEqual(
        expect.objectContaining({ path: task.path, waitsFor: "report", queue }),
      );
      const reports = [{ token: task.token, receipt, output: { done: machine } }];
      const turn = await call("POST", `/v1/queues/${queue}/work`, { reports, max: 0, session: "s" });
      expect(turn.body.verdicts).toMatchObject([{ ok: true }]);
    }
  }
  const { body: ended } = await vi.waitFor(async () => {
    const head = await call("GET", path);
    expect(head.body.status).toBe("Succeeded");
    return head;
  });
  const results = [{ done: "west" }, { done: "east" }, { missed: "north" }, { missed: "no such name" }];
  expect(ended.output.results).toEqual([...results, { done: "west" }]);
  const closed = { name: "job", status: "Succeeded", queue: `${prefix}-east` };
  expect(await stepsOf(path, 1)).toMatchObject([closed, { name: "done" }]);
});

test("the message of a task whose execution is stopped leaves the queue that the task chose", async () => {
  const prefix = unique("host");
  const flow = unique("flow");
  await call("PUT", `/v1/queues/${prefix}-7`, {});
  await call("PUT", `/v1/flows/${flow}`, flowOf(STEP(prefix), "{type: pass, name: missed}"));
  await call("POST", `/v1/flows/${flow}/executions`, { name: "run", input: { machine: 7 } });
  const depth = async () => (await call("GET", `/v1/queues/${prefix}-7`)).body.depth.ready as number;
  await vi.waitFor(async () => expect(await depth()).toBe(1));
  await call("POST", `/v1/flows/${flow}/executions/run/stop`, {});
  await vi.waitFor(async () => expect(await depth()).toBe(0));
});
