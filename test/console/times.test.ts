import { describe, expect, test } from "vitest";
import {
  exactTime,
  instantClock,
  offset,
  relativeTime,
  shortTime,
  zoneName,
} from "../../src/console/model/times.ts";

const SHANGHAI = { locale: "en-GB", zone: "Asia/Shanghai" };
const BERLIN = { locale: "en-GB", zone: "Europe/Berlin" };
const NOW = Date.parse("2026-11-26T01:12:40Z");

describe("an instant", () => {
  test("of today is a clock", () => {
    expect(shortTime(Date.parse("2026-11-25T18:31:07Z"), NOW, SHANGHAI)).toBe("02:31");
  });

  test("that is exact has seconds where there are some", () => {
    const told = ["2026-11-25T18:31:00Z", "2026-11-25T18:31:15Z", "2026-11-25T15:00:30Z"].map((at) =>
      shortTime(Date.parse(at), NOW, SHANGHAI, instantClock),
    );
    expect(told).toEqual(["02:31", "02:31:15", "Wed 25 Nov 23:00:30"]);
  });

  test("of another day has that day", () => {
    expect(shortTime(Date.parse("2026-11-25T15:00:00Z"), NOW, SHANGHAI)).toBe("Wed 25 Nov 23:00");
    expect(shortTime(Date.parse("2027-03-28T01:00:00Z"), NOW, BERLIN)).toBe("Sun 28 Mar 2027 03:00");
  });

  test("is exact with its zone", () => {
    expect(exactTime(Date.parse("2026-11-25T18:31:07Z"), SHANGHAI)).toBe(
      "Thu 26 Nov 2026 02:31:07 Asia/Shanghai",
    );
  });

  test.each([
    ["2026-11-25T18:12:40Z", "7 hr ago"],
    ["2026-11-26T01:29:40Z", "in 17 min"],
    ["2026-11-26T01:12:00Z", "40 sec ago"],
    ["2026-11-25T01:12:40Z", "yesterday"],
  ])("%s is %s", (at, text) => {
    expect(relativeTime(Date.parse(at), NOW, "en-GB")).toBe(text.replace("hr", "hr"));
  });

  test("has another offset in summer", () => {
    expect(offset(Date.parse("2026-07-01T00:00:00Z"), BERLIN)).toBe("GMT+2");
    expect(offset(NOW, BERLIN)).toBe("GMT+1");
  });

  test("is told in a zone by its town", () => {
    expect(zoneName("America/Argentina/Buenos_Aires")).toBe("Buenos Aires");
    expect(zoneName("UTC")).toBe("UTC");
    expect([zoneName("Etc/GMT+1"), zoneName("Etc/GMT-8")]).toEqual(["UTC-1", "UTC+8"]);
  });
});
