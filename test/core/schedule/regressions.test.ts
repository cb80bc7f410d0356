import { describe, expect, test } from "vitest";
import { LEDGER_ROWS_MAX, OPEN_FIRINGS_MAX } from "../../../src/core/limits.ts";
import { MINUTE, ScheduleRun } from "../../support/schedule-run.ts";

const SECOND = 1000;

function isoOf(at: number): string {
  return new Date(at).toISOString();
}

/** A run at a moment at which an instant has come whose delay is not over. */
function delayedRun(): ScheduleRun {
  const run = new ScheduleRun();
  run.put("* * * * *", { jitterSeconds: 50 });
  run.now += 30 * SECOND;
  expect(run.machine.nextTimerAt()).toBeGreaterThan(run.now);
  return run;
}

describe("an instant whose delay is not over", () => {
  test("starts when its delay is over, though its schedule is changed meanwhile", () => {
    const run = delayedRun();
    const startsAt = run.machine.nextTimerAt();
    run.put("* * * * *", { jitterSeconds: 50, description: "changed" });
    expect(run.machine.nextTimerAt()).toBe(startsAt);
    run.pass(MINUTE - SECOND);
    expect(run.verdicts).toEqual(["04:01:00 started"]);
  });

  test("starts at once when the changed schedule knows no such instant", () => {
    const run = delayedRun();
    run.put("@yearly");
    expect(run.verdicts).toEqual(["04:01:00 started"]);
    expect(run.rows[0]).toMatchObject({ latenessMs: 0 });
    run.pass(MINUTE);
    expect(run.executions.size).toBe(1);
  });

  test("is paused with its schedule", () => {
    const run = delayedRun();
    run.put("@yearly", { enabled: false });
    expect(run.verdicts).toEqual(["04:01:00 paused"]);
  });
});

describe("an instant that waits to hear what runs", () => {
  test("is decided though its schedule is paused meanwhile: its time came before", () => {
    const run = new ScheduleRun();
    run.put("* * * * *", { overlap: "skip" });
    run.pass(MINUTE);
    run.now += MINUTE;
    run.ring();
    expect(run.effects).toMatchObject([{ kind: "checkRunning" }]);
    run.ask({ type: "setEnabled", enabled: false });
    run.pass(2 * MINUTE);
    run.ask({ type: "writePassed" });
    expect(run.verdicts).toEqual([
      "04:04:00 paused",
      "04:03:00 paused",
      "04:02:00 skippedOverlap",
      "04:01:00 started",
    ]);
  });

  test("is given up when very many wait", () => {
    const run = new ScheduleRun();
    run.put("* * * * * *", { overlap: "skip" });
    run.pass(SECOND);
    for (let second = 0; second < OPEN_FIRINGS_MAX + 10; second++) {
      run.now += SECOND;
      run.ring();
    }
    expect(run.machine.get("flow", "nightly")?.counts).toEqual({ started: 1, expired: 10 });
    run.settle();
    expect(run.machine.get("flow", "nightly")?.counts).toEqual({
      started: 1,
      expired: 10,
      skippedOverlap: OPEN_FIRINGS_MAX,
    });
  });
});

describe("a start that is under way", () => {
  test("carries the payload that it was decided with, whatever is written and lost meanwhile", () => {
    const run = new ScheduleRun();
    run.put("* * * * *", { payload: { n: 1 } });
    run.now += 30 * SECOND;
    run.ring();
    run.put("* * * * *", { payload: { n: 2 } });
    run.restart();
    expect(run.starts).toMatchObject([{ input: { payload: { n: 1 } } }]);
  });

  test("carries a large one of its own that a run brought, which is gone once its flow has it", () => {
    const run = new ScheduleRun();
    run.put("@yearly");
    const payload = { text: "x".repeat(10_000) };
    run.act({ type: "runNow", flow: "flow", name: "nightly", firedBy: "key:k", runId: "1", payload });
    run.restart();
    expect(run.starts).toMatchObject([{ input: { payload } }]);
    const rows = () => [...run.cells.texts.keys()].filter((key) => key.startsWith("payload:"));
    expect(rows()).toHaveLength(1);
    run.settle();
    run.put("@monthly");
    expect(rows()).toEqual([]);
  });

  test("of a schedule without a payload carries none", () => {
    const run = new ScheduleRun();
    run.act({ type: "putSchedule", flow: "flow", name: "nightly", spec: { cron: "* * * * *" } });
    run.now += 30 * SECOND;
    run.ring();
    run.put("* * * * *", { payload: { n: 2 } });
    run.restart();
    expect(run.starts.map(({ input }) => input?.payload)).toEqual([{}]);
  });

  test("is not forgotten when very many are: the newest then fail, and say so", () => {
    const run = new ScheduleRun();
    run.put("* * * * * *");
    for (let second = 0; second < OPEN_FIRINGS_MAX + 3; second++) {
      run.now += SECOND;
      run.ring();
    }
    expect(run.machine.get("flow", "nightly")?.counts).toEqual({
      started: OPEN_FIRINGS_MAX,
      failedToStart: 3,
    });
    expect(run.rows[0]).toMatchObject({ reason: expect.stringContaining("wait for the flow") });
    run.restart();
    expect(run.starts).toHaveLength(OPEN_FIRINGS_MAX);
  });
});

