import { describe, expect, test } from "vitest";
import type { ExecutionHead, FlowGraph, StepView } from "../../src/console/api/types.ts";
import { bodyOf, placeIn } from "../../src/console/model/flow-graph.ts";
import { failedBeside, snapshotOfItem } from "../../src/console/model/item.ts";

test("the body of a foreach is drawn as a flow of its own", () => {
  const graph: FlowGraph = {
    lists: [
      { path: "", steps: [{ name: "each", type: "foreach", lists: ["each[]"] }] },
      {
        path: "each[]",
        steps: [
          { name: "pick", type: "choice", options: [{ condition: "$.a", list: "each[]/pick[0]" }, {}] },
        ],
      },
      { path: "each[]/pick[0]", steps: [{ name: "work", type: "task" }] },
    ],
  };
  expect(bodyOf(graph, "each").lists).toEqual([
    {
      path: "",
      steps: [{ name: "pick", type: "choice", options: [{ condition: "$.a", list: "pick[0]" }, {}] }],
    },
    { path: "pick[0]", steps: [{ name: "work", type: "task" }] },
  ]);
});

test("a visit is found in the definition, whatever round and iteration it is of", () => {
  const graph: FlowGraph = {
    lists: ["", "each[]", "each[]/inner[]", "par[0]"].map((path) => ({ path, steps: [] })),
  };
  expect(placeIn(graph, "each[3]/inner#2[12]/poll#3")).toBe("each[]/inner[]/poll");
  expect(placeIn(graph, "par[0]/a#2")).toBe("par[0]/a");
});

describe("beside an item", () => {
  test.each([
    ["fssf.f", 0, 1, 3],
    ["fssf.f", 3, 1, 5],
    ["fssf.f", 5, 1, undefined],
    ["fssf.f", 3, -1, 0],
    ["fssf.f", 0, -1, undefined],
    ["", 7, 1, undefined],
  ] as const)("of %s at %i, %i is the failed one %s", (states, index, direction, found) => {
    expect(failedBeside(states, index, direction)).toBe(found);
  });
});

test("an item's steps have states of their own, with the option that a choice took", () => {
  const at = "2026-11-26T02:00:00.000Z";
  const view = (path: string, type: string, more: Partial<StepView> = {}): StepView => ({
    path,
    name: path.split("/").at(-1) ?? "",
    type,
    status: "Succeeded",
    enteredAt: at,
    endedAt: at,
    ...more,
  });
  const { steps, foreach } = snapshotOfItem({} as ExecutionHead, "each[3]", [
    view("each[3]/pick", "choice"),
    view("each[3]/pick[1]", "option", { index: 1 }),
    view("each[3]/pick[1]/work#2", "task", { status: "Failed", error: "Odd" }),
    view("each[3]/inner", "foreach", {
      iterations: { total: 4, started: 3, running: 1, succeeded: 1, failed: 1 },
    }),
  ]);
  expect(steps.get("pick")?.[5]).toEqual({ option: 1 });
  expect(steps.get("pick[1]/work")).toEqual([
    "each[3]/pick[1]/work#2",
    "Failed",
    1,
    Date.parse(at),
    Date.parse(at),
    { error: "Odd" },
  ]);
  const caught = snapshotOfItem({} as ExecutionHead, "each[3]", [
    view("each[3]/work", "task", { status: "Failed", error: "Odd" }),
    view("each[3]/mend", "task"),
  ]);
  expect(caught.steps.get("work")?.[5]).toEqual({ error: "Odd", goto: "mend" });
  expect(foreach.get("inner")).toMatchObject({ n: 4, states: "sfr." });
});
