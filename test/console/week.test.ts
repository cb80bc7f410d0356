import { describe, expect, test } from "vitest";
import type { Schedule } from "../../src/console/api/types.ts";
import { levelOf, mondayOf, weekOf } from "../../src/console/model/week.ts";

function schedule(name: string, cron: string | string[], more: Partial<Schedule> = {}): Schedule {
  const made = "2026-01-01T00:00:00.000Z";
  return { flow: "flow", name, cron, enabled: true, createdAt: made, updatedAt: made, ...more };
}

/** Local hours, with the names of what starts in them. */
function told(schedules: readonly Schedule[], monday: string, zone: string) {
  return weekOf(schedules, monday, zone)
    .hours.flat()
    .filter((hour) => hour !== undefined && hour.starts.length > 0)
    .map((hour) => [hour?.local, hour?.starts.map((start) => start.schedule).join(" ")]);
}

describe("the week of schedules", () => {
  test("has seven days of 24 hours, on the reader's clocks", () => {
    const week = weekOf([], "2026-11-23", "Asia/Shanghai");
    expect(week.days).toEqual([23, 24, 25, 26, 27, 28, 29].map((day) => `2026-11-${day}`));
    expect(week.hours.map((row) => row.length)).toEqual(Array.from({ length: 24 }, () => 7));
    const schedules = [
      schedule("berlin", "30 2 * * MON", { timeZone: "Europe/Berlin" }),
      schedule("utc", "45 1 * * 1"),
    ];
    expect(told(schedules, "2026-11-23", "Asia/Shanghai")).toEqual([["2026-11-23T09:00", "berlin utc"]]);
  });

  test("tells of hours that are over what their starts came to, as far as that is known", () => {
    const schedules = [
      schedule("good", "0 2 * * *", { recent: ["well"], recentAt: ["2026-11-24T02:00:00.000Z"] }),
      schedule("bad", "30 2 * * *", {
        recent: ["well", "failed"],
        recentAt: ["2026-11-23T02:30:00.000Z", "2026-11-24T02:30:00.000Z"],
      }),
      schedule("unknown", "45 2 * * *"),
    ];
    const hours = weekOf(schedules, "2026-11-23", "UTC").hours[2] ?? [];
    expect(hours.slice(0, 3).map((hour) => hour?.went)).toEqual([
      { worst: "well", counts: { well: 1 } },
      { worst: "failed", counts: { well: 1, failed: 1 } },
      undefined,
    ]);
    expect(hours[1]?.starts.map(({ went }) => went)).toEqual(["well", "failed", undefined]);
  });

  test("goes without what is paused, excluded, skipped or outside of its time", () => {
    const nightly = (name: string, more: Partial<Schedule>) => schedule(name, "0 2 * * *", more);
    const schedules = [
      nightly("paused", { enabled: false }),
      nightly("excluded", {
        exclude: {
          dates: ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28"],
        },
      }),
      nightly("skipped", {
        endAt: "2026-11-25T00:00:00Z",
        skips: [{ at: "2026-11-24T02:00:00.000Z", by: "k" }],
      }),
      nightly("later", { startAt: "2026-11-29T00:00:00Z" }),
      schedule("unreadable", []),
    ];
    expect(told(schedules, "2026-11-23", "UTC")).toEqual([
      ["2026-11-23T02:00", "skipped"],
      ["2026-11-29T02:00", "excluded later"],
    ]);
  });

  test("tells of what starts more often than each hour no more than that", () => {
    const week = weekOf(
      [schedule("hourly", "5 * * * *"), schedule("often", "*/20 * * * *")],
      "2026-11-23",
      "UTC",
    );
    expect(week.often.map(({ name }) => name)).toEqual(["often"]);
    expect(week.hours.flat().every((hour) => hour?.starts.length === 1)).toBe(true);
  });

  test("has a hole where the clocks go forward, and starts of both hours where they go back", () => {
    const spring = weekOf([], "2026-03-23", "Europe/Berlin");
    expect(spring.hours[2]?.map((hour) => hour !== undefined)).toEqual([
      true,
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
    const every = [schedule("hourly", "30 * * * *")];
    const autumn = weekOf(every, "2026-10-19", "Europe/Berlin");
    expect(autumn.hours[2]?.[6]?.starts).toHaveLength(2);
  });

  test("begins on a Monday", () => {
    expect(["2026-11-23", "2026-11-26T09:00", "2026-11-29"].map((local) => mondayOf(local))).toEqual(
      Array.from({ length: 3 }, () => "2026-11-23"),
    );
    expect(mondayOf("2026-11-26", 1)).toBe("2026-11-30");
    expect(mondayOf("2026-11-26", -1)).toBe("2026-11-16");
  });

  test("shows how crowded an hour is beside the most crowded one", () => {
    expect([0, 1, 10, 20, 40].map((starts) => levelOf(starts, 40))).toEqual([0, 1, 1, 2, 4]);
  });
});
