import { describe, expect, test } from "vitest";
import { FIRST_LEASE_SECONDS, POLLS_OF_A_NAME_MAX } from "../../../src/core/limits.ts";
import { MemoryQueueStore } from "../../support/memory-queue-store.ts";
import { QueueRun, task } from "../../support/queue-run.ts";

function newRun(): QueueRun {
  return new QueueRun(new MemoryQueueStore());
}

const RECEIVE = { max: 10, leaseSeconds: 60 };

/** A session holds the only message of the queue. */
function taken(body = "job") {
  const run = newRun();
  run.send(body);
  const [message] = run.work("s1", { receive: RECEIVE }).messages;
  if (!message) throw new Error("a message was taken");
  return { run, receipt: message.receipt };
}

/** As `taken`, of a task's message. */
function takenTask() {
  const run = newRun();
  run.do({ type: "acceptTasks", batch: "b", execution: "e", tasks: [task("a", { heartbeatSeconds: 9 })] });
  const [message] = run.work("s1", { receive: RECEIVE }).messages;
  if (!message) throw new Error("a message was taken");
  const withdraw = () => run.do({ type: "withdraw", execution: "e", tasks: [{ path: "a", attempt: 1 }] });
  return { run, receipt: message.receipt, withdraw };
}

describe("the lease of a session's message", () => {
  test("is short until its first sign of life, which makes it as long as was asked for", () => {
    const { run, receipt } = taken();
    run.pass(FIRST_LEASE_SECONDS - 1);
    expect(run.work("s1", { beats: [receipt] }).beats).toEqual([{ ok: true, leaseSeconds: 60 }]);
    run.pass(59);
    expect(run.bodies()).toEqual([]);
    run.pass(1);
    expect(run.bodies()).toEqual(["job"]);
  });

  test("is over after a few seconds when the connection that got it had died", () => {
    const { run } = taken();
    run.pass(FIRST_LEASE_SECONDS);
    expect(run.bodies()).toEqual(["job"]);
  });

  test("is taken back by a late sign of life if nobody has the message, and not if somebody has", () => {
    const { run, receipt } = taken();
    run.pass(100);
    expect(run.counts()).toMatchObject({ ready: 1, leased: 0 });
    run.restart();
    expect(run.work("s1", { beats: [receipt] }).beats).toEqual([{ ok: true, leaseSeconds: 60 }]);
    run.restart();
    expect(run.counts()).toMatchObject({ ready: 0, leased: 1 });
    expect(run.bodies()).toEqual([]);
    run.pass(60);
    const [other] = run.receive();
    expect(run.work("s1", { beats: [receipt] }).beats).toMatchObject([{ ok: false, code: "LeaseExpired" }]);
    expect(run.remove(other?.receipt ?? "")).toEqual([{ ok: true }]);
    expect(run.work("s1", { beats: [receipt, "?"] }).beats).toMatchObject([
      { ok: false, code: "MessageNotExist" },
      { ok: false, code: "InvalidReceipt" },
    ]);
  });

  test("is kept by beats for as long as they come, though others wait for messages", () => {
    const { run, receipt } = taken();
    const hungry = run.poll(1, "south", "s2");
    for (let beat = 0; beat < 10; beat++) {
      run.pass(14);
      expect(run.work("s1", { beats: [receipt], beatSeconds: 15 }).beats).toMatchObject([{ ok: true }]);
    }
    expect(hungry.received).toEqual([]);
  });
});

describe("what a session holds", () => {
  test("is given back at once or after a while, and others get it", () => {
    const { run, receipt } = taken();
    expect(run.work("s1", { release: [{ receipt, delaySeconds: 60 }] }).released).toEqual([{ ok: true }]);
    run.restart();
    expect(run.bodies()).toEqual([]);
    run.pass(60);
    expect(run.bodies()).toEqual(["job"]);
  });

  test("is buried with the reason when it is no task, and is delivered no more", () => {
    const { run, receipt } = taken();
    expect(run.work("s1", { bury: [{ receipt, reason: "not JSON" }] }).buried).toEqual([{ ok: true }]);
    run.restart();
    expect(run.counts()).toMatchObject({ ready: 0, leased: 0, dead: 1 });
    const its = takenTask();
    const [verdict] = its.run.work("s1", { bury: [{ receipt: its.receipt, reason: "not JSON" }] }).buried;
    expect(verdict).toMatchObject({ ok: false, code: "InvalidRequest" });
  });

  test("ends at once when a session of the same worker and key takes over, and not for any other", () => {
    const { run } = taken();
    run.work("s2", { takesOver: "s1", worker: "south" });
    run.work("s3", { takesOver: "s1", key: "other" });
    expect(run.bodies()).toEqual([]);
    run.restart();
    expect(run.work("s4", { takesOver: "s1", receive: RECEIVE }).messages).toMatchObject([
      { body: "job", dequeueCount: 2 },
    ]);
  });
});

