import { expect, test } from "vitest";
import type { ExecutionHead, StepTuple } from "../../src/console/api/types.ts";
import { compareSteps, failedInOne } from "../../src/console/model/compare.ts";

function snapshot(steps: readonly StepTuple[], states = "") {
  return {
    seq: 1,
    head: {} as ExecutionHead,
    steps: new Map(steps.map((step) => [step[0], step])),
    foreach: new Map([["each", { n: states.length, states, body: {} }]]),
  };
}

test("two executions are compared step by step, with how much longer one took", () => {
  const a = snapshot([
    ["first", "Succeeded", 1, 1000, 2000],
    ["only-a", "Succeeded", 1, 2000, 2500],
  ]);
  const b = snapshot([
    ["first", "Succeeded", 1, 5000, 9000],
    ["open", "Running", 1, 9000, 0],
  ]);
  expect(compareSteps(a, b).map(({ path, slowerMs }) => [path, slowerMs])).toEqual([
    ["first", 3000],
    ["only-a", undefined],
    ["open", undefined],
  ]);
});

test("items that failed in one only are told apart", () => {
  expect(failedInOne(snapshot([], "sffs"), snapshot([], "ssff"), "each")).toEqual({ onlyA: [1], onlyB: [3] });
});
