import { afterAll, describe, expect, test } from "vitest";
import type { DaylightSaving } from "../../../src/core/schedule/timetable/next.ts";
import { readTimetable } from "../../../src/core/schedule/timetable/timetable.ts";

/** Instants as `MM-DDTHH:MM` in UTC with their marks, from a time on. */
function fires(
  cron: string,
  timeZone: string,
  from: string,
  count: number,
  daylightSaving: Partial<DaylightSaving> = {},
): string[] {
  const read = readTimetable({ cron, timeZone, daylightSaving }, 0, "key");
  if (!read.ok) throw new Error(read.detail);
  const found: string[] = [];
  for (let at = read.timetable.next(Date.parse(from)); at !== undefined && found.length < count;) {
    found.push(`${new Date(at).toISOString().slice(5, 16)} ${read.timetable.markOf(at) ?? ""}`.trim());
    at = read.timetable.next(at);
  }
  return found;
}

describe("New York in 2026", () => {
  // 8 March, 02:00 EST (-5) becomes 03:00 EDT (-4): at 07:00Z.
  test("the clock goes forward", () => {
    const from = "2026-03-07T00:00Z";
    const zone = "America/New_York";
    expect(fires("30 2 * * *", zone, from, 3)).toEqual(["03-07T07:30", "03-08T07:00 gap", "03-09T06:30"]);
    expect(fires("0,30 2 * * *", zone, from, 4)).toEqual([
      "03-07T07:00",
      "03-07T07:30",
      "03-08T07:00 gap",
      "03-09T06:00",
    ]);
    // 03:00 is a regular instant, so nothing is made up.
    expect(fires("0 2,3 * * *", zone, from, 4)).toEqual([
      "03-07T07:00",
      "03-07T08:00",
      "03-08T07:00",
      "03-09T06:00",
    ]);
    expect(fires("30 * * * *", zone, "2026-03-08T06:00Z", 2)).toEqual(["03-08T06:30", "03-08T07:30"]);
    expect(fires("30 2 * * *", zone, from, 2, { gap: "skip" })).toEqual(["03-07T07:30", "03-09T06:30"]);
  });

  // 1 November, 02:00 EDT (-4) becomes 01:00 EST (-5): at 06:00Z; 01:30 is 05:30Z and again 06:30Z.
  test("the clock goes back", () => {
    const from = "2026-10-31T12:00Z";
    const zone = "America/New_York";
    const twice = (overlap: DaylightSaving["overlap"]) => fires("30 1 * * *", zone, from, 2, { overlap });
    expect(twice("first")).toEqual(["11-01T05:30 overlapFirst", "11-02T06:30"]);
    expect(twice("second")).toEqual(["11-01T06:30 overlapSecond", "11-02T06:30"]);
    expect(twice("both")).toEqual(["11-01T05:30 overlapFirst", "11-01T06:30 overlapSecond"]);
    expect(twice("skip")).toEqual(["11-02T06:30", "11-03T06:30"]);
    expect(fires("30 * * * *", zone, "2026-11-01T05:00Z", 3)).toEqual([
      "11-01T05:30 overlapFirst",
      "11-01T06:30 overlapSecond",
      "11-01T07:30",
    ]);
    // Not a plain `*`: 01:00 and 01:30 count once, 02:00 follows.
    expect(fires("*/30 0-2 * * *", zone, "2026-11-01T04:15Z", 5)).toEqual([
      "11-01T04:30",
      "11-01T05:00 overlapFirst",
      "11-01T05:30 overlapFirst",
      "11-01T07:00",
      "11-01T07:30",
    ]);
  });
});

describe("London in 2026", () => {
  // 29 March, 01:00 GMT becomes 02:00 BST: at 01:00Z. 25 October, 02:00 BST becomes 01:00 GMT: at 01:00Z.
  test("both changes", () => {
    const zone = "Europe/London";
    expect(fires("30 1 * * *", zone, "2026-03-28T00:00Z", 3)).toEqual([
      "03-28T01:30",
      "03-29T01:00 gap",
      "03-30T00:30",
    ]);
    expect(fires("30 1 * * *", zone, "2026-10-24T00:00Z", 3)).toEqual([
      "10-24T00:30",
      "10-25T00:30 overlapFirst",
      "10-26T01:30",
    ]);
    expect(fires("0 0 1 * * SUN", zone, "2026-10-24T00:00Z", 2, { overlap: "second" })).toEqual([
      "10-25T01:00 overlapSecond",
      "11-01T01:00",
    ]);
  });
});

describe("Lord Howe in 2026", () => {
  // 4 October, 02:00 (+10:30) becomes 02:30 (+11): at 15:30Z on the 3rd. 5 April, 02:00 (+11) becomes 01:30 (+10:30): at 15:00Z on the 4th.
  test("half an hour", () => {
    const zone = "Australia/Lord_Howe";
    expect(fires("15 2 * * *", zone, "2026-10-02T12:00Z", 3)).toEqual([
      "10-02T15:45",
      "10-03T15:30 gap",
      "10-04T15:15",
    ]);
    // 02:30 is there: it stands for 02:15, too.
    expect(fires("15,30 2 * * *", zone, "2026-10-03T12:00Z", 2)).toEqual(["10-03T15:30", "10-04T15:15"]);
    expect(fires("45 1 * * *", zone, "2026-04-04T00:00Z", 2)).toEqual([
      "04-04T14:45 overlapFirst",
      "04-05T15:15",
    ]);
    expect(fires("45 1 * * *", zone, "2026-04-04T00:00Z", 2, { overlap: "both" })).toEqual([
      "04-04T14:45 overlapFirst",
      "04-04T15:15 overlapSecond",
    ]);
    expect(fires("15 1 * * *", zone, "2026-04-04T00:00Z", 1)).toEqual(["04-04T14:15"]);
  });
});

