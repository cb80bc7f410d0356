import { describe, expect, test } from "vitest";
import { QUEUE_CHECKPOINT_COMMITS } from "../../../src/core/limits.ts";
import { START_AT } from "../../support/engine-run.ts";
import { MemoryQueueStore } from "../../support/memory-queue-store.ts";
import { QueueRun, task } from "../../support/queue-run.ts";

const RECEIVE = { max: 10, leaseSeconds: 60 };
const MINUTE = 60;

describe("what a restart knows of workers", () => {
  test("is what their row tells, and they are live until their polls must be back", () => {
    const run = new QueueRun(new MemoryQueueStore());
    run.work("s1", { reported: { done: 2, failed: 0 } });
    run.pass(5 * MINUTE);
    run.work("s1", { reported: { done: 1, failed: 0 } });
    run.pass(4 * MINUTE);
    run.restart();
    expect(run.workers()).toMatchObject([{ version: "1", done: 3, state: "live" }]);
    run.pass(30);
    expect(run.workers()).toMatchObject([{ state: "late" }]);
    run.work("s1");
    expect(run.workers()).toMatchObject([{ state: "live", since: START_AT }]);
  });

  test("is what they said last when they are done and gone, however soon the queue leaves the memory", () => {
    const run = new QueueRun(new MemoryQueueStore());
    for (const worker of ["north", "south"]) run.work(worker, { worker });
    run.pass(5);
    for (const worker of ["north", "south"])
      run.work(worker, { worker, reported: { done: 7, failed: 1 }, bye: true });
    run.restart();
    expect(run.workers()).toMatchObject([
      { worker: "north", done: 7, failed: 1, state: "gone" },
      { worker: "south", done: 7, failed: 1, state: "gone" },
    ]);
  });

  test("is how many tasks each of them did, though their row is written now and then, checkpoints between or not", () => {
    const run = new QueueRun(new MemoryQueueStore());
    for (const worker of ["north", "south", "west"]) run.work(worker, { worker });
    const turn = (worker: string, nth: number) => {
      run.pass(1);
      run.send(`job ${nth}`);
      const [message] = run.work(worker, { worker, receive: RECEIVE }).messages;
      const error = worker === "south" ? "DiskFull" : undefined;
      const told = { execution: "e", path: `t${nth}`, attempt: 1, ...(error !== undefined && { error }) };
      const reported = { done: error ? 0 : 1, failed: error ? 1 : 0, tasks: [told] };
      run.work(worker, { worker, remove: message ? [message.receipt] : [], reported });
    };
    for (let nth = 0; nth < QUEUE_CHECKPOINT_COMMITS; nth++) {
      turn(nth % 2 === 0 ? "north" : "south", nth);
      if (nth % 10 === 0) run.restart();
    }
    const half = QUEUE_CHECKPOINT_COMMITS / 2;
    for (const _ of [1, 2]) {
      run.restart();
      expect(run.workers()).toMatchObject([
        { worker: "north", done: half, failed: 0, state: "live" },
        { worker: "south", done: 0, failed: half, trouble: "failing", lastError: { error: "DiskFull" } },
        { worker: "west", done: 0, failed: 0 },
      ]);
    }
  });

  test("is that a process took on what its forerunner of the same name had done", () => {
    const run = new QueueRun(new MemoryQueueStore());
    run.work("s1", { reported: { done: 1, failed: 0 } });
    run.send("job", "another");
    run.pass(1);
    run.work("s1", { reported: { done: 2, failed: 0 } });
    run.work("s2", { takesOver: "s1", receive: { max: 1 }, reported: { done: 4, failed: 0 } });
    run.restart();
    expect(run.workers().reduce((sum, { done }) => sum + done, 0)).toBe(7);
  });

  test("is that they are gone when the row is old", () => {
    const run = new QueueRun(new MemoryQueueStore());
    run.work("s1");
    run.pass(20 * MINUTE);
    run.restart();
    expect(run.workers()).toMatchObject([{ worker: "north", session: "s1", state: "gone" }]);
  });

  test("counts a loss once, whenever it is noticed", () => {
    const run = new QueueRun(new MemoryQueueStore());
    run.do({ type: "acceptTasks", batch: "b", execution: "f~1~e", tasks: [task("a")] });
    const [message] = run.work("s1", { receive: RECEIVE }).messages;
    run.work("s1", { beats: message ? [message.receipt] : [] });
    run.pass(2 * MINUTE);
    run.work("s2");
    run.pass(MINUTE);
    run.work("s2");
    for (const _ of [1, 2]) {
      run.restart();
      expect(run.workers()[0]).toMatchObject({ session: "s1", lost: 1 });
    }
    run.receive();
    run.restart();
    expect(run.workers()[0]).toMatchObject({ session: "s1", lost: 1 });
  });

  test("is nothing when the queue was deleted meanwhile", () => {
    const run = new QueueRun(new MemoryQueueStore());
    run.work("s1");
    run.do({ type: "deleteQueue" });
    run.do({ type: "putQueue", attributes: {} });
    expect(run.workers()).toEqual([]);
    run.restart();
    expect(run.workers()).toEqual([]);
  });
});
