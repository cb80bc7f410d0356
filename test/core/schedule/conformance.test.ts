import { describe, expect, test } from "vitest";
import { parseCron } from "../../../src/core/schedule/timetable/cron.ts";
import { readTimetable } from "../../../src/core/schedule/timetable/timetable.ts";

/**
 * The conformance vectors of the Open Cron Pattern Specification (github.com/open-source-cron/ocps): level, pattern, local
 * times that it must match, and some that it must not.
 */
const MATCHES: readonly [level: string, pattern: string, yes: string, no: string][] = [
  ["1.0", "15 10 * * *", "2025-03-10 10:15", "2025-03-10 10:14"],
  ["1.0", "30 8 * jan Mon", "2025-01-06 08:30", "2025-02-03 08:30"],
  [
    "1.0",
    "5-59/15 9 * * *",
    "2025-03-10 09:05, 2025-03-10 09:20, 2025-03-10 09:35, 2025-03-10 09:50",
    "2025-03-10 09:15",
  ],
  ["1.0", "0 12 1 * MON", "2025-10-01 12:00, 2025-10-06 12:00", "2025-10-07 12:00"],
  ["1.0", "0 12 * * MON", "2025-10-06 12:00", "2025-10-07 12:00"],
  ["1.0", "0 12 1-31 * MON", "2025-10-06 12:00, 2025-10-07 12:00", "2025-10-08 11:00"],
  ["1.1", "@yearly", "2026-01-01 00:00", "2026-01-02 00:00"],
  ["1.1", "@annually", "2026-01-01 00:00", "2026-01-02 00:00"],
  ["1.1", "@monthly", "2026-02-01 00:00", "2026-02-02 00:00"],
  ["1.1", "@weekly", "2025-10-05 00:00", "2025-10-06 00:00"],
  [
    "1.1",
    "@daily",
    "2025-10-07 00:00, 2025-10-08 00:00, 2025-11-01 00:00",
    "2025-10-07 00:01, 2025-10-08 00:00:01, 2025-10-08 23:59:59",
  ],
  ["1.1", "@midnight", "2025-10-07 00:00", "2025-10-07 00:01"],
  ["1.1", "@hourly", "2025-10-07 10:00", "2025-10-07 10:01"],
  ["1.2", "15 10 * * *", "2025-03-10 10:15:00", "2025-03-10 10:15:30"],
  ["1.2", "30 15 10 * * *", "2025-03-10 10:15:30", "2025-03-10 10:15:29"],
  ["1.2", "0 15 10 * * * 2025", "2025-03-10 10:15:00", "2026-03-10 10:15:00"],
  ["1.2", "0 0 0 1 1 * 1970-2199/2", "2026-01-01 00:00:00", "2025-01-01 00:00:00"],
  ["1.3", "0 0 L * *", "2025-02-28 00:00", "2025-02-27 00:00"],
  ["1.3", "0 0 * * FRI#L", "2025-02-28 00:00", "2025-02-21 00:00"],
  ["1.3", "0 0 * * 5L", "2025-02-28 00:00", "2025-02-21 00:00"],
  ["1.3", "0 0 * * TUE#3", "2025-06-17 00:00", "2025-06-10 00:00"],
  ["1.3", "0 12 15W * *", "2025-06-16 12:00", "2025-06-15 12:00"],
  ["1.3", "0 12 1W * *", "2025-02-03 12:00", "2025-02-01 12:00"],
  ["1.4", "0 12 1 * MON", "2025-09-01 12:00, 2025-09-08 12:00, 2025-10-01 12:00", "2025-10-07 12:00"],
  ["1.4", "0 12 1 * +MON", "2025-09-01 12:00", "2025-09-08 12:00, 2025-10-01 12:00"],
  // What its text says besides: only a first part `*` takes the restriction away, and a step is a restriction.
  ["1.0", "0 12 *,1 * MON", "2025-10-06 12:00", "2025-10-01 12:00"],
  ["1.0", "0 12 1,* * MON", "2025-10-01 12:00, 2025-10-02 12:00", "2025-10-01 11:00"],
  ["1.0", "0 12 */2 * MON", "2025-10-01 12:00, 2025-10-06 12:00, 2025-10-07 12:00", "2025-10-08 12:00"],
  ["1.0", " \t0\t 12  *  * 0 ", "2025-10-05 12:00", "2025-10-06 12:00"],
  ["1.0", "0 12 * * 7", "2025-10-05 12:00", "2025-10-06 12:00"],
  ["1.0", "0 12 * * MON-SUN/6", "2025-10-05 12:00, 2025-10-06 12:00", "2025-10-07 12:00"],
];

const REFUSED: readonly [level: string, pattern: string, words: string][] = [
  ["1.0", "60 0 * * *", 'minute: "60"'],
  ["1.0", "0 0 10-5 * *", 'day of the month: "10-5"'],
  ["1.0", "0 0 /30 * *", 'day of the month: "/30"'],
  ["1.0", "*/0 * * * *", 'minute: "*/0"'],
  ["1.0", "*,*,61 * * * *", 'minute: "61"'],
  ["1.0", "0 0 *,32 * *", 'day of the month: "32"'],
  ["1.0", "0\u00a00 * * *", "not 4"],
  ["1.0", "0 0 *\n* *", "not 4"],
  ["1.1", "@Daily", '"@Daily" is not known'],
  ["1.1", "@daily 0 0 * * *", "is not known"],
  ["1.1", "@reboot", "@reboot is not supported"],
  ["1.2", "0 0 0 1 1 * 1969", 'year: "1969"'],
  ["1.3", "0 12 1-15W * *", 'day of the month: "1-15W"'],
  ["1.3", "0 12 1W,15W * *", 'day of the month: "1W,15W"'],
  ["1.3", "0 0 * * 5#6", 'weekday: "5#6"'],
  ["1.3", "0 0 * * L", 'weekday: "L"'],
  ["1.4", "0 12 +1 * MON", 'day of the month: "+1"'],
  ["1.4", "0 12 1 * MON,+TUE", 'weekday: "+TUE"'],
  ["1.4", "0 12 1 * +", "weekday: is empty"],
  ["1.4", "? 12 * * *", 'minute: "?"'],
  ["1.4", "0 12 * ? *", 'month: "?"'],
  ["1.4", "0 12 ? * ?", "not in both"],
];

function isMatch(pattern: string, local: string): boolean {
  const read = readTimetable({ cron: pattern }, 0, "key");
  if (!read.ok) throw new Error(read.detail);
  const time = local.length === 16 ? `${local}:00` : local;
  return read.timetable.isInstant(Date.parse(`${time.replace(" ", "T")}Z`));
}

describe("the Open Cron Pattern Specification", () => {
  test.each(MATCHES)("%s: %s matches %s and not %s", (_, pattern, yes, no) => {
    const times = (text: string) => text.split(", ");
    expect(times(yes).filter((time) => !isMatch(pattern, time))).toEqual([]);
    expect(times(no).filter((time) => isMatch(pattern, time))).toEqual([]);
  });

  test.each(REFUSED)("%s: %j is refused with its reason", (_, pattern, words) => {
    expect(parseCron(pattern)).toMatchObject({ ok: false, detail: expect.stringContaining(words) });
  });

  test("1.0: an impossible date is valid, and never comes", () => {
    const read = readTimetable({ cron: "* * 31 2 *" }, 0, "key");
    expect(read.ok && read.timetable.next(Date.UTC(2026, 0, 1))).toBeUndefined();
  });
});
