import { describe, expect, test } from "vitest";
import { everyHour, heightOf } from "../../src/console/model/hours.ts";
import { tookParts } from "../../src/console/model/took.ts";

const HOUR_MS = 3_600_000;

describe("a bar of a duration", () => {
  test("reaches its mark with what is usual, and its end with much more", () => {
    expect(tookParts(1000, 1000)).toEqual({ filled: 0.6, mark: 0.6 });
    expect(tookParts(0, 1000)).toEqual({ filled: 0, mark: 0.6 });
    expect(tookParts(99_000, 1000)).toEqual({ filled: 1, mark: 0.6 });
  });

  test.each([undefined, 0])("is not there where nothing is usual: %s", (usual) => {
    expect(tookParts(1000, usual)).toBeUndefined();
  });
});

describe("hours of ends", () => {
  test("stand one by one up to now, with nothing where nothing ended", () => {
    const now = 1000 * HOUR_MS + 5;
    const told = [{ at: 998 * HOUR_MS, succeeded: 3, failed: 1, other: 0 }];
    expect(everyHour(told, now, 4).map(({ at, succeeded }) => [at / HOUR_MS, succeeded])).toEqual([
      [997, 0],
      [998, 3],
      [999, 0],
      [1000, 0],
    ]);
  });

  test("show a single failure among very many ends", () => {
    expect([heightOf(1, 100_000, 34), heightOf(0, 100_000, 34), heightOf(100_000, 100_000, 34)]).toEqual([
      2, 0, 34,
    ]);
  });
});
