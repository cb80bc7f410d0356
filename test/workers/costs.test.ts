import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { type Units, perThousand, readUnits, rowsBilled, unitsBetween } from "../bench/units.ts";
import { FAN_OUT, fanOutInput } from "../support/flows.ts";
import { call, unique } from "./call.ts";
import { type Connected, connect } from "./connected.ts";

const TASKS = 400;
const LOOPS = 8;

async function metrics(): Promise<string> {
  return (await call("GET", "/metrics")).body as string;
}

async function units(): Promise<Units> {
  return readUnits(await metrics());
}

/** Rows as they are billed that objects of one class wrote, as the metrics have it. */
function rowsOfClass(text: string, name: string): number {
  const lines = text.split("\n").filter((line) => line.includes(`"${name}"`));
  return rowsBilled(readUnits(lines.join("\n")));
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
  readonly verdicts: readonly { readonly ok: boolean }[];
  readonly messages: readonly { readonly body: string; readonly receipt: string }[];
}

/** Calls of one worker until so many tasks are reported by all. */
async function workOff(queue: string, state: { left: number }, max: number, worker: string): Promise<void> {
  let reports: object[] = [];
  while (state.left > 0) {
    const asked = { reports, max, waitSeconds: 1, worker };
    const { body } = await call("POST", `/v1/queues/${queue}/work`, asked);
    const { verdicts, messages } = body as Turn;
    // What an object that has much to do did not take is reported again.
    const untaken = reports.filter((_, index) => !verdicts[index]?.ok);
    state.left -= reports.length - untaken.length;
    const taken = messages.map(({ body: text, receipt }) => {
      const { task_token: token } = JSON.parse(text) as { task_token: string };
      return { token, receipt, output: { done: true } };
    });
    reports = [...untaken, ...taken];
  }
}

/** Works through a queue, or those of so many kinds of workers, with so many loops until the execution has ended. */
async function fanOut(
  flow: string,
  queueName: string,
  tasks: number,
  loops: number,
  max: number,
  kinds = 0,
  name = "run",
): Promise<void> {
  const path = `/v1/flows/${flow}/executions`;
  const workers = fanOutInput(tasks).payload.workers.map((worker, nth) =>
    kinds === 0 ? worker : `worker${nth % kinds}`,
  );
  await call("POST", path, { name, input: { payload: { workers } } });
  const state = { left: tasks };
  const loop = (index: number) => {
    const queue = kinds === 0 ? queueName : `${queueName}-worker${index % kinds}`;
    return workOff(queue, state, max, `w${index}`);
  };
  await Promise.all(Array.from({ length: loops }, (_, index) => loop(index)));
  const { body } = await call("GET", `${path}/${name}?wait=10`);
  expect(body).toMatchObject({ status: "Succeeded" });
}

// The first here: what the others begin goes on for a while.
describe("what workers cost that wait", () => {
  test("is no row, however often they call, but one now and then for a hundred of them", async () => {
    const rowsOfBoard = async () => rowsOfClass(await metrics(), "BoardObject");
    const { queue } = await prepare();
    const untold = await rowsOfBoard();
    const names = Array.from({ length: 20 }, (_, nth) => `w${nth}`);
    const poll = (worker: string) =>
      call("POST", `/v1/queues/${queue}/work`, { worker, session: `of ${worker}`, waitSeconds: 0 });
    await Promise.all(names.map((worker) => poll(worker)));
    // The board is told of a new queue after two seconds, and of what follows after minutes.
    await vi.waitFor(async () => expect(await rowsOfBoard()).toBeGreaterThan(untold), { timeout: 20_000 });
    const before = await units();
    for (let round = 0; round < 5; round++) await Promise.all(names.map((worker) => poll(worker)));
    const cost = unitsBetween(before, await units());
    // A row of workers, and an alarm.
    expect(rowsBilled(cost)).toBeLessThanOrEqual(3);
    expect(cost.workerRequests).toBe(100 + 1);
  });
});

