import { expect, test } from "vitest";
import { EngineRun } from "../support/engine-run.ts";
import { flowOf } from "../support/flows.ts";
import { MemoryExecutionStore } from "../support/memory-execution-store.ts";

const CONDITIONS = ["$.count > 10", '$.name == "night" && $.count == 3', "$.never"];
const CHOICE = JSON.stringify({
  type: "choice",
  name: "pick",
  choices: CONDITIONS.map((condition) => ({ condition, goto: "last" })),
  default: { goto: "last" },
});

function evaluatedFor(input: object) {
  const run = new EngineRun(
    new MemoryExecutionStore(),
    flowOf(CHOICE, "{type: pass, name: last}"),
    input as never,
  );
  return run.steps()?.items[0]?.evaluated;
}

test("a choice tells what its conditions saw, up to the first that held", () => {
  expect(evaluatedFor({ count: 3, name: "night" })).toEqual([
    { condition: "$.count > 10", holds: false, saw: [["$.count", "3"]] },
    {
      condition: '$.name == "night" && $.count == 3',
      holds: true,
      saw: [
        ["$.name", '"night"'],
        ["$.count", "3"],
      ],
    },
  ]);
});

test("where no condition held the default is what was taken; what is missing was seen as null", () => {
  const evaluated = evaluatedFor({ name: "x".repeat(1000) });
  expect(evaluated?.at(-1)).toEqual({ holds: true, saw: [] });
  expect(evaluated?.[1]?.saw).toEqual([
    ["$.name", `"${"x".repeat(255)}`],
    ["$.count", "null"],
  ]);
});
