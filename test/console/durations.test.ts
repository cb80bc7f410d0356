import { describe, expect, test } from "vitest";
import { duration } from "../../src/console/model/durations.ts";
import { en } from "../../src/console/words/en/index.ts";
import { zh } from "../../src/console/words/zh/index.ts";

describe("a duration", () => {
  test.each([
    [0, "0 ms"],
    [3, "3 ms"],
    [999.4, "999 ms"],
    [1000, "1 s"],
    [2149, "2.1 s"],
    [9949, "9.9 s"],
    [9951, "10 s"],
    [46_200, "46 s"],
    [59_940, "60 s"],
    [59_960, "1m 00s"],
    [1_867_000, "31m 07s"],
    [3_599_400, "59m 59s"],
    [3_599_600, "1h 00m"],
    [6_840_000, "1h 54m"],
    [86_400_000, "1d 00h"],
    [187_200_000, "2d 04h"],
    [-400, "−400 ms"],
  ])("of %d ms is %s", (ms, text) => {
    expect(duration(ms, en.units)).toBe(text);
  });

  test("has the units of the language", () => {
    expect(duration(1_867_000, zh.units)).toBe("31 分 07 秒");
  });
});
