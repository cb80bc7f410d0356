import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCron } from "../../../src/core/schedule/timetable/cron.ts";
import { instantsUntil, nextInstant } from "../../../src/core/schedule/timetable/next.ts";
import { warningsOf } from "../../../src/core/schedule/timetable/warnings.ts";
import { isTimeZone } from "../../../src/core/schedule/timetable/zone.ts";

function following(expression: string, timeZone: string, from: string, count: number): string[] {
  const parsed = parseCron(expression);
  if (!parsed.ok) throw new Error(parsed.detail);
  const start = Date.parse(from);
  const calendar = { timeZone: parsed.timeZone ?? timeZone, anchorAt: start };
  const found: string[] = [];
  for (let at: number | undefined = start; found.length < count;) {
    at = nextInstant(parsed.cron, calendar, at);
    if (at === undefined) break;
    found.push(new Date(at).toISOString().replace(":00.000Z", "Z"));
  }
  return found;
}

/** Expression, zone, from, then the instants that follow. */
const TABLE: readonly [string, string, string, ...string[]][] = [
  [
    "CRON_TZ=Asia/Shanghai 0 0 12 * * *",
    "UTC",
    "2026-11-23T00:00Z",
    "2026-11-23T04:00Z",
    "2026-11-24T04:00Z",
  ],
  [
    "0 0/5 4-6 ? * MON-FRI",
    "UTC",
    "2026-11-20T06:50Z",
    "2026-11-20T06:55Z",
    "2026-11-23T04:00Z",
    "2026-11-23T04:05Z",
  ],
  ["*/15 * * * *", "UTC", "2026-11-23T04:14Z", "2026-11-23T04:15Z", "2026-11-23T04:30Z"],
  [
    "0 0 0 1,31 * *",
    "UTC",
    "2026-02-15T00:00Z",
    "2026-03-01T00:00Z",
    "2026-03-31T00:00Z",
    "2026-04-01T00:00Z",
  ],
  ["0 12 29 2 ?", "UTC", "2026-01-01T00:00Z", "2028-02-29T12:00Z", "2032-02-29T12:00Z"],
  ["0 12 30 2 *", "UTC", "2026-01-01T00:00Z"],
  ["0 0 1 1 *", "UTC", "2026-11-23T00:00Z", "2027-01-01T00:00Z"],
  ["0 0 0 1 1 ? 2030", "UTC", "2026-11-23T00:00Z", "2030-01-01T00:00Z"],
  // Both day fields restricted: either.
  [
    "0 0 13 * 5",
    "UTC",
    "2026-11-09T00:00Z",
    "2026-11-13T00:00Z",
    "2026-11-20T00:00Z",
    "2026-11-27T00:00Z",
    "2026-12-04T00:00Z",
  ],
  ["0 0 ? * 0", "UTC", "2026-11-20T00:00Z", "2026-11-22T00:00Z", "2026-11-29T00:00Z"],
  ["0 0 * * 7", "UTC", "2026-11-20T00:00Z", "2026-11-22T00:00Z"],
  [
    "0 0 * * */2",
    "UTC",
    "2026-11-21T12:00Z",
    "2026-11-22T00:00Z",
    "2026-11-24T00:00Z",
    "2026-11-26T00:00Z",
    "2026-11-28T00:00Z",
    "2026-11-29T00:00Z",
  ],
  ["0 0 L * *", "UTC", "2026-02-01T00:00Z", "2026-02-28T00:00Z", "2026-03-31T00:00Z"],
  ["0 0 LW * *", "UTC", "2026-01-01T00:00Z", "2026-01-30T00:00Z", "2026-02-27T00:00Z"],
  ["0 0 1W * *", "UTC", "2026-07-15T00:00Z", "2026-08-03T00:00Z", "2026-09-01T00:00Z"],
  ["0 0 * * 5L", "UTC", "2026-11-01T00:00Z", "2026-11-27T00:00Z", "2026-12-25T00:00Z"],
  ["0 0 * * MON#1", "UTC", "2026-11-01T00:00Z", "2026-11-02T00:00Z", "2026-12-07T00:00Z"],
  ["@daily", "Asia/Tokyo", "2026-11-23T00:00Z", "2026-11-23T15:00Z", "2026-11-24T15:00Z"],
  ["@every 90m", "UTC", "2026-11-23T00:00Z", "2026-11-23T01:30Z", "2026-11-23T03:00Z"],
  ["@at 2026-12-24T18:00:00+01:00", "UTC", "2026-11-23T00:00Z", "2026-12-24T17:00Z"],
  // A local time that does not exist becomes the end of the gap, once; one that exists twice is the first.
  [
    "30 2 * * *",
    "Europe/Berlin",
    "2026-03-28T00:00Z",
    "2026-03-28T01:30Z",
    "2026-03-29T01:00Z",
    "2026-03-30T00:30Z",
  ],
  ["0,15,30,45 2 * * *", "Europe/Berlin", "2026-03-29T00:00Z", "2026-03-29T01:00Z", "2026-03-30T00:00Z"],
  ["0 2,3 * * *", "Europe/Berlin", "2026-03-29T00:00Z", "2026-03-29T01:00Z", "2026-03-30T00:00Z"],
  ["30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", "2026-10-25T00:30Z", "2026-10-26T01:30Z"],
  // A plain * hour follows real time.
  [
    "30 * * * *",
    "Europe/Berlin",
    "2026-10-25T00:00Z",
    "2026-10-25T00:30Z",
    "2026-10-25T01:30Z",
    "2026-10-25T02:30Z",
  ],
  ["30 * * * *", "Europe/Berlin", "2026-03-29T00:00Z", "2026-03-29T00:30Z", "2026-03-29T01:30Z"],
  // A whole day that does not exist, and changes at midnight.
  ["30 0 30 12 *", "Pacific/Apia", "2011-12-01T00:00Z", "2011-12-30T10:00Z", "2012-12-29T10:30Z"],
  ["0 0 * * *", "America/Santiago", "2026-09-05T12:00Z", "2026-09-06T04:00Z", "2026-09-07T03:00Z"],
  [
    "30 23 * * *",
    "America/Nuuk",
    "2026-03-27T12:00Z",
    "2026-03-28T01:30Z",
    "2026-03-29T01:00Z",
    "2026-03-30T00:30Z",
  ],
  [
    "15 1 * * *",
    "Australia/Lord_Howe",
    "2026-04-03T00:00Z",
    "2026-04-03T14:15Z",
    "2026-04-04T14:15Z",
    "2026-04-05T14:45Z",
  ],
];

