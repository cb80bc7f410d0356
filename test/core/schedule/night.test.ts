import { describe, expect, test } from "vitest";
import { type Lately, latelyIn, recounted } from "../../../src/core/schedule/lately.ts";
import { judge } from "../../../src/core/schedule/judgement.ts";
import type { Firing } from "../../../src/core/schedule/schedule.ts";
import { MINUTE, ScheduleRun } from "../../support/schedule-run.ts";

const HOUR = 60 * MINUTE;
/** The clock of `ScheduleRun` begins half a minute later. */
const BEGIN = Date.UTC(2026, 10, 23, 4);

function night(run: ScheduleRun, from = BEGIN, to = run.now) {
  return run.machine.night(from, to, run.now);
}

describe("how a firing went", () => {
  const started: Firing = { at: 0, kind: "scheduled", verdict: "started", firedBy: "alarm" };
  test.each([
    ["that runs", {}, "running"],
    ["that succeeded", { executionStatus: "Succeeded" }, "well"],
    ["that failed", { executionStatus: "Failed", missedEnd: true }, "failed"],
    ["that took too long for its flow", { executionStatus: "TimedOut" }, "failed"],
    ["that was stopped by hand", { executionStatus: "Stopped" }, "stopped"],
    ["that began too late", { executionStatus: "Succeeded", missedStart: true }, "late"],
    ["that runs past its promise", { missedEnd: true }, "late"],
    ["that was caught up", { executionStatus: "Succeeded", firedBy: "catchUp" }, "late"],
    ["for which the one before still ran", { verdict: "skippedOverlap" }, "missed"],
    ["for which the service was away", { verdict: "expired" }, "missed"],
    ["for which there was no room", { verdict: "bufferFull" }, "missed"],
    ["that could not start", { verdict: "failedToStart" }, "missed"],
    ["that waits for the one before", { verdict: "buffered" }, "waiting"],
    ["that somebody had skipped", { verdict: "skipped" }, "skipped"],
    ["on an excluded day", { verdict: "excluded" }, "skipped"],
    ["in a pause", { verdict: "paused" }, "paused"],
  ] as const)("one %s", (_, more, expected) => {
    expect(judge({ ...started, ...more })).toBe(expected);
  });
});