describe("a schedule that is made again", () => {
  const request = { type: "backfill", from: 0, to: 0, by: "key:k", runId: "r" } as const;

  test("gives its backfills numbers, so names, that the one before did not give", () => {
    const run = new ScheduleRun();
    run.put("* * * * *");
    const range = { from: run.now - 2 * MINUTE, to: run.now };
    run.ask({ ...request, ...range });
    run.settle();
    run.act({ type: "deleteSchedule", flow: "flow", name: "nightly" });
    run.put("* * * * *");
    expect(run.ask({ ...request, ...range })).toMatchObject({ backfill: { id: "b2" } });
    run.settle();
    expect(run.executions.size).toBe(2);
  });

  test("in a flow that was made again goes, and comes, with its flow", () => {
    const run = new ScheduleRun();
    const put = (generation: number) =>
      run.act({
        type: "putSchedule",
        flow: "flow",
        name: "nightly",
        spec: { cron: "* * * * *" },
        generation,
      });
    put(1);
    run.pass(MINUTE);
    // The flow is deleted and made again with its schedule before the news of its end has come.
    expect(put(2)).toMatchObject({ created: true });
    expect(run.rows).toEqual([]);
    run.act({ type: "deleteFlow", flow: "flow", generation: 1 });
    expect(run.machine.get("flow", "nightly")).toMatchObject({ name: "nightly" });
    expect(run.machine.get("flow", "nightly")).not.toHaveProperty("generation");
    run.act({ type: "deleteFlow", flow: "flow", generation: 2 });
    expect(run.machine.get("flow", "nightly")).toBeUndefined();
  });
});

describe("a long outage", () => {
  test("leaves a row for each instant that the ledger has room for", () => {
    const run = new ScheduleRun();
    run.put("* * * * *", { notify: { on: ["missed"] } });
    run.outage(6 * 24 * 60 * MINUTE);
    run.ring();
    const instants = run.rows.map(({ at }) => at);
    expect(instants).toHaveLength(6 * 24 * 60);
    expect(instants).toEqual(instants.map((_, row) => (instants[0] ?? 0) - row * MINUTE));
    // The webhook hears of the newest ones only.
    expect(run.notices).toHaveLength(100);
    expect(isoOf(run.notices.at(-1)?.firing.at ?? 0)).toBe(isoOf(instants[1] ?? 0));
  });

  test("of many schedules is worked off in turns", () => {
    const run = new ScheduleRun();
    for (const name of ["a", "b", "c", "d"]) run.put("* * * * *", {}, name);
    run.outage(20 * 24 * 60 * MINUTE);
    run.tick();
    const rows = (name: string) => Array.from(run.machine.firings("flow", name)).length;
    const done = ["a", "b", "c", "d"].map((name) => rows(name) > 0).filter(Boolean).length;
    expect(done).toBeLessThan(4);
    run.ring();
    for (const name of ["a", "b", "c", "d"]) expect(rows(name)).toBeGreaterThanOrEqual(LEDGER_ROWS_MAX);
  });
});

test("an instant that a resume starts tells that it passed in a pause", () => {
  const run = new ScheduleRun();
  run.put("* * * * *");
  run.ask({ type: "setEnabled", enabled: false });
  run.now += MINUTE;
  run.ask({ type: "resume", catchUp: { mode: "all" } });
  expect(run.rows[0]).toMatchObject({ verdict: "started", reason: expect.stringContaining("pause") });
});

test("a backfill of very many instants that are given up at once is no matter of seconds", () => {
  const run = new ScheduleRun();
  run.put("* * * * *");
  run.pass(40 * MINUTE);
  const to = run.now - 40 * MINUTE;
  run.ask({ type: "backfill", from: to - 9_900 * MINUTE, to, overlap: "skip", by: "key:k", runId: "r" });
  expect(run.machine.get("flow", "nightly")?.counts).toMatchObject({ skippedOverlap: 9_899 });
  // The webhook hears of the newest ones only.
  expect(run.notices).toHaveLength(100);
});
