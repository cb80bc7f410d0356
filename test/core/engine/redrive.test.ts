import { expect, test } from "vitest";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

test("10,000 items that were cut off go on without records of their own, in two rows", () => {
  const items = Array.from({ length: 10_000 }, (_, index) => index);
  const store = new MemoryExecutionStore();
  const step = `{type: foreach, name: each, concurrency: 10000, iterationMapping: {collection: $.items, item: one}, steps: [${taskStep("t")}]}`;
  const run = new EngineRun(store, flowOf(step), { items });
  run.do({ type: "stop", error: "Stopped", cause: "" });
  for (const effect of run.pendingEffects()) run.do({ type: "effectOver", effect });
  const rows = store.rows.length;
  run.do({ type: "redrive", redrives: 1, by: "key:test" });
  expect(store.rows.length - rows).toBe(2);
  expect(run.state.frames.size).toBe(1);
  expect(run.head.openIterations).toBe(10_000);
  const events = run.head.nextEvent;
  run.restart();
  expect(run.head.nextEvent).toBe(events);
  expect(run.pendingEffects("sendTasks")).toMatchObject([{ attempt: 2 }]);
});
