import { beforeEach, describe, expect, test } from "vitest";
import { limitPlan } from "../../../src/core/schedule/backfill.ts";
import type { BackfillRequest } from "../../../src/core/schedule/backfill-state.ts";
import { MINUTE, ScheduleRun } from "../../support/schedule-run.ts";

const HOUR = 60 * MINUTE;
const DAY = Date.UTC(2026, 10, 22);

let run: ScheduleRun;
beforeEach(() => {
  run = new ScheduleRun();
  run.put("0 * * * *");
});

/** From midnight the day before, so many hours: both ends are instants. */
function backfill(hours: number, more: Partial<BackfillRequest> = {}) {
  const range = { from: DAY, to: DAY + hours * HOUR };
  return run.ask({ type: "backfill", ...range, by: "key:k", runId: "r", ...more });
}

function view(id = "b1") {
  return run.machine.backfill("flow", "nightly", id);
}

describe("a backfill", () => {
  test("tells before it starts anything what it would start", () => {
    const dry = backfill(2, { dryRun: true });
    expect(dry).toMatchObject({
      backfill: { count: 3, alreadyRun: 0, instants: [DAY, DAY + HOUR, DAY + 2 * HOUR] },
    });
    expect(run.starts).toEqual([]);
    expect(view()).toBeUndefined();
  });

  test("runs its instants in order, one at a time, with their names and its payload", () => {
    expect(backfill(2, { payload: { again: true } })).toMatchObject({ backfill: { id: "b1", count: 3 } });
    expect(run.starts).toMatchObject([
      {
        executionName: "nightly-b1-20261122T000000Z",
        input: { payload: { again: true }, triggerTime: "2026-11-22T00:00:00Z" },
      },
    ]);
    run.settle();
    expect(view()).toMatchObject({ status: "running", started: 1 });
    run.end("nightly-b1-20261122T000000Z");
    expect(run.running).toEqual(["nightly-b1-20261122T010000Z"]);
    run.end("nightly-b1-20261122T010000Z", "Failed");
    run.end("nightly-b1-20261122T020000Z");
    expect(view()).toMatchObject({ status: "done", started: 3, ended: { Succeeded: 2, Failed: 1 } });
    expect(run.verdicts).toEqual([
      "02:00:00 backfill started",
      "01:00:00 backfill started",
      "00:00:00 backfill started",
    ]);
    expect(run.rows[1]).toMatchObject({ firedBy: "backfill:b1", executionStatus: "Failed" });
  });

  test("goes on over a restart, even if the end of an execution was told to nobody", () => {
    backfill(2, { parallelism: 2, payload: { x: 1 } });
    run.settle();
    expect(run.running).toHaveLength(2);
    run.end("nightly-b1-20261122T000000Z", "Succeeded", false);
    run.restart();
    run.pass(2 * MINUTE);
    expect(run.running).toEqual(["nightly-b1-20261122T010000Z", "nightly-b1-20261122T020000Z"]);
  });

  test("leaves out what has an execution, unless it is forced", () => {
    backfill(1);
    run.settle();
    run.end("nightly-b1-20261122T000000Z");
    run.end("nightly-b1-20261122T010000Z");
    expect(backfill(2, { dryRun: true, runId: "s" })).toMatchObject({
      backfill: { count: 1, alreadyRun: 2 },
    });
    expect(backfill(2, { force: true, runId: "t" })).toMatchObject({ backfill: { id: "b2", count: 3 } });
    run.settle();
    expect(run.running).toEqual(["nightly-b2-20261122T000000Z"]);
    expect(run.rows.find(({ at }) => at === DAY)).toMatchObject({
      executionName: "nightly-b2-20261122T000000Z",
      reason: 'in the place of "nightly-b1-20261122T000000Z"',
    });
  });

  test("is stopped: what runs goes on, nothing further starts", () => {
    backfill(5, { parallelism: 2 });
    run.settle();
    expect(run.ask({ type: "stopBackfill", id: "b1" })).toMatchObject({ backfill: { status: "stopped" } });
    for (const name of run.running) run.end(name);
    expect(run.executions.size).toBe(2);
    expect(view()).toMatchObject({ status: "stopped", started: 2, ended: { Succeeded: 2 } });
    expect(run.ask({ type: "stopBackfill", id: "b9" })).toMatchObject({ code: "BackfillNotExists" });
  });

  test("is one at a time, and a repeated request finds it", () => {
    backfill(2);
    expect(backfill(2)).toMatchObject({ backfill: { id: "b1" } });
    expect(backfill(2, { runId: "other" })).toMatchObject({ code: "BackfillRunning" });
  });

  test("counts a start that was refused as over", () => {
    backfill(1);
    const [effect] = run.starts;
    if (effect) run.act({ type: "startRefused", effect, reason: "no" });
    run.settle();
    expect(view()).toMatchObject({ started: 2, ended: { failedToStart: 1 } });
  });

  test("does not reach into the future, nor over too many instants", () => {
    expect(backfill(100)).toMatchObject({ code: "InvalidRange" });
    run.put("* * * * * *");
    expect(backfill(20)).toMatchObject({ code: "InvalidRange", detail: expect.stringContaining("10000") });
  });

  test("leaves the schedule's own instants alone", () => {
    run.put("0 * * * *", { overlap: "skip" });
    backfill(2);
    run.pass(HOUR);
    expect(run.verdicts[0]).toBe("05:00:00 started");
  });
});

test.each([
  ["bufferAll", [1, 2, 3, 4], []],
  ["allow", [1, 2, 3, 4], []],
  ["skip", [1, 2], [3, 4]],
  ["bufferOne", [1, 2, 3], [4]],
  ["cancelOther", [3, 4], [1, 2]],
] as const)(
  "with %s and two places four instants are started as %j, given up %j",
  (policy, plan, dropped) => {
    expect(limitPlan([1, 2, 3, 4], policy, 2)).toMatchObject({ plan, dropped });
  },
);
