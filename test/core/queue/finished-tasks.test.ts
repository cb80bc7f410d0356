import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../../src/core/time.ts";
import { WORKER_TASKS_BYTES, WORKER_TASKS_KEPT } from "../../../src/core/view-limits.ts";
import type { ReportedTask } from "../../../src/core/queue/command.ts";
import { readWorker } from "../../../src/queries/queue-workers.ts";
import { START_AT } from "../../support/engine-run.ts";
import { MemoryQueueStore } from "../../support/memory-queue-store.ts";
import { QueueRun } from "../../support/queue-run.ts";

interface Ended {
  readonly ms?: number;
  readonly error?: string;
}

function newRun(): QueueRun {
  return new QueueRun(new MemoryQueueStore());
}

/** A worker reports tasks, one a call. */
function reports(run: QueueRun, worker: string, ...all: Ended[]): void {
  for (const [nth, { ms = 100, error }] of all.entries()) {
    const task: ReportedTask = {
      execution: "f~1~e",
      path: `each[${nth}]`,
      attempt: 1,
      takenAt: run.now - ms,
    };
    const reported = {
      done: error === undefined ? 1 : 0,
      failed: error === undefined ? 0 : 1,
      tasks: [error === undefined ? task : { ...task, error }],
    };
    run.work(`of ${worker}`, { worker, reported });
  }
}

function times(n: number, ended: Ended): Ended[] {
  return Array.from({ length: n }, () => ended);
}

function troubles(run: QueueRun) {
  return Object.fromEntries(run.workers().map(({ worker, trouble }) => [worker, trouble]));
}

describe("how a worker's tasks ended", () => {
  test("is told by its last verdicts, its median and its last error", () => {
    const run = newRun();
    reports(run, "north", { ms: 10 }, { ms: 30, error: "DiskFull" }, { ms: 20 });
    expect(run.workers()).toMatchObject([
      {
        lately: "sfs",
        medianMs: 20,
        lastError: { path: "each[1]", at: START_AT, ms: 30, error: "DiskFull" },
        done: 2,
        failed: 1,
      },
    ]);
    expect(run.workers()[0]).not.toHaveProperty("finished");
    expect(readWorker(run.machine, run.pollers, "north", run.now)?.finished).toMatchObject([
      { path: "each[2]" },
      { path: "each[1]", error: "DiskFull" },
      { path: "each[0]" },
    ]);
  });

  test("is counted by hours for a day, in the names of all its processes, whatever is restarted", () => {
    const run = newRun();
    const hourOf = (at: number) => Math.floor(at / HOUR_MS);
    const first = hourOf(run.now);
    reports(run, "north", {}, { error: "DiskFull" });
    run.work("of north", { worker: "north", bye: true });
    run.work("another", { worker: "north" });
    run.pass(3600);
    run.restart();
    run.work("another", { worker: "north", reported: { done: 3, failed: 0 } });
    run.restart();
    const counts = [
      [first, 1, 1],
      [first + 1, 3, 0],
    ];
    expect(run.workers()).toMatchObject([{ hours: counts }]);
    run.pass(23 * 3600);
    run.work("another", { worker: "north" });
    expect(run.workers()).toMatchObject([{ hours: [counts[1]] }]);
  });

  test("survives a restart and a new process of the same name, with no row more", () => {
    const run = newRun();
    reports(run, "north", { error: "DiskFull" });
    run.work("of north", { worker: "north", bye: true });
    run.work("another", { worker: "north" });
    run.pass(60);
    run.work("another", { worker: "north" });
    run.restart();
    expect(run.workers()).toMatchObject([{ session: "another", lately: "f", failed: 1 }]);
  });

  test("is kept of the newest, as many as there is room for", () => {
    const run = newRun();
    reports(run, "north", ...times(WORKER_TASKS_KEPT + 10, { error: "x".repeat(1000) }));
    const { finished = [] } = readWorker(run.machine, run.pollers, "north", run.now) ?? {};
    expect(finished.length).toBeLessThan(WORKER_TASKS_KEPT);
    expect(finished[0]).toMatchObject({ path: `each[${WORKER_TASKS_KEPT + 9}]` });
    expect(JSON.stringify(finished).length).toBeLessThan(WORKER_TASKS_BYTES + WORKER_TASKS_KEPT);
    expect(run.workers()[0]?.lately).toHaveLength(20);
  });

  test("counts a message that was lost with its worker, and not one that it had after all", () => {
    const run = newRun();
    run.accept("batch", "a");
    const [message] = run.work("s1", { receive: { max: 1, leaseSeconds: 60 } }).messages;
    run.work("s1", { beats: [message?.receipt ?? ""] });
    run.pass(61);
    run.do({ type: "tick" });
    expect(run.workers()).toMatchObject([{ lost: 1, lately: "l" }]);
    run.pass(1);
    run.work("s1", { beats: [message?.receipt ?? ""] });
    expect(run.workers()).toMatchObject([{ lost: 0, lately: "" }]);
  });
});

