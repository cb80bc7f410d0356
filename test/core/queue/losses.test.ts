import { describe, expect, test } from "vitest";
import type { QueueEffect, TaskForQueue } from "../../../src/core/queue/command.ts";
import { MemoryQueueStore } from "../../support/memory-queue-store.ts";
import { QueueRun, task } from "../../support/queue-run.ts";

const RECEIVE = { max: 1, leaseSeconds: 60 };

/** A queue with one task, and sessions that take it. */
function newRun(more: Partial<TaskForQueue> = {}, attributes = {}) {
  const run = new QueueRun(new MemoryQueueStore(), attributes);
  run.do({ type: "acceptTasks", batch: "b", execution: "e", tasks: [task("a", more)] });
  let sessions = 0;
  /** A new session takes the task; gives its receipt, if it got it. */
  const take = (worker = "north") => {
    const id = `s${++sessions}`;
    const [message] = run.work(id, { worker, receive: RECEIVE }).messages;
    return message && { id, receipt: message.receipt, task: message.task, worker };
  };
  /** As `take`, and its process dies while it works. */
  const lose = (worker = "north") => {
    const taken = take(worker);
    if (!taken) throw new Error("the task was there");
    run.work(taken.id, { worker, beats: [taken.receipt] });
    run.pass(60);
    return taken;
  };
  const failures: QueueEffect[] = [];
  const failed = () => {
    run.do({ type: "tick" });
    failures.push(...run.machine.effects.takeNew());
    return failures.flatMap((effect) => (effect.kind === "reportLost" ? effect.cause : []));
  };
  return { run, take, lose, failed };
}

describe("a task whose workers are lost", () => {
  test("fails after three of them, with their names, and is given to nobody again", () => {
    const { run, take, lose, failed } = newRun();
    lose("north");
    lose("south");
    expect(failed()).toEqual([]);
    run.restart();
    lose("north");
    const [cause] = failed();
    expect(cause).toMatch(/^lost 3 times: north at .*Z, south at .*Z, north at .*Z$/);
    run.restart();
    expect(failed()[1]).toBe(cause);
    expect(take()).toBeUndefined();
    expect(run.counts()).toMatchObject({ ready: 0, leased: 0, dead: 0 });
  });

  test("fails with the first when it must not run again, even if nobody asks for messages any more", () => {
    const { run, take, failed } = newRun({ lostAfter: 1 });
    const taken = take();
    expect(taken?.task).toMatchObject({ confirm: true });
    run.work("s1", { beats: [taken?.receipt ?? ""] });
    const alarm = run.machine.nextTimerAt() ?? 0;
    expect(alarm - run.now).toBeLessThanOrEqual(120_000);
    run.now = alarm;
    expect(failed()).toHaveLength(1);
    expect(run.machine.nextTimerAt()).toBeUndefined();
    expect(run.work("s1", { beats: [taken?.receipt ?? ""] }).beats).toMatchObject([
      { code: "MessageNotExist" },
    ]);
  });

  test("is taken over at once, which is a loss, too", () => {
    const { run, take, failed } = newRun({}, { lostAfter: 2 });
    const first = take();
    run.work("s9", { takesOver: first?.id ?? "", worker: "north" });
    const second = take();
    expect(second?.receipt).not.toBe(first?.receipt);
    run.work("s10", { takesOver: second?.id ?? "", worker: "north" });
    expect(failed()).toHaveLength(1);
  });
});

describe("no loss", () => {
  test("is what is given back, a hundred times", () => {
    const { run, take, failed } = newRun();
    for (let n = 0; n < 100; n++) {
      const taken = take();
      run.work(taken?.id ?? "", { release: [{ receipt: taken?.receipt ?? "" }] });
    }
    expect(failed()).toEqual([]);
    expect(take()).toBeDefined();
  });

  test("is a first lease that nobody answered; but five of them in a row are one", () => {
    const { run, take, failed } = newRun({ lostAfter: 1 });
    for (let n = 0; n < 4; n++) {
      expect(take()).toBeDefined();
      run.pass(15);
      if (n === 2) run.restart();
    }
    expect(failed()).toEqual([]);
    expect(take()).toBeDefined();
    run.pass(15);
    expect(failed()).toHaveLength(1);
  });

  test.each([false, true])("is a worker that was only late (after a restart: %s)", (isRestarted) => {
    const { run, take, failed } = newRun({}, { lostAfter: 2 });
    const taken = take();
    for (let n = 0; n < 5; n++) {
      run.work("s1", { beats: [taken?.receipt ?? ""] });
      run.pass(61);
      if (isRestarted) run.restart();
      else run.do({ type: "tick" });
    }
    expect(failed()).toEqual([]);
    expect(run.work("s1", { beats: [taken?.receipt ?? ""] }).beats).toMatchObject([{ ok: true }]);
  });

  test("is a lease without a session; but a task that was delivered too often fails, and is no dead letter", () => {
    const { run, failed } = newRun({}, { maxDeliveries: 4 });
    for (let n = 0; n < 4; n++) {
      expect(run.receive(1, 5)).toHaveLength(1);
      expect(failed()).toEqual([]);
      run.pass(5);
    }
    expect(failed()).toEqual(["delivered 4 times without a report, as often as the queue allows"]);
    expect(run.counts()).toMatchObject({ ready: 0, dead: 0 });
  });
});
