import { afterEach, expect, test } from "vitest";
import { CHECKPOINT_COMMITS } from "../../../src/core/limits.ts";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

afterEach(() => {
  EngineRun.watch = {};
});

test("a control step that waits to be visited again is kept as before, and goes on after a restart", () => {
  const store = new MemoryExecutionStore();
  const inner = `{type: parallel, name: inner, retry: [{errors: [Again], intervalSeconds: 5, maxAttempts: 1}], outputMappings: [], branches: [{steps: [${taskStep("t")}]}]}`;
  const run = new EngineRun(
    store,
    flowOf(
      `{type: parallel, name: outer, outputMappings: [], branches: [{steps: [${inner}]}, {steps: [${taskStep("alive")}]}]}`,
    ),
  );
  run.fail("outer[0]/inner[0]/t", "Again");
  for (let beat = 0; beat <= CHECKPOINT_COMMITS; beat++)
    run.do({ type: "heartbeat", path: "outer[1]/alive", attempt: 1, progress: beat });
  expect(store.cells.get("frame:outer[0]")).toContain('"again":true');
  run.restart();
  run.pass(5);
  run.succeed("outer[0]/inner#2[0]/t");
  run.succeed("outer[1]/alive");
  expect(run.status).toBe("Succeeded");
});

test("commits of several rows: a checkpoint knows the last row, and a restart goes on behind it", () => {
  const store = new MemoryExecutionStore();
  let commits = 0;
  EngineRun.watch = { after: () => commits++ };
  const body = `{type: pass, name: p, outputMappings: [{target: n, source: $input.one}]}`;
  const run = new EngineRun(
    store,
    flowOf(
      `{type: foreach, name: all, concurrency: 4000, iterationMapping: {collection: $.items, item: one}, outputMappings: [], steps: [${body}]}`,
      taskStep("last"),
    ),
    { items: Array.from({ length: 4000 }, (_, n) => n) },
  );
  run.pass(0);
  const { seq } = JSON.parse(store.cells.get("head") ?? "{}") as { seq: number };
  expect(seq).toBeGreaterThan(commits);
  run.restart();
  run.succeed("last", { done: true });
  run.restart();
  expect(run.status).toBe("Succeeded");
  expect(run.history()).toHaveLength(run.head.nextEvent - 1);
  expect(run.head.nextEvent - 1).toBe(1 + 2 + 4000 * 6 + 2 + 8 + 1);
});
