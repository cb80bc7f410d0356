import { describe, expect, test } from "vitest";
import type { Night, NightItem, NightRun } from "../../src/console/api/types.ts";
import { barsOf, needsOf, overdueMs, rhythmOf, ticksOf } from "../../src/console/model/night.ts";
import { reportOf } from "../../src/console/model/report.ts";
import { en } from "../../src/console/words/en/index.ts";
import { zh } from "../../src/console/words/zh/index.ts";

const FROM = "2026-11-25T10:00:00.000Z";
const TO = "2026-11-26T01:00:00.000Z";
const NOW = Date.parse("2026-11-26T01:12:00Z");
const SHANGHAI = { locale: "en-GB", zone: "Asia/Shanghai" };

function item(schedule: string, ...runs: NightRun[]): NightItem {
  const [{ verdict: worst } = { verdict: "well" as const }] = runs;
  return { flow: "media", schedule, worst, counts: { [worst]: runs.length }, runs };
}

const FAILED: NightRun = {
  at: "2026-11-25T18:00:00.000Z",
  verdict: "failed",
  status: "Failed",
  error: "DiskFull",
  startedAt: "2026-11-25T18:00:01.000Z",
  endedAt: "2026-11-25T18:31:07.000Z",
  executionName: "nightly-20261125T180000Z",
};
const MISSED: NightRun = { at: "2026-11-25T18:00:00.000Z", verdict: "missed", why: "skippedOverlap" };
const LATE: NightRun = {
  at: "2026-11-25T17:00:00.000Z",
  verdict: "late",
  missedEnd: true,
  startedAt: "2026-11-25T17:00:00.000Z",
  executionName: "load-1",
};
const ENDED: NightRun = { ...LATE, status: "Succeeded", endedAt: "2026-11-25T20:42:00.000Z" };
const WELL: NightRun = { ...FAILED, verdict: "well", status: "Succeeded" };

function night(...items: NightItem[]): Night {
  const counts: Record<string, number> = { schedules: items.length };
  for (const { worst } of items) counts[worst] = (counts[worst] ?? 0) + 1;
  return { from: FROM, to: TO, counts: counts as Night["counts"], items, next: [], shards: [] };
}

describe("the night in one sentence", () => {
  test.each([
    [
      { schedules: 47, failed: 2, missed: 1, late: 2 },
      "2 of 47 schedules failed, 1 missed its run, 2 were late.",
      "47 个调度中，2 个失败，1 个未执行，2 个延迟。",
    ],
    [{ schedules: 47, missed: 3 }, "3 of 47 schedules missed a run.", "47 个调度中，3 个未执行。"],
    [{ schedules: 1, late: 1 }, "1 of 1 schedule was late.", "1 个调度中，1 个延迟。"],
    [{ schedules: 1300 }, "All 1,300 schedules went well.", "1,300 个调度全部正常。"],
    [{ schedules: 4, running: 1 }, "All goes well so far.", "目前一切正常。"],
    [{ schedules: 0 }, "No schedule had a run in this time.", "这段时间没有调度运行。"],
  ])("of %o", (counts, english, chinese) => {
    expect(en.overview.headline(counts)).toBe(english);
    expect(zh.overview.headline(counts)).toBe(chinese);
  });
});

describe("what needs somebody", () => {
  test("is what failed, what was missed, and what runs past its promise; what ended late is over", () => {
    const all = night(
      item("failed", FAILED),
      item("missed", MISSED),
      item("runs", LATE),
      item("ended", ENDED),
      item("well", WELL),
    );
    expect(needsOf(all).map((need) => need.item.schedule)).toEqual(["failed", "missed", "runs"]);
  });

  test("names the schedule alone when it runs too often to tell of each run", () => {
    const often: NightItem = {
      flow: "checks",
      schedule: "often",
      worst: "failed",
      counts: { failed: 3, well: 177 },
      buckets: [{ at: FROM, worst: "failed", counts: { failed: 3, well: 27 } }],
    };
    expect(needsOf(night(often))).toEqual([{ item: often }]);
  });

  test("tells how far something is behind its promise, as long as it goes on", () => {
    const promised = { ...item("load", LATE), promisedEndAt: "2026-11-25T20:00:00.000Z" };
    expect(overdueMs(promised, ENDED, NOW)).toBe(42 * 60_000);
    expect(overdueMs(promised, LATE, NOW)).toBe(NOW - Date.parse("2026-11-25T20:00:00Z"));
    expect(overdueMs(promised, WELL, NOW)).toBeUndefined();
  });
});

describe("a lane", () => {
  const bounds = [Date.parse(FROM), Date.parse(TO), NOW] as const;

  test("has a bar where a run was, up to now while it goes on, and a mark for what did not start", () => {
    const [ran] = barsOf(item("a", WELL), ...bounds);
    expect([ran?.left, ran?.width].map((part) => Math.round((part ?? 0) * 54_000))).toEqual([28_801, 1866]);
    expect(barsOf(item("a", LATE), ...bounds)).toMatchObject([
      { state: "late", left: 7 / 15, width: 8 / 15 },
    ]);
    expect(barsOf(item("a", MISSED), ...bounds)).toMatchObject([{ state: "missed", width: 0 }]);
  });

  test("stays in its night when a run began before it or ended after it", () => {
    const long = { ...WELL, startedAt: "2026-11-25T09:00:00.000Z", endedAt: "2026-11-26T09:00:00.000Z" };
    expect(barsOf(item("a", long), ...bounds)).toMatchObject([{ left: 0, width: 1 }]);
  });

  test("tells how often a schedule runs, if it does so evenly", () => {
    const at = (...hours: number[]) =>
      item("a", ...hours.map((hour) => ({ ...WELL, at: `2026-11-25T${hour}:00:00.000Z` })));
    expect(rhythmOf(at(11, 12, 13))).toBe(3_600_000);
    expect(rhythmOf(at(11, 12, 14))).toBeUndefined();
    expect(rhythmOf(at(11, 12))).toBeUndefined();
  });

  test("has the full hours of the reader's clock below it", () => {
    const ticks = ticksOf(Date.parse(FROM), Date.parse(TO), 8 * 3_600_000);
    const clocks = ticks.map((at) => new Date(at + 8 * 3_600_000).toISOString().slice(11, 16));
    expect(clocks).toEqual(["18:00", "21:00", "00:00", "03:00", "06:00", "09:00"]);
  });
});

test("the report for the morning's chat says what happened, and what to look at", () => {
  const promised = { ...item("load", ENDED), promisedEndAt: "2026-11-25T20:00:00.000Z" };
  const all = night(item("nightly", FAILED), item("backup", MISSED), promised, item("fine", WELL));
  expect(reportOf(all, en, SHANGHAI, NOW)).toBe(
    [
      "**1 of 4 schedules failed, 1 missed its run, 1 was late.**",
      "Wed 25 Nov 18:00 to Thu 26 Nov 09:00 (Asia/Shanghai), 4 runs",
      "",
      "- **media** nightly: failed 02:00, `DiskFull`",
      "- **media** backup: missed 02:00, the one before still ran",
      "- **media** load: late 01:00, 42m 00s after its promise",
    ].join("\n"),
  );
});