describe("what 1,000 tasks cost", () => {
  test.each([
    { way: "one a call", max: 1, kinds: 0, rows: 900, objectRequests: 1400, workerRequests: 1100 },
    { way: "ten a call", max: 10, kinds: 0, rows: 170, objectRequests: 230, workerRequests: 150 },
    {
      way: "ten a call, four queues by data",
      max: 10,
      kinds: 4,
      rows: 250,
      objectRequests: 300,
      workerRequests: 160,
    },
  ])(
    "$way: at most $rows rows, $objectRequests object requests, $workerRequests Worker requests",
    async (most) => {
      const { flow, queue } = await prepare(most.kinds);
      // Queues that were used before: their tables are there.
      await fanOut(flow, queue, LOOPS, LOOPS, most.max, most.kinds, "first");
      const before = await units();
      await fanOut(flow, queue, TASKS, LOOPS, most.max, most.kinds);
      const cost = perThousand(unitsBetween(before, await units()), TASKS);
      expect(rowsBilled(cost)).toBeLessThanOrEqual(most.rows);
      expect(cost.objectRequests).toBeLessThanOrEqual(most.objectRequests);
      expect(cost.workerRequests).toBeLessThanOrEqual(most.workerRequests);
    },
  );
});

describe("what 1,000 tasks cost over sockets", () => {
  /** A worker with one slot: what it is given it reports with its next frame. */
  async function overSocket(worker: Connected, state: { left: number }): Promise<void> {
    worker.say({ take: 1 });
    while (state.left > 0) {
      const { messages = [] } = await worker.next();
      const reports = (messages as Turn["messages"]).map(({ body, receipt }) => {
        const { task_token: token } = JSON.parse(body) as { task_token: string };
        return { token, receipt, output: { done: true } };
      });
      state.left -= reports.length;
      if (reports.length > 0) worker.say({ reports, take: 1 });
    }
  }

  test("is a frame a task, of which twenty are a request, and no request of the Worker", async () => {
    const { flow, queue } = await prepare();
    const workers = await Promise.all(
      Array.from({ length: LOOPS }, (_, nth) => connect(queue, { worker: `w${nth}` })),
    );
    const before = await units();
    const path = `/v1/flows/${flow}/executions`;
    await call("POST", path, { name: "run", input: fanOutInput(TASKS) });
    const state = { left: TASKS };
    // Who is given nothing more waits on.
    await Promise.race(workers.map((worker) => overSocket(worker, state)));
    expect((await call("GET", `${path}/run?wait=20`)).body).toMatchObject({ status: "Succeeded" });
    const cost = perThousand(unitsBetween(before, await units()), TASKS);
    for (const worker of workers) worker.cut();
    expect(rowsBilled(cost)).toBeLessThanOrEqual(800);
    expect(cost.objectRequests).toBeLessThanOrEqual(400);
    expect(cost.workerRequests).toBeLessThanOrEqual(20);
  });
});

describe("what small executions cost, of three tasks each", () => {
  const EXECUTIONS = 40;
  const AT_ONCE = 20;

  async function manyAtOnce(flow: string, queue: string): Promise<void> {
    let next = 0;
    const starter = async () => {
      while (next < EXECUTIONS) {
        const path = `/v1/flows/${flow}/executions`;
        const name = `run-${next++}`;
        await call("POST", path, { name, input: fanOutInput(3) });
        const { body } = await call("GET", `${path}/${name}?wait=20`);
        expect(body).toMatchObject({ status: "Succeeded" });
      }
    };
    const state = { left: 3 * EXECUTIONS };
    const workers = Array.from({ length: LOOPS }, (_, index) => workOff(queue, state, 1, `w${index}`));
    await Promise.all([...Array.from({ length: AT_ONCE }, starter), ...workers]);
  }

  test("is few rows of each object: the execution's own, its flow's and its queue's", async () => {
    const { flow, queue } = await prepare();
    const classes = {
      // Its table, and a row for the start, the sent tasks and each report, when each comes alone.
      ExecutionObject: 8,
      FlowObject: 4.5,
      QueueObject: 1.5,
    };
    const before = await metrics();
    await manyAtOnce(flow, queue);
    const after = await metrics();
    for (const [name, most] of Object.entries(classes)) {
      const rows = rowsOfClass(after, name) - rowsOfClass(before, name);
      expect(rows, name).toBeGreaterThan(0);
      expect(rows, name).toBeLessThanOrEqual(most * EXECUTIONS);
    }
  });
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
    // A table is entered and completed: two rows of the schema. Nothing else was ever written over.
    expect(body.usage.rowsWritten - rows).toBe(2);
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
    Number(storage.sql.exec("SELECT count(*) AS n FROM journal").one().n),
  );
}
