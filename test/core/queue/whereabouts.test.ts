import { describe, expect, test } from "vitest";
import { WORKERLESS_AFTER_MS } from "../../../src/core/limits.ts";
import { QueueMachine } from "../../../src/core/queue/queue-machine.ts";
import { SharedCache } from "../../../src/core/durable/shared-cache.ts";
import { Pollers } from "../../../src/core/queue/pollers.ts";
import { whereabouts } from "../../../src/queries/queue-view.ts";
import { MemoryQueueStore } from "../../support/memory-queue-store.ts";
import { QueueRun } from "../../support/queue-run.ts";

const TASK = { execution: "e", path: "job", attempt: 1 };

/** A queue with the message of one task, and where that is: as the queue knows, and as it knows after a restart. */
function given({ delaySeconds = 0 } = {}) {
  const store = new MemoryQueueStore();
  const run = new QueueRun(store);
  const { execution, ...task } = TASK;
  const message = { ...task, id: "t", body: "b", priority: 8, delaySeconds, awaitsReport: true };
  run.do({ type: "acceptTasks", batch: "b", execution, tasks: [message] });
  const sentAt = run.now;
  const place = () => {
    const restarted = new QueueMachine(store, new Pollers(), new SharedCache());
    const found = whereabouts(run.machine.read(run.now), TASK, run.now);
    expect(whereabouts(restarted.read(run.now), TASK, run.now)).toEqual(found);
    return found;
  };
  return { run, sentAt, place };
}

describe("a message that waits has no worker", () => {
  test("when nobody has asked its queue for a while", () => {
    const { run, sentAt, place } = given();
    run.now += WORKERLESS_AFTER_MS - 1;
    expect(place()).toEqual({ is: "lying", since: sentAt });
    run.now += 1;
    expect(place()).toEqual({ is: "lying", since: sentAt, unaskedSince: sentAt });
  });

  test("which is counted from the last time that somebody took messages", () => {
    const { run, sentAt, place } = given();
    run.now += WORKERLESS_AFTER_MS;
    const [mine] = run.receive();
    run.send("another");
    run.now += 1000;
    run.receive();
    run.do({ type: "release", receipts: [mine?.receipt ?? ""] });
    const askedAt = run.now;
    run.now += WORKERLESS_AFTER_MS - 1;
    expect(place()).toEqual({ is: "lying", since: sentAt });
    run.now += 1;
    expect(place()).toEqual({ is: "lying", since: sentAt, unaskedSince: askedAt });
  });

  test("and only from when it could be received: workers that asked before found nothing", () => {
    const { run, sentAt, place } = given({ delaySeconds: 1000 });
    run.now += 999_000;
    expect(place()).toEqual({ is: "delayed", since: sentAt, until: sentAt + 1_000_000 });
    run.now += 1000 + WORKERLESS_AFTER_MS - 1;
    expect(place()).toEqual({ is: "lying", since: sentAt });
    run.now += 1;
    expect(place()).toEqual({ is: "lying", since: sentAt, unaskedSince: sentAt + 1_000_000 });
    run.receive(1, 600);
    run.now += 600_000 + WORKERLESS_AFTER_MS - 1;
    expect(place()).toEqual({ is: "lying", since: sentAt });
    // A restart later on knows that from the chunk's state.
    for (let commit = 0; commit < 300; commit++)
      run.do({ type: "putQueue", attributes: { delaySeconds: commit } });
    run.now += 1;
    expect(place()).toEqual({ is: "lying", since: sentAt, unaskedSince: run.now - WORKERLESS_AFTER_MS });
  });
});

test("a queue that was stored before this was noted says nothing until somebody takes messages", () => {
  const { run, place } = given();
  run.machine.read(run.now).takenAt = undefined;
  run.now += WORKERLESS_AFTER_MS;
  expect(whereabouts(run.machine.read(run.now), TASK, run.now)).not.toHaveProperty("unaskedSince");
  const [mine] = run.receive();
  run.do({ type: "release", receipts: [mine?.receipt ?? ""] });
  run.now += WORKERLESS_AFTER_MS;
  expect(place()).toHaveProperty("unaskedSince");
});
