import { describe, expect, test } from "vitest";
import { nightBefore, stretchAfter, stretchAt, stretchOf } from "../../../src/core/schedule/nights.ts";

const SHANGHAI = "Asia/Shanghai";

function inShanghai(text: string): number {
  return Date.parse(`${text}:00+08:00`);
}

describe("what somebody wants to see who looks", () => {
  test.each([
    ["at three at night", "2026-11-26T03:00", "night 2026-11-25"],
    ["in the morning", "2026-11-26T09:12", "night 2026-11-25"],
    ["after noon", "2026-11-26T12:00", "day 2026-11-26"],
    ["in the evening", "2026-11-26T18:00", "night 2026-11-26"],
  ])("%s", (_, now, expected) => {
    const { kind, date } = stretchAt(inShanghai(now), SHANGHAI);
    expect(`${kind} ${date}`).toBe(expected);
  });

  test("goes from six in the evening to nine in the morning, on clocks of the zone", () => {
    expect(stretchAt(inShanghai("2026-11-26T09:12"), SHANGHAI)).toEqual({
      kind: "night",
      date: "2026-11-25",
      from: inShanghai("2026-11-25T18:00"),
      to: inShanghai("2026-11-26T09:00"),
    });
  });

  test("is an hour longer in the night in which clocks are set back", () => {
    const hours = (date: string) => {
      const { from = 0, to = 0 } = stretchOf("night", date, "Europe/Berlin") ?? {};
      return (to - from) / 3_600_000;
    };
    expect([hours("2026-10-23"), hours("2026-10-24"), hours("2027-03-27")]).toEqual([15, 16, 14]);
  });

  test("has others before and behind it, as far as they have begun", () => {
    const now = inShanghai("2026-11-26T15:00");
    const today = stretchAt(now, SHANGHAI);
    const last = nightBefore(today, SHANGHAI);
    expect([last.kind, last.date]).toEqual(["night", "2026-11-25"]);
    expect(nightBefore(last, SHANGHAI).date).toBe("2026-11-24");
    expect(stretchAfter(last, now, SHANGHAI)).toEqual(today);
    expect(stretchAfter(today, now, SHANGHAI)).toBeUndefined();
    expect(stretchAfter(nightBefore(last, SHANGHAI), now, SHANGHAI)).toEqual(last);
  });

  test("is nothing on a day that no calendar has", () => {
    expect(stretchOf("night", "2026-02-30", SHANGHAI)).toBeUndefined();
    expect(stretchOf("day", "yesterday", SHANGHAI)).toBeUndefined();
  });
});
