import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { type Units, perThousand, readUnits, rowsBilled, unitsBetween } from "../bench/units.ts";
import { FAN_OUT, fanOutInput } from "../support/flows.ts";
import { call, unique } from "./call.ts";

const TASKS = 400;
const LOOPS = 8;

async function units(): Promise<Units> {
  const { body } = await call("GET", "/metrics");
  return readUnits(body as string);
}

/** With kinds of workers each of them has a queue of its own, which the tasks choose by their input. */
async function prepare(kinds = 0): Promise<{ flow: string; queue: string }> {
  const [flow, queue] = [unique("flow"), unique("queue")];
  const names = Array.from({ length: kinds }, (_, kind) => `${queue}-worker${kind}`);
  for (const name of kinds === 0 ? [queue] : names) await call("PUT", `/v1/queues/${name}`, {});
  const chosen = kinds === 0 ? queue : `${queue}-{$.worker_name}`;
  const definition = FAN_OUT.replace("queues/workers/", `queues/${chosen}/`);
  const window = "name: workersForeach\n    concurrency: 10000";
  await call("PUT", `/v1/flows/${flow}`, definition.replace("name: workersForeach", window));
  return { flow, queue };
}

interface Turn {
  readonly messages: readonly { readonly body: string; readonly receipt: string }[];
}

/** Works through a queue, or those of so many kinds of workers, with so many loops until the execution has ended. */
async function fanOut(
  flow: string,
  queueName: string,
  tasks: number,
  loops: number,
  max: number,
  kinds = 0,
): Promise<void> {
  const path = `/v1/flows/${flow}/executions`;
  const workers = fanOutInput(tasks).payload.workers.map((name, nth) =>
    kinds === 0 ? name : `worker${nth % kinds}`,
  );
  await call("POST", path, { name: "run", input: { payload: { workers } } });
  let left = tasks;
  const loop = async (worker: string, index: number) => {
    const queue = kinds === 0 ? queueName : `${queueName}-worker${index % kinds}`;
    let reports: object[] = [];
    while (left > 0) {
      const asked = { reports, max, waitSeconds: 1, worker };
      const { body } = await call("POST", `/v1/queues/${queue}/work`, asked);
      left -= reports.length;
      reports = (body as Turn).messages.map(({ body: text, receipt }) => {
        const { task_token: token } = JSON.parse(text) as { task_token: string };
        return { token, receipt, output: { done: true } };
      });
    }
  };
  await Promise.all(Array.from({ length: loops }, (_, index) => loop(`w${index}`, index)));
  const { body } = await call("GET", `${path}/run?wait=10`);
  expect(body).toMatchObject({ status: "Succeeded" });
}

// The first here: what others began goes on for a while.
describe("what workers cost that wait", () => {
  test("is no row, however often they call, but one now and then for a hundred of them, and what the board is told", async () => {
    const { queue } = await prepare();
    const names = Array.from({ length: 20 }, (_, nth) => `w${nth}`);
    const poll = (worker: string) =>
      call("POST", `/v1/queues/${queue}/work`, { worker, session: `of ${worker}`, waitSeconds: 0 });
    await Promise.all(names.map((worker) => poll(worker)));
    const before = await units();
    for (let round = 0; round < 5; round++) await Promise.all(names.map((worker) => poll(worker)));
    const cost = unitsBetween(before, await units());
    // A row of workers; and an alarm and a row of the board that hears of them.
    expect(rowsBilled(cost)).toBeLessThanOrEqual(3);
    expect(cost.workerRequests).toBe(100 + 1);
  });
});

describe("what 1,000 tasks cost", () => {
  test.each([
    { way: "one a call", max: 1, kinds: 0, rows: 1500, objectRequests: 2300, workerRequests: 1100 },
    { way: "ten a call", max: 10, kinds: 0, rows: 250, objectRequests: 300, workerRequests: 150 },
    {
      way: "ten a call, four queues by data",
      max: 10,
      kinds: 4,
      rows: 250,
      objectRequests: 350,
      workerRequests: 200,
    },
  ])(
    "$way: at most $rows rows, $objectRequests object requests, $workerRequests Worker requests",
    async (most) => {
      const { flow, queue } = await prepare(most.kinds);
      const before = await units();
      await fanOut(flow, queue, TASKS, LOOPS, most.max, most.kinds);
      const cost = perThousand(unitsBetween(before, await units()), TASKS);
      expect(rowsBilled(cost)).toBeLessThanOrEqual(most.rows);
      expect(cost.objectRequests).toBeLessThanOrEqual(most.objectRequests);
      expect(cost.workerRequests).toBeLessThanOrEqual(most.workerRequests);
    },
  );
});

describe("what is counted", () => {
  test("are the requests that were made and the rows that came to be", async () => {
    const { flow, queue } = await prepare();
    const before = await units();
    await fanOut(flow, queue, 12, 1, 1);
    const cost = unitsBetween(before, await units());
    // The start, twelve turns with a report, the first one without, the look at the end, the metrics; a batch of the transport queue.
    expect(cost.workerRequests).toBe(1 + 12 + 1 + 1 + 1 + 1);
    expect(cost.transportOperations).toBe(3);
    const rows = await rowsOf(flow);
    expect(rows).toBeGreaterThan(10);
    const { body } = await call("GET", `/v1/flows/${flow}/executions/run`);
    // Each table is entered and completed: two rows of the schema. Nothing else was ever written over.
    const tables = 3;
    expect(body.usage.rowsWritten - rows).toBe(2 * tables);
  });

  test("a few tasks go straight to their queue", async () => {
    const { flow, queue } = await prepare();
    const before = await units();
    await fanOut(flow, queue, 10, 1, 1);
    const cost = unitsBetween(before, await units());
    expect(cost).toMatchObject({ transportOperations: 0, workerRequests: 1 + 10 + 1 + 1 + 1 });
  });

  test("is kept with the execution when its object leaves the memory", async () => {
    const { flow, queue } = await prepare();
    await fanOut(flow, queue, 12, 1, 1);
    const path = `/v1/flows/${flow}/executions/run`;
    const { usage: live } = (await call("GET", path)).body;
    await evictDurableObject(env.EXECUTIONS.getByName(`${flow}~1~run`));
    const { usage: kept } = (await call("GET", path)).body;
    expect(kept.rowsWritten).toBe(live.rowsWritten);
    expect(kept.transportOperations).toBe(3);
    // Twelve reports, the confirmation of the batch, the start; whoever only looked after the last commit is forgotten.
    expect(kept.requests).toBeGreaterThanOrEqual(14);
    expect(kept.requests).toBeLessThanOrEqual(live.requests + 1);
  });
});

function rowsOf(flow: string): Promise<number> {
  return runInDurableObject(env.EXECUTIONS.getByName(`${flow}~1~run`), (_, { storage }) =>
    ["journal", "cell", "migration"]
      .map((table) => Number(storage.sql.exec(`SELECT count(*) AS n FROM ${table}`).one().n))
      .reduce((sum, rows) => sum + rows, 0),
  );
}
