import { describe, expect, test } from "vitest";
import { preview } from "../../../src/core/schedule/timetable/preview.ts";
import { type TimetableSpec, readTimetable } from "../../../src/core/schedule/timetable/timetable.ts";

const FROM = Date.UTC(2026, 11, 24, 22, 30);

function table(spec: TimetableSpec, key = "flow/nightly") {
  const read = readTimetable(spec, FROM, key);
  if (!read.ok) throw new Error(read.detail);
  return read.timetable;
}

function next(spec: TimetableSpec, count: number): string[] {
  return preview(table(spec), FROM, count).map(({ at }) => new Date(at).toISOString().slice(5, 19));
}

describe("a timetable", () => {
  test("of several expressions has each instant once, each in its own zone", () => {
    const cron = ["0 0 * * *", "0 */12 * * *", "CRON_TZ=Asia/Tokyo 0 9 * * *", "@at 2026-12-25T03:00:00Z"];
    expect(next({ cron }, 4)).toEqual([
      "12-25T00:00:00",
      "12-25T03:00:00",
      "12-25T12:00:00",
      "12-26T00:00:00",
    ]);
  });

  test("lies between its bounds, which belong to it", () => {
    const bounds = { startAt: Date.UTC(2026, 11, 25, 1), endAt: Date.UTC(2026, 11, 25, 3) };
    expect(next({ cron: "0 * * * *", ...bounds }, 9)).toEqual([
      "12-25T01:00:00",
      "12-25T02:00:00",
      "12-25T03:00:00",
    ]);
    expect(next({ cron: "@every 40m", ...bounds }, 9)).toEqual([
      "12-25T01:00:00",
      "12-25T01:40:00",
      "12-25T02:20:00",
      "12-25T03:00:00",
    ]);
    const wrong = readTimetable({ cron: "@daily", startAt: 2, endAt: 1 }, 0, "");
    expect(wrong).toMatchObject({ code: "InvalidSchedule" });
    const noDate = readTimetable({ cron: "@daily", exclude: { dates: ["2026-02-30"] } }, 0, "");
    expect(noDate).toMatchObject({ detail: expect.stringContaining('"2026-02-30"') });
  });

  test("counts @every from creation by default, and from a start long ago all the same", () => {
    expect(next({ cron: "@every 90m" }, 2)).toEqual(["12-25T00:00:00", "12-25T01:30:00"]);
    expect(next({ cron: "@every 1d", startAt: Date.UTC(2020, 0, 1, 5) }, 1)).toEqual(["12-25T05:00:00"]);
  });

  test("leaves out local dates and times by expression", () => {
    const exclude = { dates: ["2026-12-25"], crons: ["* 0-1 * * *"] };
    const spec = { cron: "30 30 * * * *", timeZone: "Europe/Berlin", exclude };
    // Berlin is an hour ahead: its 25th lasts from 23:00Z to 23:00Z, and the two hours after it until 01:00Z.
    expect(next(spec, 3)).toEqual(["12-24T22:30:30", "12-26T01:30:30", "12-26T02:30:30"]);
    expect(table(spec).exclusionOf(Date.UTC(2026, 11, 25, 12))).toBe("2026-12-25 is an excluded date");
    expect(next({ cron: "0 * * * *", exclude: { crons: ["CRON_TZ=Asia/Tokyo 0 9 * * *"] } }, 2)).toEqual([
      "12-24T23:00:00",
      "12-25T01:00:00",
    ]);
    expect(next({ cron: "@hourly", exclude: { crons: ["* * * * *"] } }, 2)).toEqual([]);
  });

  test("passes by what is excluded as a whole: a year of seconds hides nothing", () => {
    const second = { cron: "* * * * * *", timeZone: "Europe/Berlin" };
    expect(next({ ...second, exclude: { crons: ["* * * * * * 2026-2050"] } }, 1)).toEqual(["12-31T23:00:00"]);
    expect(next({ ...second, exclude: { crons: ["* 0-22 * * *"], dates: ["2026-12-25"] } }, 1)).toEqual([
      "12-24T22:30:00",
    ]);
    expect(next({ ...second, exclude: { crons: ["0-58 * * * *"], dates: ["2026-12-24"] } }, 1)).toEqual([
      "12-24T23:59:00",
    ]);
  });

  test("delays starts, each instant always by the same, and keeps their order", () => {
    const spec = { cron: "* * * * *", jitterSeconds: 300 };
    const starts = preview(table(spec), FROM, 200).map(({ at, startsAt = at }) => [at, startsAt] as const);
    expect(preview(table(spec), FROM, 200).map(({ at, startsAt = at }) => [at, startsAt])).toEqual(starts);
    expect(starts.every(([at, startsAt]) => startsAt >= at && startsAt < at + 60_000)).toBe(true);
    expect(new Set(starts.map(([at, startsAt]) => startsAt - at)).size).toBeGreaterThan(150);
    const other = preview(table(spec, "flow/other"), FROM, 1)[0];
    expect(other?.startsAt).not.toBe(starts[0]?.[1]);
    const wide = preview(table({ cron: "@daily", jitterSeconds: 10 }), FROM, 100);
    expect(wide.every(({ at, startsAt = at }) => startsAt - at <= 10_000)).toBe(true);
  });

  test("tells local times and odd days", () => {
    const berlin = table({ cron: "30 2 * * *", timeZone: "Europe/Berlin" });
    expect(preview(berlin, Date.UTC(2026, 2, 28, 12), 2)).toEqual([
      {
        at: Date.UTC(2026, 2, 29, 1),
        local: "2026-03-29T03:00:00",
        weekday: "Sunday",
        offset: "+02:00",
        mark: "gap",
      },
      { at: Date.UTC(2026, 2, 30, 0, 30), local: "2026-03-30T02:30:00", weekday: "Monday", offset: "+02:00" },
    ]);
    expect(table({ cron: "@daily", timeZone: "America/St_Johns" }).localOf(FROM)).toEqual({
      local: "2026-12-24T19:00:00",
      weekday: "Thursday",
      offset: "-03:30",
    });
  });
});
