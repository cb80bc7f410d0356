import { expect, test } from "vitest";
import type { QueueHistory } from "../../src/console/api/types.ts";
import { binsOf, lastHour, lineOf } from "../../src/console/model/depth.ts";

const HISTORY: QueueHistory = {
  from: "2026-11-26T00:00:00.000Z",
  stepSeconds: 600,
  points: Array.from({ length: 12 }, (_, nth) => [nth, 1, nth * 1000, 2, 1]),
};

test("points are drawn together when there are too many: the most of them, and all that came and went", () => {
  const bins = binsOf(HISTORY, 4);
  expect(bins).toHaveLength(4);
  expect(bins[1]).toEqual({
    at: Date.parse("2026-11-26T00:30:00.000Z"),
    ready: 5,
    inFlight: 1,
    oldestMs: 5000,
    sent: 6,
    gone: 3,
  });
  expect(binsOf({ ...HISTORY, points: [] }, 4)).toEqual([]);
  expect(binsOf(HISTORY, 100)).toHaveLength(12);
});

test("the last hour is six steps of ten minutes, or sixty of one", () => {
  expect(lastHour(HISTORY)).toEqual({ sent: 12, gone: 6 });
  expect(lastHour({ ...HISTORY, stepSeconds: 60 })).toEqual({ sent: 24, gone: 12 });
});

test("a line goes from the left to the right, and up", () => {
  expect(lineOf([0, 5, 10], 10)).toBe("M0 100L50 50L100 0");
  expect(lineOf([4], 4)).toBe("M0 0");
});
