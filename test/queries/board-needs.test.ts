import { beforeEach, describe, expect, test } from "vitest";
import { BoardMachine } from "../../src/core/board/board-machine.ts";
import type { Telling } from "../../src/core/board-views.ts";
import { WORKERLESS_AFTER_MS } from "../../src/core/limits.ts";
import type { QueueDigest } from "../../src/core/queue/digest.ts";
import type { ShownWorker } from "../../src/core/queue/shown-workers.ts";
import type { ScheduleProblem } from "../../src/core/schedule/digest.ts";
import { BOARD_OLD_MESSAGE_MS } from "../../src/core/view-limits.ts";
import { readCallbacks } from "../../src/queries/board/callbacks.ts";
import { readFrame } from "../../src/queries/board/frame.ts";
import { search } from "../../src/queries/board/search.ts";
import { readWorkers } from "../../src/queries/board/workers.ts";
import { MemoryCells } from "../support/memory-cells.ts";

const START = Date.UTC(2026, 10, 26, 4);
const EMPTY = { ready: 0, readyForNamed: 0, delayed: 0, inFlight: 0, deadLetters: 0 };

let machine: BoardMachine;
let now: number;

beforeEach(() => {
  machine = new BoardMachine(new MemoryCells());
  now = START;
});

function tell(telling: Telling): void {
  machine.handle({ type: "tell", telling }, now);
  machine.save();
}

function queue(more: Partial<QueueDigest> & { readonly name?: string } = {}): void {
  const { name = "jobs", ...own } = more;
  const digest = {
    createdAt: 0,
    updatedAt: 0,
    depth: EMPTY,
    waitingPolls: 0,
    workers: { all: 0, failing: 0 },
  };
  tell({ kind: "queue", name, generation: 1, nth: now, digest: { ...digest, processes: [], ...own } });
}

function worker(name: string, more: Partial<ShownWorker> = {}): ShownWorker {
  const counts = { leases: 0, done: 0, failed: 0, lost: 0 };
  return {
    worker: name,
    state: "live",
    since: START,
    lastSeenAt: START,
    draining: false,
    ...counts,
    ...more,
  };
}

function schedule(problem: Omit<ScheduleProblem, "flow" | "schedule" | "since">): void {
  const own = { flow: "backup", schedule: "nightly", since: START };
  const digest = {
    change: 1,
    schedules: 1,
    on: 1,
    names: ["backup/nightly"],
    next: [],
    problems: [{ ...own, ...problem }],
  };
  tell({ kind: "shard", name: "shard-3", generation: 1, nth: 1, digest });
}

function needs() {
  return readFrame(machine, now).needs.map(({ kind, text: { code } }) => `${kind} ${code}`);
}

