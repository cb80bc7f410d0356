import { describe, expect, test } from "vitest";
import { failedStepOf, itemsOf } from "../../../src/core/engine/tally.ts";
import { FOREACH_ITEMS_MAX } from "../../../src/core/limits.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

function each(steps: string, more = "", name = "each", collection = "$.items"): string {
  return `{type: foreach, name: ${name}, concurrency: 2, iterationMapping: {collection: ${collection}, item: one}, outputMappings: []${more}, steps: [${steps}]}`;
}

const ITEMS = { items: [1, 2, 3] };

function start(step: string | readonly string[], input: JsonObject = ITEMS): EngineRun {
  return new EngineRun(new MemoryExecutionStore(), flowOf(...[step].flat()), input);
}

function told({ state }: EngineRun) {
  return { items: itemsOf(state.head), failedStep: failedStepOf(state.head) };
}

describe("what is told of an execution in one line", () => {
  test("its items, as they run and as they ended", () => {
    const run = start(each(taskStep("t")));
    expect(told(run).items).toEqual({ total: 3, succeeded: 0, failed: 0, running: 2 });
    run.succeed("each[1]/t", { done: true });
    expect(told(run).items).toEqual({ total: 3, succeeded: 1, failed: 0, running: 2 });
    run.succeed("each[0]/t", { done: true });
    run.succeed("each[2]/t", { done: true });
    expect(told(run)).toEqual({ items: { total: 3, succeeded: 3, failed: 0 }, failedStep: undefined });
  });

  test("items that failed, those that were tolerated and the one that was too many; and whose work that was", () => {
    const run = start(each(taskStep("t"), ", tolerance: {count: 1}"));
    run.fail("each[1]/t", "DiskFull");
    expect(told(run).items).toEqual({ total: 3, succeeded: 0, failed: 1, running: 2 });
    run.do({
      type: "reportFailed",
      path: "each[2]/t",
      attempt: 1,
      error: "DiskFull",
      cause: "no space left",
      by: { worker: "gpu-3" },
    });
    expect(told(run)).toEqual({
      items: { total: 3, succeeded: 0, failed: 2 },
      failedStep: { path: "each[2]/t", worker: "gpu-3" },
    });
  });

  test("no step where a later one was well, none without items, and none that a limit ended", () => {
    const caught = taskStep("t", "catch: [{errors: [FnF.ALL], goto: after}]");
    const run = start([caught, "{type: pass, name: after}"]);
    run.fail("t", "Boom");
    expect(run.status).toBe("Succeeded");
    expect(told(run)).toEqual({ items: undefined, failedStep: undefined });
    const limited = start(
      [each(taskStep("t"), ", tolerance: {count: 3}"), each(taskStep("t"), "", "many", "$.many")],
      { items: [1], many: Array.from({ length: FOREACH_ITEMS_MAX + 1 }, () => 0) },
    );
    limited.fail("each[0]/t", "Boom");
    expect(limited.head).toMatchObject({ status: "Failed", error: "FnF.DataLimitExceeded" });
    expect(told(limited)).toEqual({ items: { total: 1, succeeded: 0, failed: 1 }, failedStep: undefined });
  });

  test("items inside items are a part of them", () => {
    const run = start(each(each(taskStep("t"), "", "inner", "$.one")), { items: [[1, 2], [3]] });
    for (const path of ["each[0]/inner[0]/t", "each[0]/inner[1]/t", "each[1]/inner[0]/t"])
      run.succeed(path, { done: true });
    expect(told(run).items).toEqual({ total: 2, succeeded: 2, failed: 0 });
  });

  test("items of a foreach that is visited again are counted by its last visit", () => {
    const run = start(each(taskStep("t"), ", retry: [{errors: [Boom], intervalSeconds: 1, maxAttempts: 1}]"));
    run.succeed("each[0]/t", { done: true });
    run.fail("each[1]/t", "Boom");
    run.pass(1);
    expect(told(run).items).toEqual({ total: 3, succeeded: 0, failed: 0, running: 2 });
  });

  test("a step that fails by itself is the one that is told", () => {
    expect(told(start(each(taskStep("t")), { items: "none" })).failedStep).toEqual({ path: "each" });
  });
});
