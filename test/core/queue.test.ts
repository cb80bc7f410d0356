import { describe, expect, test } from "vitest";
import { QUEUE_MESSAGES_MAX } from "../../src/core/limits.ts";
import { QUEUE_CASES } from "../cases/queue.ts";
import { MemoryQueueStore } from "../support/memory-queue-store.ts";
import { QueueRun } from "../support/queue-run.ts";

describe("a queue in memory", () => {
  test.each(QUEUE_CASES)("$name", ({ run }) => run(new MemoryQueueStore()));
});

test("a queue that is full takes no more until one has left it", () => {
  const run = new QueueRun(new MemoryQueueStore());
  const batch = Array.from({ length: 1000 }, () => "job");
  for (let sent = batch.length; sent < QUEUE_MESSAGES_MAX; sent += batch.length) run.send(...batch);
  run.send(...batch.slice(1));
  expect(run.send("job", "one too many")).toMatchObject({ ok: false, code: "QueueFull" });
  expect(run.send("job")).toMatchObject({ ok: true });
  expect(run.send("job")).toMatchObject({ ok: false, code: "QueueFull" });
  run.remove(...run.receive().map(({ receipt }) => receipt));
  expect(run.send("job")).toMatchObject({ ok: true });
});

test("what a message costs: at most three rows a message when each comes and goes alone, far less in batches", () => {
  const alone = new MemoryQueueStore();
  const one = new QueueRun(alone);
  for (let index = 0; index < 1000; index++) {
    one.send("job");
    one.remove(...one.receive().map(({ receipt }) => receipt));
  }
  expect(alone.rowsWritten).toBeLessThanOrEqual(3050);

  const together = new MemoryQueueStore();
  const many = new QueueRun(together);
  for (let batch = 0; batch < 10; batch++) {
    many.send(...Array.from({ length: 100 }, () => "job"));
    for (let turn = 0; turn < 10; turn++) many.remove(...many.receive(10).map(({ receipt }) => receipt));
  }
  expect(together.rowsWritten).toBeLessThanOrEqual(225);
});