describe("somebody is needed", () => {
  test("by an execution that failed: with its error, how many of its items, and the machine of the step that it failed by", () => {
    const entry = {
      name: "n1",
      number: 1,
      version: 1,
      status: "Failed",
      startedBy: "key:k",
      startedAt: START - 9,
      endedAt: START,
      error: "DiskFull",
      cause: "no room in /scratch",
      items: { total: 300, succeeded: 284, failed: 16 },
      failedStep: { path: "each[85]/cut", worker: "gpu-3" },
    } as const;
    const digest = {
      version: 1,
      createdAt: 0,
      updatedAt: 0,
      running: 0,
      indexed: 1,
      ends: [],
      hours: [],
      failing: { count: 1, newest: [1] },
    };
    tell({ kind: "flow", name: "media", generation: 1, nth: 1, digest, entries: [entry] });
    const [need] = readFrame(machine, now).needs;
    expect(need?.text.values).toEqual({
      count: 1,
      error: "DiskFull",
      cause: "no room in /scratch",
      path: "each[85]/cut",
      worker: "gpu-3",
      failed: 16,
      of: 300,
    });
  });

  test("where dead letters lie", () => {
    queue({ depth: { ...EMPTY, deadLetters: 3 }, diedAt: START - 5 });
    expect(readFrame(machine, now).needs).toMatchObject([
      { kind: "deadLetters", queue: "jobs", since: START - 5, text: { values: { count: 3 } } },
    ]);
  });

  test("where nobody asks for what lies there, once it is sure that nobody does", () => {
    const lies = { depth: { ...EMPTY, ready: 2 }, unaskedSince: START, oldestAt: START };
    queue(lies);
    now += WORKERLESS_AFTER_MS;
    queue({ ...lies, waitingPolls: 1 });
    expect(needs()).toEqual([]);
    now += 2 * WORKERLESS_AFTER_MS;
    expect(needs()).toEqual(["messages queueWithoutWorkers"]);
    queue({ ...lies, paused: { at: now, by: "key:k" } });
    expect(needs()).toEqual([]);
  });

  test("where a message lies for long although somebody asks", () => {
    queue({ depth: { ...EMPTY, ready: 2 }, oldestAt: START });
    now += BOARD_OLD_MESSAGE_MS;
    expect(needs()).toEqual(["messages oldMessage"]);
  });

  test("by a worker that fails, or is silent and holds something, unless it is being stopped", () => {
    queue({
      processes: [
        worker("sick", { trouble: "failing", lately: "ssfffff", failingSince: START - 9 }),
        worker("away", { state: "late", leases: 2, lastSeenAt: START - 8 }),
        worker("idle", { state: "late" }),
        worker("slow", { trouble: "slow" }),
        worker("stopped", { trouble: "failing", draining: true }),
      ],
    });
    const { needs: found } = readFrame(machine, now);
    expect(found.map(({ worker: name, text }) => [name, text.code])).toEqual([
      ["away", "workerSilent"],
      ["sick", "workerFailing"],
    ]);
    expect(found[1]?.text.values).toEqual({ failed: 5, of: 7 });
  });

  test.each([
    [{ kind: "missed", at: START, why: "expired", count: 2 }, ["missed scheduleMissed"]],
    [{ kind: "late", at: START }, ["late scheduleLate"]],
    [{ kind: "noFuture" }, ["schedule scheduleNoFuture"]],
    [{ kind: "parked", reason: "no such zone" }, ["schedule scheduleParked"]],
    // Its flow tells that.
    [{ kind: "failed", at: START, executionName: "nightly-1" }, []],
  ] as const)("by a schedule: %o", (problem, expected) => {
    schedule(problem);
    expect(needs()).toEqual(expected);
  });
});

test("schedules, queues and machines are found by a part of their names", () => {
  schedule({ kind: "noFuture" });
  queue({ name: "night-jobs", processes: [worker("NIGHT-1", { host: "rack4" }), worker("north")] });
  queue({ name: "a-nightly", processes: [worker("night-1"), worker("night-1", { session: "s2" })] });
  expect(search(machine, "night")).toMatchObject({
    flows: [],
    schedules: [{ flow: "backup", schedule: "nightly" }],
    queues: ["night-jobs", "a-nightly"],
    workers: [
      { queue: "night-jobs", worker: "NIGHT-1", host: "rack4" },
      { queue: "a-nightly", worker: "night-1" },
    ],
  });
});

test("who looks after something is told as long as that began before", () => {
  const since = (diedAt: number) => {
    queue({ depth: { ...EMPTY, deadLetters: 1 }, diedAt });
    return readFrame(machine, now).needs[0]?.acknowledged;
  };
  const said = { id: "deadLetters:jobs:1", at: START + 5, by: "key:li.wei", note: "I am on it" };
  const digest = { acknowledged: [said] };
  tell({ kind: "directory", name: "directory", generation: 1, nth: now, digest });
  expect(since(START)).toEqual({ at: said.at, by: said.by, note: said.note });
  expect(since(START + 6)).toBeUndefined();
});

test("sums of all queues, and workers by queue and name, page after page", () => {
  queue({
    depth: { ...EMPTY, ready: 2, readyForNamed: 1 },
    workers: { all: 2, failing: 1 },
    oldestAt: START,
  });
  queue({ name: "mail", depth: { ...EMPTY, inFlight: 4 }, workers: { all: 1, failing: 0 } });
  expect(readFrame(machine, now).now).toEqual({
    flows: 0,
    running: 0,
    ready: 3,
    inFlight: 4,
    deadLetters: 0,
    oldestAt: START,
    workers: 3,
    failingWorkers: 1,
  });
  queue({ processes: [worker("b"), worker("a"), worker("东")] });
  queue({ name: "mail", processes: [worker("a")] });
  const first = readWorkers(machine, { limit: 2 });
  expect(first.items.map(({ worker: name }) => name)).toEqual(["东", "a"]);
  const rest = readWorkers(machine, { limit: 9, after: { queue: "jobs", key: "a/" } });
  expect(rest.items.map(({ queue: at, worker: name }) => [at, name])).toEqual([
    ["jobs", "b"],
    ["mail", "a"],
  ]);
  expect(readWorkers(machine, { limit: 9, contains: "MAIL" }).items).toHaveLength(1);
});