describe("an expression fires", () => {
  test.each(TABLE)("%s (%s) after %s", (expression, zone, from, ...expected) => {
    expect(following(expression, zone, from, Math.max(1, expected.length))).toEqual(expected);
  });

  test.each([
    ["", "not 0"],
    ["* * * *", "not 4"],
    ["60 * * * *", 'minute: "60"'],
    ["* 24 * * *", 'hour: "24"'],
    ["0 0 0 * *", 'day of the month: "0"'],
    ["* * * 13 *", 'month: "13"'],
    ["* * * FOO *", 'month: "FOO"'],
    ["* * * * 8", 'weekday: "8"'],
    ["5-1 * * * *", 'minute: "5-1"'],
    ["*/0 * * * *", 'minute: "*/0"'],
    ["1,,2 * * * *", "minute: is empty"],
    ["* * ? * ?", "not in both"],
    ["* * * * * * * *", "not 8"],
    ["@fortnightly", "@daily"],
    ["@every 0m", "interval"],
    ["@every 1.5h", "interval"],
    ["@at tomorrow", "RFC 3339"],
    ["CRON_TZ=Mars/Base 0 0 * * *", "time zone"],
    ["0 0 * * * x", 'weekday: "x"'],
  ])("%j is refused and says why: %s", (expression, words) => {
    expect(parseCron(expression)).toMatchObject({
      ok: false,
      code: "InvalidCron",
      detail: expect.stringContaining(words),
    });
  });

  test("unknown zones are known to be unknown", () => {
    expect(["UTC", "Asia/Shanghai", "Mars/Base", ""].map(isTimeZone)).toEqual([true, true, false, false]);
  });
});

