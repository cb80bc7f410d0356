import { expect, test } from "vitest";
import { OPEN_ITERATIONS_MAX } from "../../../src/core/limits.ts";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

test("more iterations than may run at once: every foreach still goes on, and the execution ends", () => {
  const inner = `{type: foreach, name: inner, concurrency: 10000, iterationMapping: {collection: $.many, item: two}, outputMappings: [], steps: [${taskStep("t", "inputMappings: [{target: one, source: $input.two}]")}]}`;
  const flow = flowOf(
    `{type: foreach, name: outer, iterationMapping: {collection: $.few, item: one}, outputMappings: [], steps: [${inner}]}`,
  );
  const few = OPEN_ITERATIONS_MAX / 10_000 + 1;
  const input = { few: Array.from({ length: few }, () => 1), many: Array.from({ length: 10_000 }, () => 2) };
  const run = new EngineRun(new MemoryExecutionStore(), flow, input);
  let reported = 0;
  for (let messages = run.messages(); messages.length > 0; messages = run.messages()) {
    expect(run.head.openIterations).toBeLessThanOrEqual(OPEN_ITERATIONS_MAX + 2 * few);
    for (const { path } of messages) if (run.succeed(path).ok) reported++;
    run.pass(1);
  }
  expect(reported).toBe(few * 10_000);
  expect(run.status).toBe("Succeeded");
});