describe("callbacks need somebody", () => {
  const HOUR = 3_600_000;
  const callback = (execution: string, since: number, hours: number) => ({
    execution,
    path: "approve",
    attempt: 1,
    since,
    dueAt: since + hours * HOUR,
    asked: { kind: "topic", name: "approvals" } as const,
  });

  function flow(...callbacks: ReturnType<typeof callback>[]): void {
    const digest = {
      version: 1,
      createdAt: 0,
      updatedAt: 0,
      running: callbacks.length,
      callbacks: callbacks.length,
      indexed: callbacks.length,
      ends: [],
      hours: [],
    };
    tell({ kind: "flow", name: "orders", generation: 1, nth: now, digest, entries: [], callbacks });
  }

  test("when little of their time is left, or after a day; once for a flow, with the one that is due next", () => {
    flow(callback("long", START, 1000), callback("short", START, 8), callback("fresh", START, 900));
    expect(needs()).toEqual([]);
    expect(readFrame(machine, now).now.callbacks).toBe(3);
    now = START + 7 * HOUR;
    expect(needs()).toEqual(["person callbackDue"]);
    const [need] = readFrame(machine, now).needs;
    expect(need).toMatchObject({
      since: START + 6 * HOUR,
      flow: "orders",
      execution: "short",
      text: { values: { count: 1, step: "approve", dueAt: "2026-11-26T12:00:00.000Z" } },
    });
    flow(callback("long", START, 1000), callback("fresh", START, 900));
    now = START + 25 * HOUR;
    expect(needs()).toEqual(["person callbackLong"]);
    expect(readFrame(machine, now).needs).toMatchObject([
      { execution: "long", text: { values: { count: 2 } } },
    ]);
  });

  test("again, whoever looks after the others, when one more does", () => {
    flow(callback("one", START, 8), callback("two", START + HOUR, 8));
    const acknowledged = { id: "callbacks:orders:1", at: START + 6.5 * HOUR, by: "key:ops" };
    tell({
      kind: "directory",
      name: "directory",
      generation: 1,
      nth: 1,
      digest: { acknowledged: [acknowledged] },
    });
    now = START + 6.6 * HOUR;
    expect(readFrame(machine, now).needs).toMatchObject([{ acknowledged: { by: "key:ops" } }]);
    now = START + 7.1 * HOUR;
    expect(readFrame(machine, now).needs[0]).not.toHaveProperty("acknowledged");
  });

  test("are listed page by page, the oldest first, with flows that have more than they tell", () => {
    flow(...[3, 1, 2].map((n) => callback(`run${n}`, START + n, 8)));
    const first = readCallbacks(machine, { limit: 2 });
    expect(first).toMatchObject({ open: 3, more: true, cutFlows: [] });
    expect(first.items.map(({ execution }) => execution)).toEqual(["run1", "run2"]);
    const after = first.items[1];
    expect(readCallbacks(machine, { limit: 2, ...(after && { after }) }).items).toMatchObject([
      { flow: "orders", execution: "run3" },
    ]);
    expect(readCallbacks(machine, { limit: 9, flow: "other" })).toMatchObject({ open: 0, items: [] });
    expect(readCallbacks(machine, { limit: 9, contains: "RUN2" }).items).toHaveLength(1);
  });
});

test("what inspections found and could not heal needs somebody, one of each sort", () => {
  const findings = [{ code: "stuckEffect", count: 3, since: START - 1 }] as const;
  const telling = { kind: "directory", name: "directory", generation: 1, nth: START } as const;
  tell({ ...telling, digest: { acknowledged: [], findings } });
  expect(readFrame(machine, now).needs).toEqual([
    {
      id: "finding:stuckEffect",
      kind: "finding",
      since: START - 1,
      text: { code: "finding", values: { code: "stuckEffect", count: 3 } },
    },
  ]);
  now += 1;
  tell({ ...telling, nth: now, digest: { acknowledged: [] } });
  expect(readFrame(machine, now).needs).toEqual([]);
});
