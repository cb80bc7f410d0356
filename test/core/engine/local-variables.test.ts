import { expect, test } from "vitest";
import { ExecutionMachine } from "../../../src/core/engine/execution-machine.ts";
import { FOREACH_ITEMS_MAX, ISOLATE_CACHE_BYTES, OBJECT_MEMORY_BYTES } from "../../../src/core/limits.ts";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { HeapWatch } from "../../support/heap.ts";
import { isolate } from "../../support/isolate.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

/** What a new memory keeps of an execution, in bytes. */
function heldOf(run: EngineRun): number {
  run.machine.discardMemory();
  const watch = new HeapWatch();
  const machine = new ExecutionMachine(run.store, isolate());
  expect(machine.execution?.state.frames.size).toBeGreaterThan(0);
  machine.effects.takeNew();
  const held = watch.look();
  run.restart();
  return held;
}

test("the largest local variables lie on disk until somebody looks at them", () => {
  const steps = `${taskStep("t", "outputMappings: [{target: kept, source: $local}]")}, ${taskStep("u")}`;
  const flow = flowOf(
    `{type: foreach, name: f, concurrency: 200, iterationMapping: {collection: $.items, item: one}, steps: [${steps}]}`,
  );
  const items = Array.from({ length: 200 }, (_, item) => item);
  const run = new EngineRun(new MemoryExecutionStore(), flow, { items });
  const text = (item: number) => `${item}${"x".repeat(250 * 1024)}`;
  for (const item of items) run.succeed(`f[${item}]/t`, { text: text(item) });
  // What was looked at last is remembered for all objects together.
  expect(heldOf(run)).toBeLessThan(ISOLATE_CACHE_BYTES);
  for (const item of items) run.succeed(`f[${item}]/u`);
  expect(run.status).not.toBe("Running");
});

test("a foreach of the largest collection is read again in bounds", () => {
  const flow = flowOf(
    `{type: foreach, name: f, iterationMapping: {collection: $.items, item: one}, steps: [${taskStep("t")}]}`,
  );
  const items = Array.from({ length: FOREACH_ITEMS_MAX }, (_, item) => `${item} ${"x".repeat(140)}`);
  const run = new EngineRun(new MemoryExecutionStore(), flow, { items });
  run.machine.discardMemory();
  const watch = new HeapWatch();
  run.restart();
  expect(run.messages()).not.toEqual([]);
  expect(watch.look()).toBeLessThan(OBJECT_MEMORY_BYTES + ISOLATE_CACHE_BYTES);
});
