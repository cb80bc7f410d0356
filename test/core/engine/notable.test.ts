import { expect, test } from "vitest";
import { describeFact } from "../../../src/queries/describe-fact.ts";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

test("the log names the step that failed by its path, though the list has gone on since", () => {
  const catching = taskStep("job", "catch: [{errors: [E], goto: next}]");
  const all = `{type: foreach, name: all, iterationMapping: {collection: $.items, item: i}, steps: [${catching}, {type: wait, name: next, duration: 10}]}`;
  const run = new EngineRun(new MemoryExecutionStore(), flowOf(all), { items: [1, 2] });
  run.machine.takeNotable();
  run.do({ type: "reportFailed", path: "all[1]/job", attempt: 1, error: "E", cause: "why" });
  const entries = run.machine.takeNotable().map((notable) => describeFact("", notable));
  expect(entries).toMatchObject([{ event: "taskFailed", step: "all[1]/job", error: "E", cause: "why" }]);
});
