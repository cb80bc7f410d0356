import { beforeEach, describe, expect, test } from "vitest";
import { MINUTE, ScheduleRun } from "../../support/schedule-run.ts";

let run: ScheduleRun;
beforeEach(() => {
  run = new ScheduleRun();
  run.put("* * * * *");
});

function pause(minutes: number): void {
  run.ask({ type: "setEnabled", enabled: false, reason: "holidays" });
  run.pass(minutes * MINUTE);
}

describe("a paused schedule", () => {
  test("wakes for nothing; its instants get their rows when somebody looks", () => {
    pause(3);
    expect(run.machine.nextTimerAt()).toBeUndefined();
    expect(run.machine.hasPassed("flow", "nightly", run.now)).toBe(true);
    expect(run.ask({ type: "writePassed" })).toMatchObject({
      schedule: { enabled: false, pauseReason: "holidays", counts: { paused: 3 } },
    });
    expect(run.verdicts).toEqual(["04:03:00 paused", "04:02:00 paused", "04:01:00 paused"]);
    expect(run.ask({ type: "writePassed" })).not.toHaveProperty("schedule.nextAt");
  });

  test("goes on from the moment it is resumed; what passed keeps its verdict", () => {
    pause(3);
    expect(run.ask({ type: "resume" })).toMatchObject({ ok: true, starts: [], schedule: { enabled: true } });
    expect(run.machine.nextTimerAt()).toBe(run.now + 30_000);
    run.pass(MINUTE);
    expect(run.verdicts.slice(0, 2)).toEqual(["04:04:00 started", "04:03:00 paused"]);
  });

  test("starts of what passed as much as the resume asks for, and says so before", () => {
    pause(4);
    const catchUp = { mode: "all", max: 2 } as const;
    const dry = run.ask({ type: "resume", catchUp, dryRun: true });
    expect(dry.ok && dry.starts?.map((at) => new Date(at).toISOString().slice(11, 19))).toEqual([
      "04:03:00",
      "04:04:00",
    ]);
    expect(run.executions.size).toBe(0);
    run.ask({ type: "resume", catchUp });
    run.settle();
    expect(run.verdicts).toEqual([
      "04:04:00 started",
      "04:03:00 started",
      "04:02:00 paused",
      "04:01:00 paused",
    ]);
    expect(run.rows[0]).toMatchObject({ firedBy: "catchUp" });
    expect(run.machine.get("flow", "nightly")?.counts).toEqual({ started: 2, paused: 2 });
  });

  test("does not catch up what an earlier pause left", () => {
    pause(2);
    run.ask({ type: "resume" });
    pause(2);
    run.ask({ type: "resume", catchUp: { mode: "all" } });
    run.settle();
    expect(run.verdicts).toEqual([
      "04:04:00 started",
      "04:03:00 started",
      "04:02:00 paused",
      "04:01:00 paused",
    ]);
  });

  test("starts nothing that waited, until it is resumed", () => {
    run.put("* * * * *", { overlap: "bufferAll" });
    run.pass(2 * MINUTE);
    run.ask({ type: "setEnabled", enabled: false });
    run.end("nightly-20261123T040100Z");
    expect(run.running).toEqual([]);
    run.ask({ type: "resume" });
    run.settle();
    expect(run.running).toEqual(["nightly-20261123T040200Z"]);
  });
});

