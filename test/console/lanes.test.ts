import { describe, expect, test } from "vitest";
import { brushed, lanePaths, ticksOf, zoomed } from "../../src/console/model/lanes.ts";

test("a lane is drawn by a path for each state, failures the highest", () => {
  expect(Object.fromEntries(lanePaths("s3.2f"))).toEqual({
    s: "M0 2h3v8h-3z",
    f: "M5 0h1v12h-1z",
  });
  expect(lanePaths("").size).toBe(0);
});

describe("ticks", () => {
  const at = (time: string) => Date.parse(`2026-11-26T${time}Z`);

  test("are round instants, as many as there is room for", () => {
    const { stepMs, at: ticks } = ticksOf(at("02:00:03"), at("02:31:10"), 7);
    expect(stepMs).toBe(300_000);
    expect(ticks).toEqual(["02:05:00", "02:10:00", "02:15:00", "02:20:00", "02:25:00", "02:30:00"].map(at));
  });

  test("are there for milliseconds and for years", () => {
    expect(ticksOf(0, 3, 6).stepMs).toBe(1);
    expect(ticksOf(0, 400 * 86_400_000, 6).at.length).toBeLessThanOrEqual(7);
  });
});

describe("a stretch of time", () => {
  test("is brushed from either side, and not by a mere click", () => {
    expect(brushed({ from: 1000, to: 2000 }, 0.75, 0.25)).toEqual({ from: 1250, to: 1750 });
    expect(brushed({ from: 1000, to: 2000 }, 0.5, 0.505)).toBeUndefined();
    expect(brushed({ from: 1000, to: 2000 }, -1, 0.5)).toEqual({ from: 1000, to: 1500 });
  });

  test("is zoomed around its middle, and never beyond the whole", () => {
    const whole = { from: 0, to: 1000 };
    expect(zoomed({ from: 200, to: 600 }, 0.5, whole)).toEqual({ from: 300, to: 500 });
    expect(zoomed({ from: 200, to: 600 }, 2, whole)).toEqual({ from: 0, to: 800 });
    expect(zoomed({ from: 400, to: 401 }, 0.5, whole)).toEqual({ from: 400, to: 401 });
  });
});
