import { describe, expect, test } from "vitest";
import { oddOnes } from "../../../src/core/schedule/timetable/odd.ts";
import { readTimetable } from "../../../src/core/schedule/timetable/timetable.ts";
import { MINUTE, ScheduleRun } from "../../support/schedule-run.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BERLIN = "Europe/Berlin";

/** Each execution ends before the next one begins. */
function runs(
  run: ScheduleRun,
  until: number,
  gap: number,
  statusOf: (at: number) => "Failed" | "Succeeded",
) {
  while (run.now < until) {
    run.pass(Math.min(gap, until - run.now));
    for (const name of run.running) run.end(name, statusOf(run.now));
  }
}

describe("a year of nights", () => {
  const begin = Date.UTC(2025, 10, 23, 12);
  const end = Date.UTC(2026, 10, 23, 12);
  const run = new ScheduleRun(begin);
  run.put("30 2 * * *", { timeZone: BERLIN });
  runs(run, end, DAY, (now) =>
    now > Date.UTC(2026, 5, 1) && now < Date.UTC(2026, 5, 4) ? "Failed" : "Succeeded",
  );

  test("has a cell for each day of the zone, both days of a change of the clock among them", () => {
    const {
      cells = [],
      clockChanges,
      timeZone,
    } = run.machine.calendar("flow", "nightly", begin, end, "day") ?? {};
    expect(timeZone).toBe(BERLIN);
    expect(cells).toHaveLength(365);
    expect(new Set(cells.map(({ local }) => local)).size).toBe(365);
    expect(cells.filter(({ worst }) => worst === "failed").map(({ local }) => local)).toEqual([
      "2026-06-01",
      "2026-06-02",
      "2026-06-03",
    ]);
    const cellOf = (date: string) => cells.find(({ local }) => local === date);
    expect(cellOf("2026-03-29")).toEqual({
      at: Date.UTC(2026, 2, 28, 23),
      local: "2026-03-29",
      worst: "well",
      well: 1,
    });
    expect(cellOf("2026-10-25")).toMatchObject({ at: Date.UTC(2026, 9, 24, 22), well: 1 });
    expect(clockChanges).toEqual([
      { at: Date.UTC(2026, 2, 29, 1), kind: "forward" },
      { at: Date.UTC(2026, 9, 25, 1), kind: "back" },
    ]);
  });

  test("costs 34 rows at the most, once, until the schedule changes", () => {
    run.restart();
    run.machine.get("flow", "nightly");
    const read = () => {
      const before = run.cells.reads;
      run.machine.calendar("flow", "nightly", begin, end, "day");
      return run.cells.reads - before;
    };
    const rows = read();
    expect(rows).toBeGreaterThan(10);
    expect(rows).toBeLessThanOrEqual(34);
    expect(read()).toBe(0);
    run.ask({ type: "runNow", firedBy: "key:k", runId: "r" });
    expect(read()).toBe(rows);
  });
});

test("hours that clocks show twice are two, and one that they leave out is none", () => {
  const run = new ScheduleRun(Date.UTC(2026, 9, 24, 21));
  run.put("*/30 * * * *", { timeZone: BERLIN });
  runs(run, Date.UTC(2026, 9, 25, 3, 10), 30 * MINUTE, () => "Succeeded");
  const hours = (from: number, to: number) =>
    run.machine.calendar("flow", "nightly", from, to, "hour")?.cells.map(({ local }) => local.slice(11));
  expect(hours(Date.UTC(2026, 9, 24, 22), Date.UTC(2026, 9, 25, 2, 59))).toEqual([
    "00:00",
    "01:00",
    "02:00",
    "02:00",
    "03:00",
  ]);
});

test("minutes are told as clocks show them, those that they show twice as two", () => {
  const run = new ScheduleRun(Date.UTC(2026, 9, 25, 0, 50));
  run.put("*/5 * * * *", { timeZone: BERLIN });
  runs(run, Date.UTC(2026, 9, 25, 1, 10), MINUTE, () => "Succeeded");
  const [from, to] = [Date.UTC(2026, 9, 25, 0, 54), Date.UTC(2026, 9, 25, 1, 6)];
  expect(run.machine.calendar("flow", "nightly", from, to, "minute")?.cells).toEqual([
    { at: Date.UTC(2026, 9, 25, 0, 55), local: "2026-10-25T02:55", worst: "well", well: 1 },
    { at: Date.UTC(2026, 9, 25, 1, 0), local: "2026-10-25T02:00", worst: "well", well: 1 },
    { at: Date.UTC(2026, 9, 25, 1, 5), local: "2026-10-25T02:05", worst: "well", well: 1 },
  ]);
});

describe("the next odd instants", () => {
  const NOW = Date.UTC(2026, 10, 24);
  function odd(cron: string, more: object = {}, skips: { at: number; reason?: string }[] = []) {
    const read = readTimetable({ cron, timeZone: BERLIN, ...more }, NOW, "flow/nightly");
    if (!read.ok) throw new Error(read.detail);
    return oddOnes(read.timetable, NOW, 3, skips);
  }

  test("are what starts nothing, and what a change of the clock moves", () => {
    const skip = { at: Date.UTC(2026, 11, 1, 1, 30), reason: "moving house" };
    expect(odd("30 2 * * *", { exclude: { dates: ["2026-12-25"] } }, [skip])).toMatchObject([
      { at: skip.at, leftOut: "skipped", reason: "moving house", weekday: "Tuesday" },
      { local: "2026-12-25T02:30:00", leftOut: "excluded" },
      { local: "2027-03-28T03:00:00", mark: "gap" },
    ]);
  });

  test("are both of a year, and no others", () => {
    expect(odd("30 2 * * *").map(({ local, mark }) => [local, mark])).toEqual([
      ["2027-03-28T03:00:00", "gap"],
      ["2027-10-31T02:30:00", "overlapFirst"],
    ]);
    expect(odd("30 12 * * *")).toEqual([]);
  });

  test("tell a day that is excluded as one, however often the schedule fires", () => {
    expect(odd("* * * * *", { exclude: { dates: ["2026-11-26"] } })).toMatchObject([
      { local: "2026-11-26T00:00:00", leftOut: "excluded" },
    ]);
  });
});
