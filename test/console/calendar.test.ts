import { describe, expect, test } from "vitest";
import type { CalendarAnswer, Firing } from "../../src/console/api/types.ts";
import {
  dayRows,
  hourBefore,
  hourRows,
  instantOf,
  minuteRows,
  wallOf,
} from "../../src/console/model/calendar.ts";
import { quantile, runTimes, scaleOf } from "../../src/console/model/run-times.ts";

const BERLIN = "Europe/Berlin";

function answer(cells: CalendarAnswer["cells"], clockChanges: CalendarAnswer["clockChanges"] = []) {
  return { timeZone: BERLIN, cells, clockChanges };
}

describe("a calendar of days", () => {
  const cells = [
    { at: "2026-10-24T22:00:00.000Z", local: "2026-10-25", worst: "failed", failed: 1 } as const,
    { at: "2026-11-24T23:00:00.000Z", local: "2026-11-25", worst: "well", well: 1 } as const,
  ];
  const rows = dayRows(
    answer(cells, [{ at: "2026-10-25T01:00:00.000Z", kind: "back" }]),
    "2026-11-26T01:12",
    6,
  );

  test("has a row for each weekday, from Monday on, and ends with the week of today", () => {
    expect(rows.map((row) => row.at(-1)?.local)).toEqual([
      "2026-11-23",
      "2026-11-24",
      "2026-11-25",
      "2026-11-26",
      "2026-11-27",
      "2026-11-28",
      "2026-11-29",
    ]);
    expect(rows.every((row) => row.length === 6)).toBe(true);
    expect(
      rows
        .flat()
        .filter(({ isNow }) => isNow)
        .map(({ local }) => local),
    ).toEqual(["2026-11-26"]);
    expect(rows.flat().filter(({ isComing }) => isComing)).toHaveLength(3);
  });

  test("shows on each day how it went, also on the day of a change of the clock", () => {
    const squareOf = (date: string) => rows.flat().find(({ local }) => local === date);
    expect(squareOf("2026-10-25")).toMatchObject({
      state: "failed",
      counts: { failed: 1 },
      hasClockChange: true,
    });
    expect(squareOf("2026-11-25")).toMatchObject({ state: "succeeded", hasClockChange: false });
    expect(squareOf("2026-11-24")).not.toHaveProperty("state");
  });
});

describe("a strip of minutes", () => {
  const cells = [
    { at: "2026-11-25T22:59:00.000Z", local: "2026-11-25T23:59", worst: "failed", failed: 1 } as const,
    { at: "2026-11-25T23:05:00.000Z", local: "2026-11-26T00:05", worst: "well", well: 1 } as const,
  ];

  test.each([
    [60, ["23:00", "00:00"]],
    [30, ["23:00", "23:30", "00:00", "00:30"]],
  ])("has the hours up to the last one in rows of %i", (perRow, begins) => {
    const rows = minuteRows(answer(cells), "2026-11-26T00:07", "2026-11-26T00", 2, perRow);
    expect(rows.map(([first]) => first?.local.slice(11))).toEqual(begins);
    expect(rows.every((row) => row.length === perRow)).toBe(true);
    const told = rows.flat().filter(({ state }) => state !== undefined);
    expect(told.map(({ local, state }) => [local, state])).toEqual([
      ["2026-11-25T23:59", "failed"],
      ["2026-11-26T00:05", "succeeded"],
    ]);
    expect(rows.flat().find(({ isNow }) => isNow)?.local).toBe("2026-11-26T00:07");
    expect(rows.flat().filter(({ isComing }) => isComing)).toHaveLength(52);
  });
});

test.each([
  ["2026-11-25", "2026-11-24T23:00:00.000Z"],
  ["2026-11-25T18", "2026-11-25T17:00:00.000Z"],
  ["2026-11-25T18:05", "2026-11-25T17:05:00.000Z"],
  ["2026-03-29", "2026-03-28T23:00:00.000Z"],
  ["2026-03-30", "2026-03-29T22:00:00.000Z"],
  ["2026-10-26", "2026-10-25T23:00:00.000Z"],
])("%s begins in Berlin at %s", (local, at) => {
  expect(new Date(instantOf(local, BERLIN)).toISOString()).toBe(at);
});

test("hours before one are counted over midnight", () => {
  expect(hourBefore("2026-11-01T01", 2)).toBe("2026-10-31T23");
});

test("an hour that clocks show twice is one square, and the worst of both counts", () => {
  const cells = [
    {
      at: "2026-10-25T00:00:00.000Z",
      local: "2026-10-25T02:00",
      worst: "failed",
      failed: 1,
      well: 1,
    } as const,
    { at: "2026-10-25T01:00:00.000Z", local: "2026-10-25T02:00", worst: "late", late: 2 } as const,
  ];
  const [row = []] = hourRows(answer(cells), "2026-10-25T12:00", 1);
  expect(row).toHaveLength(24);
  expect(row[2]).toMatchObject({ state: "failed", counts: { failed: 1, late: 2, well: 1 } });
});

test("the clocks of a zone", () => {
  expect(wallOf(Date.parse("2026-11-26T01:12:40Z"), "Asia/Shanghai")).toBe("2026-11-26T09:12");
});

describe("how long runs took", () => {
  const firing = (minutes: number, more: Partial<Firing> = {}): Firing => ({
    at: "2026-11-25T01:30:00.000Z",
    kind: "scheduled",
    verdict: "started",
    firedBy: "alarm",
    startedAt: "2026-11-25T01:30:00.000Z",
    executionEndedAt: new Date(Date.parse("2026-11-25T01:30:00.000Z") + minutes * 60_000).toISOString(),
    executionStatus: "Succeeded",
    ...more,
  });

  test("is told of those that ended, oldest first", () => {
    const { executionEndedAt: _, ...runs } = firing(1);
    const times = runTimes([firing(3), runs, firing(2, { executionStatus: "Failed" })]);
    expect(times.map(({ ms, state }) => [ms, state])).toEqual([
      [120_000, "failed"],
      [180_000, "succeeded"],
    ]);
  });

  test("is summed up by halves and by nearly all", () => {
    const times = runTimes(Array.from({ length: 20 }, (_, n) => firing(n + 1)));
    expect([quantile(times, 0.5), quantile(times, 0.95)].map((ms) => ms / 60_000)).toEqual([10, 19]);
    expect(quantile([], 0.5)).toBe(0);
  });

  test("is drawn by round times", () => {
    expect(scaleOf(58 * 60_000).map((ms) => ms / 60_000)).toEqual([30, 60]);
    expect(scaleOf(1)).toEqual([1000]);
  });
});