describe("a task that is over", () => {
  test("is told to the waiting call of the session that works on it, once", () => {
    const { run, receipt, withdraw } = takenTask();
    const waiting = run.poll(0, "north", "s1");
    const other = run.poll(0, "north", "s2");
    withdraw();
    expect(waiting).toMatchObject({ received: [[]], stopped: [{ receipt, code: "TaskOver" }] });
    expect(other).toMatchObject({ received: [], stopped: [] });
    expect(run.work("s1").stop).toEqual([]);
  });

  test("is told with the next call when none waits, even after a restart", () => {
    const { run, receipt, withdraw } = takenTask();
    withdraw();
    run.restart();
    expect(run.work("s1", { receive: RECEIVE }).stop).toEqual([{ receipt, code: "TaskOver" }]);
  });

  test("is told to a beat, and by its own time, too", () => {
    const { run, receipt, withdraw } = takenTask();
    expect(run.work("s1", { beats: [receipt] }).beats).toMatchObject([
      { ok: true, task: { execution: "e", path: "a", attempt: 1, heartbeatSeconds: 9 } },
    ]);
    withdraw();
    const answer = run.work("s1", { beats: [receipt] });
    expect(answer).toMatchObject({ beats: [{ ok: false, code: "TaskOver" }], stop: [] });
  });

  test("lets no call wait that asks about it", () => {
    const { run, receipt, withdraw } = takenTask();
    withdraw();
    const poller = { max: 0, session: "s1", deliver: () => expect.unreachable(), dismiss: () => {} };
    const receive = { max: 0, poller };
    expect(run.work("s1", { beats: [receipt], receive }).messages).toEqual([]);
    expect(run.pollers.size).toBe(0);
  });
});

describe("polls", () => {
  test("of a session take the place of its old one only", () => {
    const run = newRun();
    const [old, other, nameless] = [run.poll(1, "w", "s1"), run.poll(1, "w", "s2"), run.poll(1, "w")];
    run.poll(1, "w", "s1");
    expect([old, other, nameless].map(({ dismissedAt }) => dismissedAt)).toEqual([[1000], [], []]);
  });

  test("without one share their name: the newest stay, and who must go is not answered in its first second", () => {
    const run = newRun();
    const old = Array.from({ length: POLLS_OF_A_NAME_MAX }, () => run.poll(1, "w"));
    run.pass(0.4);
    run.poll(1, "w");
    run.pass(2);
    run.poll(1, "w");
    expect(old.map(({ dismissedAt }) => dismissedAt)).toEqual([[1000], [2400], [], []]);
    run.send("a");
    expect(old.map(({ received }) => received)).toEqual([[], [], [], []]);
  });

  test("end with a goodbye: nothing is handed out into the void", () => {
    const run = newRun();
    const waiting = run.poll(1, "w", "s1");
    run.do(
      { type: "sendMessages", messages: [{ body: "late" }] },
      { type: "work", remove: [], removeDone: [], session: { id: "s1", key: "k", bye: true } },
    );
    expect(waiting.received).toEqual([[]]);
    expect(run.bodies()).toEqual(["late"]);
  });
});

describe("who works", () => {
  test("is told when another process works under its name, and asked who it is", () => {
    const run = newRun();
    run.work("s1");
    run.pass(1);
    expect(run.work("s2").notices).toEqual([]);
    run.pass(1);
    expect(run.work("s1").notices).toEqual(["NameShared"]);
    run.pass(1);
    expect(run.work("s2").notices).toEqual(["NameShared"]);
    run.work("s1", { bye: true });
    expect(run.work("s2").notices).toEqual([]);
    run.do({ type: "work", remove: [], removeDone: [], session: { id: "s3", key: "k" } });
    const outcome = run.do({ type: "work", remove: [], removeDone: [], session: { id: "s3", key: "k" } });
    expect(outcome).toMatchObject({ notices: ["TellAbout"] });
  });
});
