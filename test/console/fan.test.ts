import { describe, expect, test } from "vitest";
import { readTolerance, writeRuns, writeTolerance } from "../../src/console/model/fan.ts";
import { countStates, heatOf } from "../../src/console/model/heat.ts";

describe("items of a group of failures", () => {
  test.each([
    [[], ""],
    [[[3, 1]], "3"],
    [
      [
        [3, 3],
        [9, 1],
      ],
      "3-5,9",
    ],
  ] as const)("%j are named %s on the command line", (runs, text) => {
    expect(writeRuns(runs)).toBe(text);
  });
});

test.each([
  ["5", 5],
  [" 0 ", 0],
  ["10%", { percentage: 10 }],
  ["12.5 %", { percentage: 12.5 }],
  ["101%", undefined],
  ["1001", undefined],
  ["-1", undefined],
  ["", undefined],
  ["many", undefined],
])("how many may fail is read from %j", (text, read) => {
  expect(readTolerance(text, 1000)).toEqual(read);
});

test("how many may fail is shown as it is typed", () => {
  expect(writeTolerance({ count: 3 })).toBe("3");
  expect(writeTolerance({ percentage: 12.5 })).toBe("12.5%");
});

test("skipped items are counted, and show where nothing worse does", () => {
  expect(countStates("skk.f")).toEqual({ succeeded: 1, skipped: 2, pending: 1, failed: 1 });
  expect(heatOf("sk.ksf", 3).cells).toBe("kkf");
});
