import { describe, expect, test } from "vitest";
import { mostPressing, nearEndAt, pressingAt } from "../../src/core/callback.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/core/time.ts";

const SINCE = Date.UTC(2026, 10, 26, 4);

describe("a callback needs somebody", () => {
  test.each([
    { has: "a minute", ms: MINUTE_MS, near: 45_000, pressing: 45_000 },
    { has: "an hour", ms: HOUR_MS, near: 45 * MINUTE_MS, pressing: 45 * MINUTE_MS },
    { has: "a day", ms: DAY_MS, near: 18 * HOUR_MS, pressing: 18 * HOUR_MS },
    { has: "a month", ms: 30 * DAY_MS, near: 29 * DAY_MS, pressing: DAY_MS },
  ])(
    "that has $has: when a quarter of that is left, at most a day, or after a day",
    ({ ms, near, pressing }) => {
      const open = { since: SINCE, dueAt: SINCE + ms };
      expect(nearEndAt(open) - SINCE).toBe(near);
      expect(pressingAt(open) - SINCE).toBe(pressing);
    },
  );
});

describe("of many callbacks", () => {
  const open = Array.from({ length: 9 }, (_, n) => ({ n, since: SINCE + n, dueAt: SINCE + DAY_MS - n }));

  test("those that are due next and those that wait longest are told, the oldest first", () => {
    expect(mostPressing(open, 4).map(({ n }) => n)).toEqual([0, 1, 7, 8]);
    expect(mostPressing(open, 3).map(({ n }) => n)).toEqual([0, 7, 8]);
  });

  test("a few are all told", () => {
    expect(mostPressing(open.toReversed(), 9)).toEqual(open);
  });

  test("one that is both the next and the oldest takes one place", () => {
    const same = [1, 2, 3, 4, 5].map((n) => ({ n, since: SINCE + n, dueAt: SINCE + DAY_MS + n }));
    expect(mostPressing(same, 4).map(({ n }) => n)).toEqual([1, 2, 3, 4]);
  });
});
