import { beforeEach, describe, expect, test } from "vitest";
import { jsonSize } from "../../../src/core/json.ts";
import { DESCRIPTION_LENGTH } from "../../../src/core/limits.ts";
import {
  BOARD_DIGEST_BYTES,
  BOARD_HURRY_MS,
  BOARD_LIST_BYTES,
  BOARD_WORKERS_TOLD,
  WORKER_FAILING_IN_A_ROW,
} from "../../../src/core/view-limits.ts";
import { MemoryQueueStore } from "../../support/memory-queue-store.ts";
import { QueueRun } from "../../support/queue-run.ts";

const PAUSE_MS = 30_000;
const KIB = 1024;

let run: QueueRun;

beforeEach(() => {
  run = new QueueRun(new MemoryQueueStore());
});

function telling() {
  return run.machine.telling(run.now, "jobs")?.telling;
}

/** When the board is to be told, if at all. */
function due(): number[] {
  const asked = run.machine.effects.takeNew().filter(({ kind }) => kind === "tellBoard");
  return asked.filter((effect) => run.machine.effects.isPending(effect)).map(({ since }) => since);
}

function told(stand = run.machine.telling(run.now, "jobs")?.stand ?? ""): void {
  run.do({ type: "boardTold", stand, pauseMs: PAUSE_MS });
}

describe("the board is told of a queue", () => {
  test("at once of a change, and of the next ones together at the end of the pause", () => {
    expect(due()).toEqual([run.now]);
    told();
    const pauseEnds = run.now + PAUSE_MS;
    expect(due()).toEqual([]);
    run.now += 1000;
    run.send("a");
    run.send("b");
    expect(due()).toEqual([pauseEnds]);
  });

  test("with how many messages came and went a minute, as long as any did of late, whatever is restarted", () => {
    expect(telling()?.digest).not.toHaveProperty("rates");
    for (let n = 0; n < 5; n++) run.send(`m${n}`);
    expect(telling()?.digest?.rates).toEqual({ in: 0.5, out: 0 });
    run.restart();
    expect(telling()?.digest?.rates).toEqual({ in: 0.5, out: 0 });
    run.now += 10 * 60_000;
    expect(telling()?.digest).not.toHaveProperty("rates");
  });

  test("again when it changed while it was told, and once by each memory", () => {
    const { stand } = run.machine.telling(run.now, "jobs") ?? { stand: "" };
    run.send("a");
    due();
    told(stand);
    expect(due()).toHaveLength(1);
    told();
    expect(due()).toEqual([]);
    run.restart();
    run.bodies();
    expect(due()).toHaveLength(1);
  });

  test("soon when somebody changed something, and waits to see it", () => {
    run.work("s1");
    told();
    run.send("a");
    expect(due()).toEqual([run.now + PAUSE_MS]);
    run.do({ type: "drainWorker", worker: "north", draining: true });
    expect(due()).toEqual([run.now + BOARD_HURRY_MS]);
    told();
    run.send("b");
    expect(due()).toEqual([run.now + PAUSE_MS]);
  });

  test("nothing when somebody only asks whether there is anything", () => {
    told();
    run.receive();
    run.poll(1, "north", "s1");
    due();
    told();
    run.poll(1, "north", "s1");
    expect(due()).toEqual([]);
  });

  test("what is in it, since when it lies there, and that it is gone", () => {
    run.send("a", "b");
    run.now += 5000;
    run.receive(1, 60);
    expect(telling()).toMatchObject({
      kind: "queue",
      name: "jobs",
      generation: 1,
      digest: {
        depth: { ready: 1, inFlight: 1, deadLetters: 0 },
        oldestAt: run.now - 5000,
        unaskedSince: run.now,
        workers: { all: 0, failing: 0 },
      },
    });
    run.do({ type: "deleteQueue" });
    expect(telling()).toMatchObject({ generation: 1 });
    expect(telling()?.digest).toBeUndefined();
  });

  test("by a number that grows with time, so that of two the later counts", () => {
    const before = telling()?.nth ?? 0;
    run.now += 1000;
    run.restart();
    expect(telling()?.nth).toBeGreaterThan(before);
  });

  test("of workers, those first that somebody should look at, and no more than are kept", () => {
    for (let nth = 0; nth < BOARD_WORKERS_TOLD; nth++) run.work(`s${nth}`, { worker: `w${nth}` });
    run.work("sick", { worker: "sick" });
    run.work("sick", { worker: "sick", reported: { done: 0, failed: WORKER_FAILING_IN_A_ROW } });
    const { processes = [], workers } = telling()?.digest ?? {};
    expect(workers).toEqual({ all: BOARD_WORKERS_TOLD + 1, failing: 1 });
    expect(processes).toHaveLength(BOARD_WORKERS_TOLD);
    expect(processes[0]).toMatchObject({ worker: "sick", trouble: "failing" });
    expect(telling()?.digest?.processesLeftOut).toBe(1);
  });

  test("in little, however much there is to say: what is left out is counted, and never who should be looked at first", () => {
    const long = "机".repeat(80);
    const about = { version: long, host: long, os: long };
    for (let nth = 0; nth < BOARD_WORKERS_TOLD; nth++)
      run.work(`s${nth}`, { worker: `${long}-${nth}`, key: long, about });
    run.work("sick", { worker: "sick", reported: { done: 0, failed: WORKER_FAILING_IN_A_ROW } });
    const reason = "满".repeat(DESCRIPTION_LENGTH);
    run.do({ type: "drainWorker", worker: `${long}-7`, draining: true, reason });
    run.do({ type: "pauseQueue", by: "key:k", reason });
    const { processes = [], processesLeftOut = 0, ...rest } = telling()?.digest ?? {};
    expect(jsonSize(JSON.parse(JSON.stringify(rest)))).toBeLessThanOrEqual(BOARD_DIGEST_BYTES);
    expect(jsonSize(JSON.parse(JSON.stringify(processes)))).toBeLessThan(BOARD_LIST_BYTES + KIB);
    expect(processes.length + processesLeftOut).toBe(BOARD_WORKERS_TOLD + 1);
    expect(processesLeftOut).toBeGreaterThan(0);
    expect(processes[0]).toMatchObject({ worker: "sick" });
  });
});