describe("Casablanca in 2026", () => {
  // For Ramadan: 15 February, 03:00 (+1) becomes 02:00 (+0), at 02:00Z; 22 March, 02:00 (+0) becomes 03:00 (+1), at 02:00Z.
  test("back first, forward a month later", () => {
    const zone = "Africa/Casablanca";
    expect(fires("30 2 * * *", zone, "2026-02-14T00:00Z", 3)).toEqual([
      "02-14T01:30",
      "02-15T01:30 overlapFirst",
      "02-16T02:30",
    ]);
    expect(fires("30 2 * * *", zone, "2026-03-21T00:00Z", 3)).toEqual([
      "03-21T02:30",
      "03-22T02:00 gap",
      "03-23T01:30",
    ]);
  });
});

describe("Shanghai", () => {
  test("has no changes in 2026: +8 all year", () => {
    expect(fires("30 2 * * *", "Asia/Shanghai", "2026-03-07T00:00Z", 2)).toEqual([
      "03-07T18:30",
      "03-08T18:30",
    ]);
    expect(fires("0 0 1 */3 *", "Asia/Shanghai", "2026-01-01T00:00Z", 2)).toEqual([
      "03-31T16:00",
      "06-30T16:00",
    ]);
  });

  // 14 April 1991, 02:00 (+8) became 03:00 (+9): at 18:00Z on the 13th.
  test("had some in 1991", () => {
    expect(fires("30 2 * * *", "Asia/Shanghai", "1991-04-12T12:00Z", 3)).toEqual([
      "04-12T18:30",
      "04-13T18:00 gap",
      "04-14T17:30",
    ]);
  });
});

describe("Apia in 2011", () => {
  // After 29 December, 24:00 (-10) came 31 December, 00:00 (+14): at 10:00Z on the 30th. The 30th did not exist.
  test("a whole day is left out", () => {
    const zone = "Pacific/Apia";
    expect(fires("0 12 * * *", zone, "2011-12-29T00:00Z", 3)).toEqual([
      "12-29T22:00",
      "12-30T10:00 gap",
      "12-30T22:00",
    ]);
    expect(fires("0 12 * * FRI", zone, "2011-12-24T00:00Z", 2)).toEqual(["12-30T10:00 gap", "01-05T22:00"]);
    expect(fires("0 0 * * *", zone, "2011-12-29T00:00Z", 3)).toEqual([
      "12-29T10:00",
      "12-30T10:00",
      "12-31T10:00",
    ]);
    expect(fires("0 * * * *", zone, "2011-12-30T08:00Z", 3)).toEqual([
      "12-30T09:00",
      "12-30T10:00",
      "12-30T11:00",
    ]);
    expect(fires("0 12 * * *", zone, "2011-12-29T00:00Z", 2, { gap: "skip" })).toEqual([
      "12-29T22:00",
      "12-30T22:00",
    ]);
  });
});

describe("changes at midnight", () => {
  // Santiago, 6 September 2026: 00:00 (-4) becomes 01:00 (-3), at 04:00Z; 5 April 2026: 00:00 (-3) becomes 23:00 (-4) of the 4th, at 03:00Z.
  test("Santiago", () => {
    const zone = "America/Santiago";
    expect(fires("0 0 * * *", zone, "2026-09-05T00:00Z", 3)).toEqual([
      "09-05T04:00",
      "09-06T04:00 gap",
      "09-07T03:00",
    ]);
    expect(fires("30 23 * * *", zone, "2026-04-04T00:00Z", 3)).toEqual([
      "04-04T02:30",
      "04-05T02:30 overlapFirst",
      "04-06T03:30",
    ]);
    expect(fires("30 23 4 4 *", zone, "2026-01-01T00:00Z", 2, { overlap: "both" })).toEqual([
      "04-05T02:30 overlapFirst",
      "04-05T03:30 overlapSecond",
    ]);
  });
});

describe("the machine's own zone", () => {
  const { TZ } = process.env;
  afterAll(() => {
    if (TZ === undefined) delete process.env.TZ;
    else process.env.TZ = TZ;
  });

  test("does not matter: after a failover to a machine in another zone a schedule keeps its times", () => {
    const all = ["UTC", "Pacific/Apia", "America/New_York"].map((zone) => {
      process.env.TZ = zone;
      return [
        fires("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00Z", 3),
        fires("0 9 * * MON-FRI", "UTC", "2026-03-28T00:00Z", 3),
        fires("CRON_TZ=Asia/Tokyo 0 0 L * *", "Asia/Tokyo", "2026-03-28T00:00Z", 3),
      ];
    });
    expect(all[1]).toEqual(all[0]);
    expect(all[2]).toEqual(all[0]);
  });
});
