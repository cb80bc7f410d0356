import { describe, expect, test } from "vitest";
import type { ExecutionHead } from "../../src/console/api/types.ts";
import type { PlacedEdge } from "../../src/console/model/layout.ts";
import { edgeTone, lookOf, stepInTrouble, stepsOf } from "../../src/console/model/looks.ts";
import type { StepTuple } from "../../src/console/api/types.ts";
import { readSnapshot } from "../../src/console/model/snapshot.ts";

const HEAD: ExecutionHead = {
  flow: "nightly",
  name: "n1",
  version: 1,
  status: "Running",
  startedBy: "key:a",
  startedAt: "2026-11-26T00:00:00.000Z",
  counts: { events: 4, runningIterations: 1 },
};

function snapshot(steps: StepTuple[]) {
  return readSnapshot({
    seq: 1,
    head: HEAD,
    steps,
    foreach: { each: { n: 5, states: "ssfr", body: { work: [1, 0, 2, 1, 0], mend: [0, 0, 1, 0, 0] } } },
  });
}

const NIGHT = snapshot([
  ["list#2", "Succeeded", 1, 1000, 2000],
  ["isNew", "Succeeded", 1, 2000, 2001, { option: 1 }],
  ["each", "Running", 1, 2001, 0],
  ["tell", "Failed", 2, 2001, 2500, { goto: "mail" }],
  ["mail", "Succeeded", 1, 2500, 2600],
]);

function edge(from: string, to: string, more: Partial<PlacedEdge> = {}): PlacedEdge {
  return { from, to, kind: "next", points: [], ...more };
}

describe("a step", () => {
  test.each([
    ["list", "succeeded"],
    ["each", "running"],
    ["tell", "caught"],
    ["publish", "pending"],
    ["each[]/work", "failed"],
    ["each[]/mend", "succeeded"],
    ["each[]/last", "pending"],
  ])("with the path %s is %s", (path, state) => {
    expect(lookOf(path, NIGHT).state).toBe(state);
  });

  test("that is a foreach has counts, also of what has not begun", () => {
    expect(lookOf("each", NIGHT)).toMatchObject({
      states: "ssfr.",
      counts: { succeeded: 2, failed: 1, running: 1, pending: 1 },
    });
  });

  test("has no state before anything is known", () => {
    expect(lookOf("list", undefined)).toEqual({ state: "pending" });
  });
});

describe("a line between steps", () => {
  test.each([
    [edge("list", "isNew"), "ok"],
    [edge("isNew", "each", { kind: "option", option: 1 }), "ok"],
    [edge("isNew", "publish", { kind: "option", option: 0 }), undefined],
    [edge("each", "publish"), undefined],
    [edge("tell", "mail", { kind: "catch" }), "warn"],
    [edge("tell", "each", { kind: "catch" }), undefined],
    [edge("each[]/work", "each[]/mend", { kind: "catch" }), "warn"],
    [edge("each[]/work", "each[]/last"), undefined],
  ])("%o is %s", (one, tone) => {
    expect(edgeTone(one, (path) => lookOf(path, NIGHT))).toBe(tone);
  });
});

describe("what somebody looks for first", () => {
  const paths = ["list", "par", "par[0]/a", "each", "each[]/work"];

  test("is the innermost step that failed", () => {
    const failed = snapshot([
      ["list", "Succeeded", 1, 1, 2],
      ["par", "Failed", 1, 2, 9],
      ["par[0]/a", "Failed", 1, 2, 9],
      ["each", "Running", 1, 2, 0],
    ]);
    expect(stepInTrouble(paths, failed)).toBe("par[0]/a");
  });

  test("is what runs when nothing failed, and nothing when all is well", () => {
    expect(stepInTrouble(paths, NIGHT)).toBe("each");
    expect(stepInTrouble(["list"], NIGHT)).toBeUndefined();
  });
});

test("steps are listed in the order of the flow: what lies in a step follows it", () => {
  const pass = (name: string) => ({ name, type: "pass" as const });
  const steps = stepsOf({
    lists: [
      { path: "", steps: [pass("list"), { name: "each", type: "foreach", lists: ["each[]"] }, pass("tell")] },
      {
        path: "each[]",
        steps: [{ name: "both", type: "parallel", lists: ["each[]/both[0]", "each[]/both[1]"] }],
      },
      { path: "each[]/both[0]", steps: [pass("a")] },
      { path: "each[]/both[1]", steps: [pass("b")] },
    ],
  });
  const inOrder = ["list", "each", "each[]/both", "each[]/both[0]/a", "each[]/both[1]/b", "tell"];
  expect([...steps.keys()]).toEqual(inOrder);
});
