import { afterEach, expect, test, vi } from "vitest";
import { parseFrameAddress, parseStepAddress } from "../../../src/core/engine/state/addresses.ts";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

afterEach(() => vi.restoreAllMocks());

/** The patterns that something was looked at with meanwhile, each time one. */
function patternsOf(what: () => unknown): string[] {
  const exec = vi.spyOn(RegExp.prototype, "exec");
  what();
  const patterns = exec.mock.contexts.map((pattern) => (pattern as RegExp).source);
  exec.mockRestore();
  return patterns;
}

/** How many parts of paths are parsed while something is done. */
function parses(what: () => unknown): number {
  const ofPaths = new Set(patternsOf(() => [parseStepAddress("a"), parseFrameAddress("a[0]")]));
  expect(ofPaths.size).toBe(2);
  return patternsOf(what).filter((pattern) => ofPaths.has(pattern)).length;
}

const FOREACH = `{type: foreach, name: all, concurrency: 3, iterationMapping: {collection: $.items, item: one}, outputMappings: [], steps: [${taskStep("t")}]}`;

test("a report on an iteration of a wave parses its path once", () => {
  const run = new EngineRun(new MemoryExecutionStore(), flowOf(FOREACH), { items: [1, 2, 3] });
  expect(parses(() => run.succeed("all[1]/t"))).toBe(parses(() => parseStepAddress("all[1]/t")));
});

test("a report on a step of the flow's own list parses its path once", () => {
  const run = new EngineRun(new MemoryExecutionStore(), flowOf(taskStep("t"), taskStep("u")));
  expect(parses(() => run.succeed("t"))).toBe(parses(() => parseStepAddress("t")));
});