describe("a worker is in trouble", () => {
  test.each<[string, Ended[], "failing" | undefined]>([
    ["its last five tasks failed", [...times(9, {}), ...times(5, { error: "E" })], "failing"],
    ["half of its last twenty failed", times(10, { error: "E" }).flatMap((bad) => [bad, {}]), "failing"],
    ["four in a row failed: not yet", times(4, { error: "E" }), undefined],
    ["it has been well since", [...times(5, { error: "E" }), {}], undefined],
  ])("when %s", (_, ended, trouble) => {
    const run = newRun();
    reports(run, "north", ...ended);
    expect(troubles(run)).toEqual({ north: trouble });
  });

  test("when it takes more than twice as long as the others", () => {
    const run = newRun();
    for (const worker of ["a", "b", "c"]) reports(run, worker, ...times(5, { ms: 40_000 }));
    reports(run, "sick", ...times(5, { ms: 98_000 }));
    reports(run, "new", ...times(4, { ms: 98_000 }));
    expect(troubles(run)).toEqual({ sick: "slow" });
  });

  test("but not when it is slower by a blink, or alone", () => {
    const run = newRun();
    reports(run, "a", ...times(5, { ms: 100 }));
    expect(troubles(run)).toEqual({});
    reports(run, "b", ...times(5, { ms: 900 }));
    expect(troubles(run)).toEqual({});
  });
});

describe("a worker that is drained until a time", () => {
  test("takes messages again by itself, and tells until then why it does not", () => {
    const run = newRun();
    run.work("s1");
    const drain = { type: "drainWorker", worker: "north", draining: true } as const;
    run.do({ ...drain, until: run.now + 60_000, reason: "disk is full" });
    run.send("job");
    run.restart();
    const receive = { max: 1 };
    expect(run.work("s1", { receive })).toMatchObject({ messages: [], drain: true });
    expect(run.workers()).toMatchObject([
      { draining: true, drain: { since: START_AT, until: START_AT + 60_000, reason: "disk is full" } },
    ]);
    run.pass(60);
    expect(run.work("s1", { receive })).toMatchObject({ messages: [{ body: "job" }], drain: false });
    expect(run.workers()).toMatchObject([{ draining: false }]);
    expect(run.workers()[0]).not.toHaveProperty("drain");
    expect(run.do({ ...drain, until: run.now })).toMatchObject({ ok: false, code: "InvalidRange" });
  });

  test("stays so in a new process of its name", () => {
    const run = newRun();
    run.work("s1");
    run.do({ type: "drainWorker", worker: "north", draining: true, until: run.now + 60_000 });
    run.work("s1", { bye: true });
    run.work("s2");
    expect(run.workers()).toMatchObject([{ session: "s2", draining: true }]);
    run.pass(60);
    expect(run.workers()).toMatchObject([{ draining: false }]);
  });
});