describe("against a count of every minute", () => {
  const part = (low: number, high: number) =>
    fc.oneof(
      fc.constant("*"),
      fc.integer({ min: low, max: high }).map(String),
      fc
        .tuple(fc.integer({ min: low, max: high }), fc.integer({ min: 1, max: 15 }))
        .map(([from, step]) => `${from}/${step}`),
      fc
        .uniqueArray(fc.integer({ min: low, max: high }), { minLength: 2, maxLength: 4 })
        .map((values) => values.join(",")),
    );
  const expression = fc
    .tuple(
      part(0, 59),
      part(0, 23),
      fc.oneof(fc.constant("*"), part(1, 28)),
      fc.constant("*"),
      fc.constant("*"),
    )
    .map((fields) => fields.join(" "));
  const zones = ["UTC", "Asia/Kolkata", "America/St_Johns", "Pacific/Chatham"];

  /** Every minute of two days whose wall time the fields allow: right wherever no clock is changed. */
  function counted(text: string, zone: string, from: number): number[] {
    const [minute = "", hour = "", day = ""] = text.split(" ");
    const allows = (field: string, value: number): boolean => {
      const [start, step] = field.split("/");
      if (step !== undefined) return value >= Number(start) && (value - Number(start)) % Number(step) === 0;
      return field === "*" || field.split(",").map(Number).includes(value);
    };
    const format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    const found: number[] = [];
    for (let at = from + 60_000; at <= from + 2 * 86_400_000; at += 60_000) {
      const parts = Object.fromEntries(
        format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
      );
      if (allows(minute, parts.minute ?? 0) && allows(hour, parts.hour ?? 0) && allows(day, parts.day ?? 0))
        found.push(at);
    }
    return found;
  }

  test("both find the same instants", () => {
    // Mid January to mid February: none of these zones changes its clock.
    const from = fc
      .integer({ min: 0, max: 40_000 })
      .map((minutes) => Date.UTC(2026, 0, 14) + minutes * 60_000);
    fc.assert(
      fc.property(expression, fc.constantFrom(...zones), from, (text, timeZone, start) => {
        const parsed = parseCron(text);
        if (!parsed.ok) throw new Error(parsed.detail);
        const end = start + 2 * 86_400_000;
        const next = (after: number) => nextInstant(parsed.cron, { timeZone, anchorAt: 0 }, after);
        const { instants } = instantsUntil(next, start + 1, end, 10_000);
        expect(instants).toEqual(counted(text, timeZone, start));
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

test("the newest of many instants are found without counting all of them", () => {
  const parsed = parseCron("* * * * * *");
  if (!parsed.ok) throw new Error(parsed.detail);
  const to = Date.UTC(2026, 10, 23);
  const calendar = { timeZone: "UTC", anchorAt: 0 };
  const next = (after: number) => nextInstant(parsed.cron, calendar, after);
  const { instants, more } = instantsUntil(next, Date.UTC(2020, 0, 1), to, 5);
  expect(instants).toEqual([4, 3, 2, 1, 0].map((seconds) => to - seconds * 1000));
  expect(more).toBe(true);
});

describe("a step that is larger than its field", () => {
  test.each([
    ["*/90 * * * *", ['minute: the step of "*/90"']],
    ["0 */5 0/24 * * *", ['hour: the step of "0/24"']],
    [
      "CRON_TZ=Asia/Shanghai 0 0 1-5/9,*/2 * +*/7",
      ['day of the month: the step of "1-5/9"', 'weekday: the step of "*/7"'],
    ],
    ["*/30 */12 */15 */6 */3", []],
    ["@every 90m", []],
  ])("is warned of in %s", (cron, words) => {
    expect(warningsOf({ cron })).toEqual(words.map((word) => expect.stringContaining(word)));
  });
});
