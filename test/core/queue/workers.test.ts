import { describe, expect, test } from "vitest";
import { WORKERS_MAX, WORKERS_PER_ROW } from "../../../src/core/limits.ts";
import { START_AT } from "../../support/engine-run.ts";
import { MemoryQueueStore } from "../../support/memory-queue-store.ts";
import { QueueRun, task } from "../../support/queue-run.ts";

const RECEIVE = { max: 10, leaseSeconds: 60 };
const MINUTE = 60;

function newRun() {
  const store = new MemoryQueueStore();
  return { run: new QueueRun(store), store };
}

/** North holds the task `a`, and had its lease confirmed. */
function busy() {
  const { run, store } = newRun();
  run.do({ type: "acceptTasks", batch: "b", execution: "f~1~e", tasks: [task("a")] });
  const [message] = run.work("s1", { receive: RECEIVE }).messages;
  const receipt = message?.receipt ?? "";
  run.work("s1", { beats: [receipt] });
  return { run, store, receipt };
}

function states(run: QueueRun) {
  return run.workers().map(({ worker, session, state }) => [worker, session, state]);
}

describe("who works at a queue", () => {
  test("is known with all it tells of itself and what it is doing", () => {
    const { run } = busy();
    expect(run.workers()).toEqual([
      {
        worker: "north",
        session: "s1",
        key: "k",
        version: "1",
        state: "live",
        since: START_AT,
        lastSeenAt: START_AT,
        draining: false,
        leases: 1,
        running: [{ execution: "f~1~e", path: "a", attempt: 1, since: START_AT }],
        done: 0,
        failed: 0,
        lost: 0,
      },
    ]);
  });

  test("is known by its name when it has no session, and not at all when it gives neither", () => {
    const { run } = newRun();
    run.send("one", "two", "three");
    run.bodiesOf("south", 2);
    run.bodies(1);
    expect(run.workers()).toMatchObject([{ worker: "south", state: "live", leases: 2, running: [] }]);
    expect(run.workers()[0]).not.toHaveProperty("session");
  });

  test("comes by name and session, and only those that are asked for", () => {
    const { run } = newRun();
    run.work("s2", { worker: "b" });
    run.work("s1", { worker: "b" });
    run.work("s3", { worker: "a-b" });
    run.work("s4", { worker: "a" });
    expect(run.workers().map(({ worker, session }) => [worker, session])).toEqual([
      ["a", "s4"],
      ["a-b", "s3"],
      ["b", "s1"],
      ["b", "s2"],
    ]);
    expect(run.workers(["a", "c"]).map(({ worker }) => worker)).toEqual(["a"]);
  });

  test("counts what it reported, and those before it of its name that said goodbye", () => {
    const { run } = newRun();
    run.work("s1", { reported: { done: 3, failed: 1 } });
    run.work("s1", { reported: { done: 1, failed: 0 }, bye: true });
    expect(run.workers()).toMatchObject([{ session: "s1", done: 4, failed: 1, state: "gone" }]);
    run.work("s2", { reported: { done: 1, failed: 1 } });
    expect(run.workers()).toMatchObject([{ session: "s2", done: 5, failed: 2 }]);
  });
});