describe("a night", () => {
  test("tells of each schedule what ran, when it began and ended, and why it failed", () => {
    const run = new ScheduleRun();
    run.put("0 5 * * *", { expect: { endWithinSeconds: 600 } });
    run.pass(HOUR);
    run.now += 90_000;
    run.end("nightly-20261123T050000Z", "Failed");
    expect(night(run)).toMatchObject({
      counts: { failed: 1 },
      items: [
        {
          flow: "flow",
          schedule: "nightly",
          worst: "failed",
          counts: { failed: 1 },
          promisedEndAt: BEGIN + HOUR + 10 * MINUTE,
          runs: [
            {
              at: BEGIN + HOUR,
              verdict: "failed",
              status: "Failed",
              endedAt: run.now,
              error: "NoDisk",
              executionName: "nightly-20261123T050000Z",
            },
          ],
        },
      ],
      next: [{ flow: "flow", schedule: "nightly", at: BEGIN + 25 * HOUR }],
    });
  });

  test("tells what did not run, and what runs past its promise, problems first", () => {
    const run = new ScheduleRun();
    run.put("0 5,6 * * *", { overlap: "skip" }, "overlaps");
    run.put("0 5 * * *", { expect: { endWithinSeconds: 60 } }, "late");
    run.put("0 5 * * *", {}, "runs");
    run.pass(3 * HOUR);
    const { counts, items } = night(run);
    expect(counts).toEqual({ missed: 1, late: 1, running: 1 });
    expect(items.map(({ schedule, worst }) => [schedule, worst])).toEqual([
      ["overlaps", "missed"],
      ["late", "late"],
      ["runs", "running"],
    ]);
    expect(items[0]?.runs).toMatchObject([
      { verdict: "running", startedAt: BEGIN + HOUR },
      { verdict: "missed", why: "skippedOverlap" },
    ]);
    expect(items[0]?.runs?.[1]).not.toHaveProperty("startedAt");
  });

  test("leaves out schedules that had nothing to do in it, and those that were paused", () => {
    const run = new ScheduleRun();
    run.put("0 5 * * *", {}, "nightly");
    run.put("0 23 * * *", {}, "evening");
    run.ask({ type: "setEnabled", enabled: false });
    run.pass(3 * HOUR);
    run.ask({ type: "writePassed" });
    expect(night(run)).toMatchObject({ counts: {}, items: [], next: [{ schedule: "evening" }] });
  });

  test("tells half hours of what runs each minute, without reading a row", () => {
    const run = new ScheduleRun();
    run.put("* * * * *");
    run.pass(3 * HOUR);
    for (const name of run.running) run.end(name, name.includes("T0515") ? "Failed" : "Succeeded");
    const reads = run.cells.reads;
    const { items } = night(run);
    expect(run.cells.reads).toBe(reads);
    expect(items).toMatchObject([{ worst: "failed", counts: { failed: 1, well: 179 } }]);
    expect(items[0]?.runs).toBeUndefined();
    expect(items[0]?.buckets?.slice(0, 4)).toEqual([
      { at: BEGIN, worst: "well", counts: { well: 29 } },
      { at: BEGIN + 30 * MINUTE, worst: "well", counts: { well: 30 } },
      { at: BEGIN + 60 * MINUTE, worst: "failed", counts: { failed: 1, well: 29 } },
      { at: BEGIN + 90 * MINUTE, worst: "well", counts: { well: 30 } },
    ]);
  });

  test("of last week is read from the ledger, with the same counts", () => {
    const run = new ScheduleRun();
    run.put("*/5 * * * *");
    run.pass(6 * HOUR);
    for (const name of run.running) run.end(name);
    const then = night(run, BEGIN, BEGIN + 6 * HOUR);
    run.pass(7 * 24 * HOUR);
    expect(night(run, BEGIN, BEGIN + 6 * HOUR).items).toEqual(then.items);
  });

  test("is the same after the memory is gone, and after an earlier release kept the schedule", () => {
    const run = new ScheduleRun();
    run.put("*/10 * * * *", { overlap: "skip" });
    run.pass(12 * HOUR);
    const before = night(run);
    run.restart();
    expect(night(run).items).toEqual(before.items);
    for (const [key, text] of run.cells.texts) {
      if (!key.startsWith("state:")) continue;
      const { lately: _, ...state } = JSON.parse(text);
      run.cells.texts.set(key, JSON.stringify(state));
    }
    run.restart();
    expect(night(run).items).toEqual(before.items);
    run.pass(10 * MINUTE);
    expect(night(run, BEGIN, run.now).items[0]?.counts).toEqual({ running: 1, missed: 72 });
  });

  test("has another number once anything is different, and keeps it while nothing is", () => {
    const run = new ScheduleRun();
    run.put("0 5 * * *");
    const { change } = night(run);
    run.now += MINUTE;
    run.tick();
    expect(night(run).change).toBe(change);
    run.pass(HOUR);
    const fired = night(run).change;
    expect(fired).toBeGreaterThan(change);
    run.act({ type: "deleteSchedule", flow: "flow", name: "nightly" });
    expect(night(run).change).toBeGreaterThan(fired);
  });
});

describe("the half hours that are counted", () => {
  const at = (hours: number): Firing => ({
    at: hours * HOUR,
    kind: "scheduled",
    verdict: "started",
    firedBy: "alarm",
    executionStatus: "Succeeded",
  });
  const all = (lately: Lately, hours: readonly number[]) =>
    hours.reduce((counted, hour) => recounted(counted, at(hour), 1), lately);
  const NEW: Lately = { since: 0, first: 0, cells: "" };

  test("are those of two days", () => {
    const lately = all(NEW, [10, 11, 11, 57.5]);
    expect(latelyIn(lately, 0, 100 * HOUR)).toEqual([
      { at: 10 * HOUR, judged: { well: 1 } },
      { at: 11 * HOUR, judged: { well: 2 } },
      { at: 57.5 * HOUR, judged: { well: 1 } },
    ]);
    const later = all(lately, [58]);
    expect(latelyIn(later, 10 * HOUR, 100 * HOUR)).toBeUndefined();
    expect(latelyIn(later, 10.5 * HOUR, 100 * HOUR)).toHaveLength(3);
  });

  test("stay few whatever the clock shows", () => {
    const lately = all(NEW, [10, 10_000, 9_999, 3]);
    expect(lately.cells.split(",").length).toBeLessThanOrEqual(96);
    expect(latelyIn(lately, 9_998 * HOUR, 10_000 * HOUR)).toHaveLength(2);
  });

  test("know what had not ended when it was counted first", () => {
    const { executionStatus: _, ...runs } = at(5);
    const running = recounted(NEW, runs, 1);
    expect(latelyIn(running, 0, 6 * HOUR)).toEqual([{ at: 5 * HOUR, judged: { running: 1 } }]);
    const ended = recounted(recounted(running, runs, -1), at(5), 1);
    expect(latelyIn(ended, 0, 6 * HOUR)).toEqual([{ at: 5 * HOUR, judged: { well: 1 } }]);
  });
});
