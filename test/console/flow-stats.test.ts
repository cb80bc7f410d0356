import { describe, expect, test } from "vitest";
import type { FlowStats, FlowStatsBucket } from "../../src/console/api/types.ts";
import { namedBars, roundUp } from "../../src/console/model/charts.ts";
import { retentionOf } from "../../src/console/model/retention.ts";
import { askedFor, countScale, partsOf, percentOf, timeScale } from "../../src/console/model/flow-stats.ts";

const NONE: FlowStats["counts"] = { succeeded: 0, failed: 0, timedOut: 0, stopped: 0, running: 0 };
const NOW = Date.parse("2026-11-26T09:12:40Z");

function bucket(counts: Partial<FlowStatsBucket>): FlowStatsBucket {
  return { at: "2026-11-26T00:00:00.000Z", local: "2026-11-26", ...NONE, ...counts };
}

describe("a flow's statistics", () => {
  test("are of the last hours or days, today and this hour counted, under one address for an hour", () => {
    expect(askedFor("day", NOW)).toEqual({ from: "2026-11-25T10:00:00.000Z", by: "hour" });
    expect(askedFor("month", NOW)).toEqual({ from: "2026-10-28T09:00:00.000Z", by: "day" });
    expect(askedFor("month", NOW + 60_000)).toEqual(askedFor("month", NOW));
  });

  test("draw what is well at the bottom, and what failed or was too late as one on top", () => {
    expect(partsOf({ ...NONE, failed: 1, timedOut: 2, succeeded: 40, stopped: 3 })).toEqual([
      { tone: "ok", value: 40 },
      { tone: "idle", value: 3 },
      { tone: "bad", value: 3 },
    ]);
    expect(partsOf(NONE)).toEqual([]);
  });

  test("have scales that end at round numbers above all of it", () => {
    expect(countScale([bucket({ succeeded: 130 }), bucket({ failed: 7 })])).toEqual([100, 200]);
    expect(countScale([])).toEqual([2, 4]);
    expect(timeScale([bucket({ p95Ms: 95_000 })]).at(-1)).toBe(120_000);
    expect([0, 3, 7, 11, 280, 1000, 4001].map(roundUp)).toEqual([4, 4, 8, 20, 300, 1000, 6000]);
  });

  test("never round to all or nothing", () => {
    expect([1, 0.9996, 0.5, 0.0001, 0].map(percentOf)).toEqual([100, 99.9, 50, 0.1, 0]);
  });
});

test("bars are named where there is room, and never where the name would stand over the edge", () => {
  expect([...namedBars(30, 8)]).toEqual([0, 4, 8, 12, 16, 20, 24]);
  expect([...namedBars(7, 8)]).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect([...namedBars(0, 8)]).toEqual([]);
});

test("days that executions are kept are a whole number, as the service takes it", () => {
  expect(["7", " 30 ", "3650", "0", "3651", "1.5", "-1", "", "many"].map(retentionOf)).toEqual([
    7,
    30,
    3650,
    ...Array.from({ length: 6 }, () => undefined),
  ]);
});
