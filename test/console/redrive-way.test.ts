import { expect, test } from "vitest";
import { hasToleratedItems, placeText, placesOf, wayTo } from "../../src/console/model/redrive-way.ts";

const done = { type: "task", status: "Succeeded" } as const;

function each(name: string, failed: number, status: "Succeeded" | "Failed" = "Succeeded") {
  const iterations = { total: 5, started: 5, running: 0, succeeded: 5 - failed, failed };
  return { name, type: "foreach", status, iterations };
}

test("an execution can go on from each step that it visited, and with the items that a foreach tolerated at last", () => {
  const visits = [
    { name: "检查", ...done },
    each("each", 2),
    each("other", 1),
    { name: "send", ...done },
    each("other", 0),
    each("open", 1, "Failed"),
  ];
  expect(placesOf(visits)).toEqual({
    steps: ["检查", "each", "other", "send", "open"],
    tolerated: ["each"],
  });
});

test("a choice of where it goes on leaves the version as it was chosen", () => {
  for (const way of [{ from: "a:b" }, { items: "each" }, {}]) {
    expect(wayTo(placeText(way), {})).toEqual(way);
    expect(wayTo(placeText(way), { version: 3, from: "x" })).toEqual({ ...way, version: 3 });
  }
});

test("what succeeded has items to go on with if some failed", () => {
  const items = (failed: number) => ({ total: 5, succeeded: 5 - failed, failed });
  expect(hasToleratedItems({ status: "Succeeded", items: items(2) })).toBe(true);
  expect(hasToleratedItems({ status: "Succeeded", items: items(0) })).toBe(false);
  expect(hasToleratedItems({ status: "Failed", items: items(2) })).toBe(false);
  expect(hasToleratedItems({ status: "Succeeded" })).toBe(false);
});
