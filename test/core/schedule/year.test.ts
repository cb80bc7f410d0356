import { describe, expect, test } from "vitest";
import { readTimetable } from "../../../src/core/schedule/timetable/timetable.ts";
import { walk, wallClock } from "./oracle.ts";

const FROM = Date.UTC(2026, 0, 1);
const TO = Date.UTC(2027, 0, 1);

/** Changes of all kinds: none, an hour, half an hour, at midnight, backwards for a month, quarters of hours from UTC. */
const ZONES = [
  "UTC",
  "America/New_York",
  "Europe/London",
  "Australia/Lord_Howe",
  "Africa/Casablanca",
  "Asia/Shanghai",
  "America/Santiago",
  "Pacific/Chatham",
  "America/St_Johns",
  "Africa/Cairo",
];

const EXPRESSIONS = [
  "0 0 * * *",
  "30 0 * * *",
  "30 1 * * *",
  "30 2 * * *",
  "0 2 * * *",
  "0 3 * * *",
  "59 23 * * *",
  "15,45 1,2 * * *",
  "*/15 2 * * *",
  "0/20 0-3 * * *",
  "5-59/15 23 * * *",
  "45 */2 * * *",
  "30 1/5 * * *",
  "0 0-23 * * *",
  "30 */1 * * *",
  "30 * * * *",
  "7 * * * SUN",
  "*/40 * * * SAT-SUN",
  "0 0 1 * *",
  "0 12 31 * *",
  "0 12 30 2 *",
  "0 12 29 2 *",
  "30 2 8 3 *",
  "30 1 1 11 *",
  "0 0 1,15 * *",
  "0 0 1-31/2 * *",
  "0 0 */10 * *",
  "0 0 1 */3 *",
  "0 0 1 JAN,JUL *",
  "0 0 * FEB-APR *",
  "0 9 * * MON-FRI",
  "0 9 * * 1-5",
  "0 9 * * 6,7",
  "0 9 * * 0",
  "0 9 * * */2",
  "0 9 * * MON-SUN",
  "0 9 * * FRI-SUN",
  "0 9 * * 5-7",
  "0 9 13 * FRI",
  "0 9 13 * +FRI",
  "0 9 */2 * MON",
  "0 9 *,1 * MON",
  "0 9 1-7 * +MON",
  "0 9 ? * MON",
  "0 9 1 * ?",
  "30 2 L * *",
  "0 0 LW * *",
  "0 0 1W * *",
  "0 0 15W * *",
  "0 0 31W * *",
  "30 2 * * SUN#1",
  "30 2 * * SUN#2",
  "30 1 * * SUNL",
  "0 0 * * 5#L",
  "0 0 * * FRI#5",
  "0 0 L * MON#1",
  "0 0 1,L 1-6 *",
];

describe("a year of odd expressions, against a walk over every minute of it", () => {
  test.each(ZONES)("in %s", (timeZone) => {
    const walls = wallClock(timeZone, FROM, TO);
    const wrong = EXPRESSIONS.filter((cron) => {
      const read = readTimetable({ cron, timeZone }, 0, "key");
      if (!read.ok) throw new Error(read.detail);
      const found: number[] = [];
      for (let at = read.timetable.next(FROM - 1); at !== undefined && at < TO; at = read.timetable.next(at))
        found.push(at);
      return JSON.stringify(found) !== JSON.stringify(walk(cron, walls, FROM));
    });
    expect(wrong).toEqual([]);
    expect(walk("30 2 * * *", walls, FROM).length).toBeGreaterThanOrEqual(365);
  });
});