describe("a worker", () => {
  test("is live while it waits or called a moment ago, late when it is silent, gone when it is silent for long", () => {
    const { run } = newRun();
    run.work("s1");
    run.pass(89);
    expect(states(run)).toEqual([["north", "s1", "live"]]);
    run.pass(1);
    expect(states(run)).toEqual([["north", "s1", "late"]]);
    run.pass(10 * MINUTE - 90);
    expect(states(run)).toEqual([["north", "s1", "gone"]]);
    run.work("s1");
    const waiting = run.poll(1, "north", "s1");
    run.pass(20 * MINUTE);
    expect(waiting.received).toEqual([]);
    expect(states(run)).toEqual([["north", "s1", "live"]]);
    run.pass(24 * 60 * MINUTE);
    run.pollers.dismiss();
    expect(states(run)).toEqual([]);
  });

  test("is late for as long as it holds something, and has lost it when the lease is over", () => {
    const { run, receipt } = busy();
    run.work("s1", { beats: [receipt], beatSeconds: 3600 });
    run.pass(59 * MINUTE);
    expect(run.workers()).toMatchObject([{ state: "late", leases: 1, lost: 0 }]);
    run.pass(MINUTE);
    expect(run.workers()).toMatchObject([{ state: "gone", leases: 0, lost: 1 }]);
  });

  test("that was only late has lost nothing", () => {
    const { run, receipt } = busy();
    run.pass(2 * MINUTE);
    expect(run.workers()).toMatchObject([{ lost: 1 }]);
    run.work("s1", { beats: [receipt] });
    expect(run.workers()).toMatchObject([{ lost: 0, leases: 1 }]);
  });

  test("that said goodbye is live until it holds nothing any more", () => {
    const { run, receipt } = busy();
    run.work("s1", { bye: true });
    run.work("s1", { beats: [receipt] });
    expect(states(run)).toEqual([["north", "s1", "live"]]);
    run.work("s1", { removeDone: [receipt] });
    expect(states(run)).toEqual([["north", "s1", "gone"]]);
    run.work("s1", { receive: RECEIVE });
    expect(states(run)).toEqual([["north", "s1", "live"]]);
  });

  test("whose place another process takes is part of that one, with what it lost", () => {
    const { run } = busy();
    run.work("s2", { takesOver: "s1", key: "other" });
    expect(run.workers()).toMatchObject([{ session: "s1", leases: 1 }, { session: "s2" }]);
    run.pass(1);
    run.work("s3", { takesOver: "s1" });
    expect(run.workers()).toMatchObject([
      { session: "s2", lost: 0 },
      { session: "s3", lost: 1, leases: 0 },
    ]);
  });
});

describe("the webhook", () => {
  /** North loses what it holds; gives what the webhook is to be told of. */
  function lose(run: QueueRun, session: string) {
    run.send("job");
    const receipts = run.work(session, { receive: RECEIVE }).messages.map(({ receipt }) => receipt);
    run.work(session, { beats: receipts });
    run.pass(MINUTE);
    return told(run);
  }

  /** What time brings, even if nobody comes. */
  function told(run: QueueRun) {
    run.do({ type: "tick" });
    return run.machine.effects.takeNew().filter(({ kind }) => kind === "notifyLost");
  }

  test("is told of a lost worker if the queue says so, and the queue wakes for it", () => {
    const run = new QueueRun(new MemoryQueueStore(), { notifyLost: true });
    run.send("more");
    expect(lose(run, "s1")).toMatchObject([{ worker: "north", count: 2, lostAt: START_AT + 60_000 }]);
    run.work("s2", { receive: RECEIVE });
    expect(run.machine.nextTimerAt()).toBeGreaterThan(run.now);
  });

  test("is told of one worker no more often than each ten minutes, restarts or not", () => {
    const run = new QueueRun(new MemoryQueueStore(), { notifyLost: true });
    expect(lose(run, "s1")).toHaveLength(1);
    run.restart();
    expect(told(run)).toHaveLength(1);
    run.do({ type: "effectOver", effect: pendingOf(run) });
    expect(lose(run, "s2")).toEqual([]);
    run.pass(10 * MINUTE);
    expect(lose(run, "s3")).toHaveLength(1);
  });

  test("is told nothing otherwise", () => {
    const { run } = newRun();
    expect(lose(run, "s1")).toEqual([]);
    run.work("s2", { receive: RECEIVE });
    expect(run.machine.nextTimerAt()).toBeUndefined();
    run.do({ type: "putQueue", attributes: { notifyLost: true } });
    expect(told(run)).toEqual([]);
  });

  /** As it is asked for again after a restart. */
  function pendingOf(run: QueueRun) {
    run.restart();
    const effect = run.machine.effects.takeNew().find(({ kind }) => kind === "notifyLost");
    if (!effect) throw new Error("it was asked for");
    return effect;
  }
});

