import { describe, expect, test } from "vitest";
import { nextClockChange } from "../../../src/cli/crontab/clock-change.ts";
import { readTimes } from "../../../src/cli/crontab/times.ts";
import { readTimetable } from "../../../src/core/schedule/timetable/timetable.ts";
import { loadEntry, runDaemon } from "./vixie.ts";

const DAY = 86_400_000;
const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Shanghai",
  "Australia/Lord_Howe",
  "America/Sao_Paulo",
];
const EXPRESSIONS = [
  "* * * * *",
  "*/5 * * * *",
  "*/35 * * * *",
  "17 * * * *",
  "0,30 */2 * * *",
  "30 2 * * *",
  "15,45 2 * * *",
  "*/20 2 * * *",
  "0 3 * * 1-5",
  "25 6 * * 7",
  "52 6 1 * *",
  "0 0 1,15 * 1",
  "0 4 */2 * mon",
  "0 4 13 * */2",
  "10-40/10 1-3 * mar,oct sun",
  "0 12 1-7 * SUN",
  "5 0 29 2 *",
  "@hourly",
  "@daily",
  "@weekly",
  "@monthly",
];
/** Soon before most of the zones change their clocks. */
const FROM = Date.UTC(2026, 2, 1);
/** A thousand instants of what fires each day. */
const TO = FROM + 1000 * DAY;
/** Of what fires more often so many are compared. */
const COMPARED = 5_000;

describe.each(ZONES)("in %s", (timeZone) => {
  const daemon = runDaemon(EXPRESSIONS.map(loadEntry), timeZone, FROM, TO);

  test.each(EXPRESSIONS.map((text, position) => ({ text, starts: daemon[position] })))(
    "$text fires as under cron, but for what is told of each change of the clock",
    ({ text, starts }) => {
      const times = readTimes(`${text} /bin/true`);
      if (!times.ok) throw new Error(times.reason);
      const { cron } = times;
      const read = readTimetable({ cron, timeZone }, FROM, "");
      if (!read.ok) throw new Error(read.detail);
      const expected = starts.slice();
      let from = FROM;
      for (;;) {
        const change = nextClockChange({ cron, timeZone, hasOwnZone: false }, from);
        if (!change || change.at >= TO) break;
        for (const at of change.onlyCron) expected.splice(expected.indexOf(at), 1);
        expected.push(...change.onlyMillrace);
        from = change.at;
      }
      expected.sort((one, other) => one - other);
      const found: number[] = [];
      for (
        let at = read.timetable.next(FROM - 1);
        at !== undefined && at < TO;
        at = read.timetable.next(at)
      ) {
        found.push(at);
        if (found.length === COMPARED) break;
      }
      expect(found).toEqual(expected.slice(0, COMPARED));
    },
  );
});

test("a line of a zone of its own is made up for by Millrace, and not by cron", () => {
  const line = { cron: "30 2 * * *", timeZone: "Europe/Berlin" };
  const from = Date.UTC(2026, 2, 1);
  const at = Date.UTC(2026, 2, 29, 1);
  expect(nextClockChange({ ...line, hasOwnZone: false }, from)).toBeUndefined();
  expect(nextClockChange({ ...line, hasOwnZone: true }, from)).toEqual({
    at,
    onlyCron: [],
    onlyMillrace: [at],
  });
});

test("zones that keep their clock have nothing to tell", () => {
  expect(
    nextClockChange({ cron: "30 2 * * *", timeZone: "Asia/Shanghai", hasOwnZone: false }, FROM),
  ).toBeUndefined();
});