describe("a resume with catch-up", () => {
  test("leaves out what a backfill ran", () => {
    pause(3);
    const at = Date.UTC(2026, 10, 23, 4, 2);
    run.ask({ type: "backfill", from: at, to: at, by: "key:k", runId: "r" });
    run.settle();
    const outcome = run.ask({ type: "resume", catchUp: { mode: "all" } });
    run.settle();
    expect(outcome.ok && outcome.starts).toEqual([at - MINUTE, at + MINUTE]);
    expect(run.verdicts).toEqual([
      "04:03:00 started",
      "04:02:00 paused",
      "04:02:00 backfill started",
      "04:01:00 started",
    ]);
  });

  test("starts what came before the pause and was to start in it", () => {
    run.put("*/10 * * * *", { jitterSeconds: 500 });
    run.pass(9 * MINUTE + 31_000);
    expect(run.rows).toEqual([]);
    pause(12);
    const outcome = run.ask({ type: "resume", catchUp: { mode: "all" } });
    expect(outcome.ok && outcome.starts?.[0]).toBe(Date.UTC(2026, 10, 23, 4, 10));
    run.settle();
    expect(run.verdicts.at(-1)).toBe("04:10:00 started");
  });

  test("tells in the ledger who paused and why, and who caught up and why", () => {
    run.ask({ type: "setEnabled", enabled: false, by: "key:a", reason: "moving house" });
    run.pass(2 * MINUTE);
    run.ask({ type: "writePassed" });
    expect(run.rows[0]).toMatchObject({ verdict: "paused", firedBy: "key:a", reason: "moving house" });
    run.ask({ type: "resume", catchUp: { mode: "last" }, by: "key:b", reason: "all is there" });
    expect(run.rows[0]).toMatchObject({
      verdict: "started",
      firedBy: "catchUp",
      reason: "passed in a pause (moving house), and was caught up by key:b when it was over: all is there",
    });
    expect(run.rows[1]).toMatchObject({ verdict: "paused", firedBy: "key:a" });
  });

  test("and so does a schedule that was written as paused", () => {
    const spec = { cron: "* * * * *", enabled: false };
    run.act({ type: "putSchedule", flow: "flow", name: "nightly", spec, by: "key:a" });
    run.pass(MINUTE);
    run.ask({ type: "writePassed" });
    expect(run.rows[0]).toMatchObject({ verdict: "paused", firedBy: "key:a" });
  });
});

test("a run by hand tells why", () => {
  run.ask({ type: "runNow", firedBy: "key:k", runId: "r", reason: "the report was wrong" });
  expect(run.rows[0]).toMatchObject({ kind: "manual", firedBy: "key:k", reason: "the report was wrong" });
});

describe("one coming instant", () => {
  const at = Date.UTC(2026, 10, 23, 4, 2);

  test("is skipped, with its reason and who asked for it", () => {
    run.ask({ type: "skip", at, by: "key:k", reason: "maintenance" });
    run.pass(3 * MINUTE);
    expect(run.verdicts).toEqual(["04:03:00 started", "04:02:00 skipped", "04:01:00 started"]);
    expect(run.rows[1]).toMatchObject({ firedBy: "key:k", reason: "maintenance" });
    expect(run.machine.get("flow", "nightly")?.skips).toBeUndefined();
  });

  test("keeps who skipped it first, and why", () => {
    run.ask({ type: "skip", at, by: "key:k", reason: "maintenance" });
    run.ask({ type: "skip", at, by: "key:other", reason: "another" });
    expect(run.machine.get("flow", "nightly")?.skips).toEqual([{ at, by: "key:k", reason: "maintenance" }]);
  });

  test("that was skipped is left out of a backfill, unless it is forced", () => {
    run.ask({ type: "skip", at, by: "key:k" });
    run.pass(3 * MINUTE);
    const range = { from: at, to: at, by: "key:k", dryRun: true };
    expect(run.ask({ type: "backfill", ...range, runId: "a" })).toMatchObject({
      backfill: { count: 0, alreadyRun: 0, skipped: 1 },
    });
    expect(run.ask({ type: "backfill", ...range, force: true, runId: "b" })).toMatchObject({
      backfill: { count: 1, skipped: 0 },
    });
  });

  test("is not skipped after all", () => {
    run.ask({ type: "skip", at, by: "key:k" });
    expect(run.ask({ type: "unskip", at })).toMatchObject({ ok: true });
    expect(run.ask({ type: "unskip", at })).toMatchObject({ code: "InstantNotExists" });
    run.pass(3 * MINUTE);
    expect(run.executions.size).toBe(3);
  });

  test("must be one", () => {
    expect(run.ask({ type: "skip", at: at + 1000, by: "key:k" })).toMatchObject({ code: "InstantNotExists" });
    expect(run.ask({ type: "skip", at: at - 10 * MINUTE, by: "key:k" })).toMatchObject({
      code: "InstantNotExists",
    });
  });
});

test("excluded instants have rows, too, and start nothing", () => {
  run.put("* * * * *", { exclude: { crons: ["2 * * * *"], dates: ["2026-11-24"] } });
  run.pass(3 * MINUTE);
  expect(run.verdicts).toEqual(["04:03:00 started", "04:02:00 excluded", "04:01:00 started"]);
  expect(run.rows[1]).toMatchObject({ reason: 'excluded by "2 * * * *"' });
});