describe("rows of workers", () => {
  function rowsOf(minutes: number, call: (run: QueueRun) => void) {
    const { run, store } = newRun();
    call(run);
    const before = store.rowsWritten;
    for (let half = 0; half < 2 * minutes; half++) {
      run.pass(30);
      call(run);
    }
    return store.rowsWritten - before;
  }
  const fleet = Array.from({ length: WORKERS_PER_ROW }, (_, nth) => `m${nth}`);

  test("are six an hour when a fleet only waits", () => {
    const rows = rowsOf(60, (run) => {
      for (const worker of fleet) run.work(`of ${worker}`, { worker, receive: RECEIVE });
    });
    expect(rows).toBeLessThanOrEqual(6);
  });

  test("are one a minute for a hundred workers, whatever they do", () => {
    const rows = rowsOf(60, (run) => {
      for (const worker of fleet) run.work(`of ${worker}`, { worker, reported: { done: 1, failed: 1 } });
    });
    expect(rows).toBeLessThanOrEqual(60);
    expect(rows).toBeGreaterThanOrEqual(59);
  });

  test("are one more when the last of a fleet leaves, and none for those before it", () => {
    const { run, store } = newRun();
    for (const worker of fleet) run.work(`of ${worker}`, { worker });
    run.pass(2 * MINUTE);
    for (const worker of fleet) run.work(`of ${worker}`, { worker, reported: { done: 1, failed: 0 } });
    const before = store.rowsWritten;
    for (const worker of fleet) run.work(`of ${worker}`, { worker, bye: true });
    expect(store.rowsWritten - before).toBe(1);
    run.restart();
    expect(run.workers().every(({ state, done }) => state === "gone" && done === 1)).toBe(true);
  });

  test("hold no more than so many, those that are over or silent for longest go first", () => {
    const { run, store } = newRun();
    for (let nth = 0; nth < WORKERS_MAX; nth++) run.work(`s${nth}`, { worker: `w${nth}` });
    run.do({ type: "drainWorker", worker: "w0", draining: true });
    run.work("s5", { worker: "w5", bye: true });
    run.work("new", { worker: "new" });
    run.work("newer", { worker: "newer" });
    const names = run.workers().map(({ worker }) => worker);
    expect(names).toHaveLength(WORKERS_MAX);
    expect(["w0", "w1", "w2", "w5", "new"].filter((name) => !names.includes(name))).toEqual(["w1", "w5"]);
    run.pass(MINUTE);
    run.work("newer", { worker: "newer" });
    run.restart();
    expect(run.workers()).toHaveLength(WORKERS_MAX);
    expect(Object.keys(store.texts()).filter((place) => place.startsWith("workers"))).toHaveLength(10);
  });

  test("are none for those that give no name", () => {
    const { run, store } = newRun();
    run.receive();
    expect(Object.keys(store.texts()).filter((place) => place.startsWith("workers"))).toEqual([]);
  });
});

describe("a worker that drains", () => {
  const drain = (run: QueueRun, draining: boolean, worker = "north") =>
    run.do({ type: "drainWorker", worker, draining });

  test("is told so with each call, gets nothing, and keeps what it has", () => {
    const { run, receipt } = busy();
    expect(drain(run, true)).toEqual({ ok: true });
    run.send("more");
    const answer = run.work("s1", { beats: [receipt], receive: RECEIVE });
    expect(answer).toMatchObject({ drain: true, messages: [], beats: [{ ok: true }] });
    expect(run.work("s9").drain).toBe(true);
    expect(run.work("s2", { worker: "south" }).drain).toBe(false);
    expect(run.bodiesOf("north")).toEqual([]);
    expect(run.workers(["north"])).toMatchObject([
      { draining: true },
      { draining: true },
      { draining: true },
    ]);
    expect(run.bodiesOf("south")).toEqual(["more"]);
  });

  test("has its waiting calls answered at once, and takes messages again at once when it may", () => {
    const { run } = newRun();
    run.work("s1");
    const [waiting, other] = [run.poll(1, "north", "s1"), run.poll(1, "south", "s2")];
    drain(run, true);
    expect([waiting.received, other.received]).toEqual([[[]], []]);
    const asleep = run.poll(0, "north", "s1");
    const nameless = run.poll(1, "north");
    run.send("one");
    expect([asleep.received, nameless.received]).toEqual([[], []]);
    expect(other.received).toMatchObject([[{ body: "one" }]]);
    drain(run, false);
    expect([asleep.received, nameless.received]).toEqual([[[]], [[]]]);
    run.send("two");
    expect(run.work("s1", { receive: RECEIVE })).toMatchObject({ drain: false, messages: [{ body: "two" }] });
  });

  test("drains after a restart and for days, until somebody says otherwise", () => {
    const { run } = newRun();
    run.work("s1");
    run.pass(1);
    drain(run, true);
    run.restart();
    run.pass(3 * 24 * 60 * MINUTE);
    expect(run.workers()).toMatchObject([{ state: "gone", draining: true }]);
    expect(run.work("s2").drain).toBe(true);
    drain(run, false);
    run.restart();
    expect(run.work("s2").drain).toBe(false);
  });

  test("is one that the queue knows", () => {
    const { run } = newRun();
    expect(drain(run, true, "nobody")).toMatchObject({ ok: false, code: "WorkerNotExist" });
  });
});
