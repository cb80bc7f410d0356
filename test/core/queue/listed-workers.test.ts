import { describe, expect, test } from "vitest";
import { listedWorkers } from "../../../src/core/queue/listed-workers.ts";
import { MemoryQueueStore } from "../../support/memory-queue-store.ts";
import { QueueRun } from "../../support/queue-run.ts";

function newRun(): QueueRun {
  const run = new QueueRun(new MemoryQueueStore());
  run.work("s1", { worker: "south" });
  run.work("s2", { worker: "north" });
  run.work("s3", { worker: "north" });
  run.receive();
  return run;
}

describe("workers as a flow sees them", () => {
  test("are those that are live, each name once, in order", () => {
    const run = newRun();
    expect(listedWorkers(run.workers())).toEqual([
      { name: "north", live: true, lastSeenAt: expect.any(String) },
      { name: "south", live: true, lastSeenAt: expect.any(String) },
    ]);
    run.work("s2", { worker: "north", bye: true });
    run.do({ type: "drainWorker", worker: "south", draining: true });
    expect(listedWorkers(run.workers()).map(({ name }) => name)).toEqual(["north"]);
    run.pass(90);
    expect(listedWorkers(run.workers())).toEqual([]);
  });

  test("are exactly those that are asked for, once, whether they are there or not", () => {
    const run = newRun();
    run.pass(90);
    const names = ["west", "north", "west"];
    expect(listedWorkers(run.workers(names), names)).toEqual([
      { name: "north", live: false, lastSeenAt: expect.any(String) },
      { name: "west", live: false },
    ]);
  });
});
