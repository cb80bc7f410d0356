import { describe, expect, test } from "vitest";
import { readQueue, whereabouts } from "../../../src/queries/queue-view.ts";
import { START_AT } from "../../support/engine-run.ts";
import { MemoryQueueStore } from "../../support/memory-queue-store.ts";
import { QueueRun, task } from "../../support/queue-run.ts";

const PAUSE = { type: "pauseQueue", by: "key:ops", reason: "the disk is full" } as const;
const RESUME = { type: "resumeQueue" } as const;
const TASK = { execution: "f~1~e", path: "a", attempt: 1 };
const HOUR = 3600;

function newRun(attributes = {}, store = new MemoryQueueStore()) {
  return new QueueRun(store, attributes);
}

function viewOf(run: QueueRun) {
  return readQueue(run.machine.read(run.now), run.pollers.size);
}

describe("a paused queue", () => {
  test("gives nobody anything until it is resumed, and then all of it in order", () => {
    const run = newRun();
    run.send("one");
    run.do(PAUSE);
    run.send("two");
    expect(run.bodies()).toEqual([]);
    expect(run.bodiesOf("north")).toEqual([]);
    run.do(RESUME);
    expect(run.bodies()).toEqual(["one", "two"]);
  });

  test("lets who waits wait on, and serves him in the commit that resumes it", () => {
    const run = newRun();
    const before = run.poll();
    run.do(PAUSE);
    const after = run.poll();
    run.send("one", "two");
    expect([...before.received, ...after.received]).toEqual([]);
    run.do(RESUME);
    expect(
      [...before.received, ...after.received]
        .flat()
        .map(({ body }) => body)
        .toSorted(),
    ).toEqual(["one", "two"]);
  });

  test("lets everything else go on: who holds a message extends, gives back and deletes it", () => {
    const run = newRun({ leaseSeconds: 60 });
    run.send("one", "two", "three");
    const [one, two] = run.receive(2).map(({ receipt }) => receipt);
    run.do(PAUSE);
    const extended = run.do({ type: "extend", receipts: [one ?? ""], leaseSeconds: 120 });
    expect(extended).toMatchObject({ verdicts: [{ ok: true }] });
    run.do({ type: "release", receipts: [two ?? ""] });
    expect(viewOf(run)?.depth).toMatchObject({ ready: 2, inFlight: 1 });
    expect(run.remove(one ?? "")).toMatchObject([{ ok: true }]);
    expect(viewOf(run)?.depth).toMatchObject({ ready: 2, inFlight: 0 });
  });

  test("gives nothing that comes back from a lease or a delay meanwhile", () => {
    const run = newRun({ leaseSeconds: 30 });
    run.send("one");
    run.receive();
    run.do({ type: "sendMessages", messages: [{ body: "late", delaySeconds: 10 }] }, PAUSE);
    run.pass(31);
    run.do({ type: "tick" });
    expect(run.bodies()).toEqual([]);
    run.do(RESUME);
    expect(run.bodies()).toHaveLength(2);
  });

  test("is paused still after a restart, and tells since when, by whom and why", () => {
    const store = new MemoryQueueStore();
    newRun({}, store).do(PAUSE);
    const run = newRun({ leaseSeconds: 90 }, store);
    run.send("one");
    expect(run.bodies()).toEqual([]);
    expect(viewOf(run)).toMatchObject({
      paused: { at: START_AT, by: "key:ops", reason: "the disk is full" },
      attributes: { leaseSeconds: 90 },
    });
    expect(viewOf(run)?.attributes).not.toHaveProperty("paused");
  });

  test("is paused once, however often one asks; only another reason is noted", () => {
    const store = new MemoryQueueStore();
    const run = newRun({}, store);
    run.do(PAUSE);
    const rows = store.rowsWritten;
    run.pass(60);
    run.do(PAUSE, { type: "pauseQueue", by: "key:other" });
    expect(store.rowsWritten).toBe(rows);
    run.do({ type: "pauseQueue", by: "key:other", reason: "still full" });
    expect(viewOf(run)?.paused).toEqual({ at: START_AT, by: "key:other", reason: "still full" });
    run.do(RESUME, RESUME);
    expect(viewOf(run)).not.toHaveProperty("paused");
  });

  test("answers how many of the tasks that wait have a time limit, which runs on", () => {
    const run = newRun();
    const expiresAt = START_AT + 60_000;
    const tasks = [{ ...task("a"), expiresAt }, { ...task("b"), expiresAt }, task("c")];
    run.do({ type: "acceptTasks", batch: "b", execution: TASK.execution, tasks });
    run.receive();
    expect(run.do(PAUSE)).toMatchObject({ ok: true, limited: 1 });
    run.pass(61);
    run.do(RESUME);
    expect(run.bodies()).toEqual([expect.stringContaining("c")]);
  });

  test("is no queue that workers have left: whoever waits there is told of the pause instead", () => {
    const run = newRun();
    run.do({ type: "acceptTasks", batch: "b", execution: TASK.execution, tasks: [task("a")] }, PAUSE);
    run.pass(HOUR);
    const place = () => whereabouts(run.machine.read(run.now), TASK, run.now);
    expect(place()).toEqual({ is: "lying", since: START_AT, queuePaused: true });
    run.do(RESUME);
    expect(place()).toEqual({ is: "lying", since: START_AT });
  });

  test("that is deleted and made again is not paused; what is not there cannot be", () => {
    const run = newRun();
    run.do(PAUSE, { type: "deleteQueue" });
    expect(run.do(PAUSE)).toMatchObject({ ok: false, code: "QueueNotExist" });
    run.do({ type: "putQueue", attributes: {} });
    expect(viewOf(run)).not.toHaveProperty("paused");
  });

  test("equals, for MNS clients, one of the same attributes", () => {
    const run = newRun();
    run.do(PAUSE);
    expect(run.do({ type: "putQueue", attributes: {}, only: "create" })).toMatchObject({ ok: true });
    expect(viewOf(run)).toHaveProperty("paused");
  });
});
