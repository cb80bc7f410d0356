import { describe, expect, test } from "vitest";
import { countStates, expandRuns, heatOf, indexesIn } from "../../src/console/model/heat.ts";

describe("a heat map", () => {
  test("has a cell for each item while they fit", () => {
    expect(heatOf("ssfr.", 5)).toEqual({ cells: "ssfr.", perCell: 1 });
    expect(heatOf("", 400)).toEqual({ cells: "", perCell: 1 });
  });

  test("lets the worst of a cell win", () => {
    expect(heatOf("ssssfs", 3)).toEqual({ cells: "ssf", perCell: 2 });
    expect(heatOf("s.sx.rry", 4).cells).toBe(".xry");
  });

  test("tells even numbers of items in a cell", () => {
    const { cells, perCell } = heatOf("s".repeat(50_000), 376);
    expect(perCell).toBe(200);
    expect(cells).toBe("s".repeat(250));
  });

  test("shows one failure among a hundred thousand", () => {
    const states = `${"s".repeat(77_777)}f${"s".repeat(22_222)}`;
    const { cells, perCell } = heatOf(states, 376);
    expect(cells.indexOf("f")).toBe(Math.floor(77_777 / perCell));
    expect(cells.split("f").length).toBe(2);
  });
});

test("runs are written out", () => {
  expect(expandRuns("s3fs2r1.4")).toBe("sssfssr....");
  expect(expandRuns("")).toBe("");
});

test("states are counted and found", () => {
  expect(countStates("ssfxr..y")).toEqual({
    succeeded: 2,
    failed: 1,
    stopped: 1,
    running: 1,
    pending: 2,
    retrying: 1,
  });
  expect(indexesIn("ssfxr..y", "fy")).toEqual([2, 7]);
});
