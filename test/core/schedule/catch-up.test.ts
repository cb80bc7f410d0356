import { beforeEach, describe, expect, test } from "vitest";
import type { CatchUp } from "../../../src/core/schedule/schedule.ts";
import { MINUTE, ScheduleRun } from "../../support/schedule-run.ts";

const HOUR = 60 * MINUTE;

let run: ScheduleRun;
beforeEach(() => {
  run = new ScheduleRun();
});

/** Hourly, away from 04:00:30 to 08:20:30: four instants were missed. */
function missed(catchUp?: CatchUp): string[] {
  run.put("0 * * * *", catchUp && { catchUp });
  run.outage(4 * HOUR + 20 * MINUTE);
  run.pass(0);
  return run.verdicts;
}

describe("after an outage", () => {
  test("the newest instant starts, however late; the others have expired", () => {
    expect(missed()).toEqual([
      "08:00:00 started",
      "07:00:00 expired",
      "06:00:00 expired",
      "05:00:00 expired",
    ]);
    expect(run.rows[0]).toMatchObject({ firedBy: "catchUp", latenessMs: 20 * MINUTE + 30_000 });
    expect(run.rows[1]).toMatchObject({ reason: "missed: a newer instant was due as well" });
  });

  test("`none` starts nothing that was missed", () => {
    expect(missed({ mode: "none" })).toEqual([
      "08:00:00 expired",
      "07:00:00 expired",
      "06:00:00 expired",
      "05:00:00 expired",
    ]);
  });

  test("`all` starts all of them, in order", () => {
    missed({ mode: "all" });
    expect([...run.executions.keys()]).toEqual([
      "nightly-20261123T050000Z",
      "nightly-20261123T060000Z",
      "nightly-20261123T070000Z",
      "nightly-20261123T080000Z",
    ]);
  });

  test("`max` keeps the newest, `windowSeconds` those of a while", () => {
    expect(missed({ mode: "all", max: 2 })).toEqual([
      "08:00:00 started",
      "07:00:00 started",
      "06:00:00 expired",
      "05:00:00 expired",
    ]);
    run = new ScheduleRun();
    expect(missed({ mode: "all", windowSeconds: 2 * 3600 })).toEqual([
      "08:00:00 started",
      "07:00:00 started",
      "06:00:00 expired",
      "05:00:00 expired",
    ]);
    run = new ScheduleRun();
    expect(missed({ mode: "last", windowSeconds: 600 })[0]).toBe("08:00:00 expired");
    expect(run.rows[0]?.reason).toContain("600 s");
  });

  test("an instant that is less than 75 seconds late was not missed", () => {
    run.put("* * * * *", { catchUp: { mode: "none" } });
    run.outage(3 * MINUTE + 30_000);
    run.pass(0);
    expect(run.verdicts).toEqual([
      "04:04:00 started",
      "04:03:00 expired",
      "04:02:00 expired",
      "04:01:00 expired",
    ]);
    expect(run.rows[0]).toMatchObject({ firedBy: "alarm", latenessMs: 0 });
  });

  test("overlaps are decided one after the other", () => {
    run.put("0 * * * *", { catchUp: { mode: "all" }, overlap: "bufferOne" });
    run.outage(3 * HOUR + 20 * MINUTE);
    run.pass(0);
    expect(run.verdicts).toEqual(["07:00:00 bufferFull", "06:00:00 buffered", "05:00:00 started"]);
    run = new ScheduleRun();
    run.put("0 * * * *", { catchUp: { mode: "all" }, overlap: "cancelOther" });
    run.outage(3 * HOUR + 20 * MINUTE);
    run.pass(0);
    expect(run.verdicts).toEqual(["07:00:00 started", "06:00:00 skippedOverlap", "05:00:00 skippedOverlap"]);
  });
});

describe("what other schedulers got wrong", () => {
  test("hundreds of runs after a restart: by default there is one", () => {
    run.put("* * * * *");
    run.outage(12 * HOUR);
    run.pass(0);
    expect(run.executions.size).toBe(1);
    expect(run.rows).toHaveLength(720);
    expect(run.machine.get("flow", "nightly")?.counts).toEqual({ started: 1, expired: 719 });
  });

  test("the same tick started three times: alarm, Cron Trigger and a repeat of it find one row", () => {
    run.put("* * * * *");
    run.now += 30_000;
    run.tick();
    run.tick();
    run.ring();
    run.restart();
    run.tick();
    expect(run.rows).toHaveLength(1);
    run.settle();
    expect(run.executions.size).toBe(1);
  });

  test("a one-off that was late never ran: here it does, days later, unless it is told not to", () => {
    run.put("@at 2026-11-23T05:00:00Z");
    run.outage(3 * 24 * HOUR);
    run.pass(0);
    expect(run.verdicts).toEqual(["05:00:00 started"]);
    expect(run.machine.nextTimerAt()).toBeUndefined();
    run = new ScheduleRun();
    run.put("@at 2026-11-23T05:00:00Z", { catchUp: { mode: "none" } });
    run.outage(3 * 24 * HOUR);
    run.pass(0);
    expect(run.verdicts).toEqual(["05:00:00 expired"]);
  });

  test("a clock that jumps ahead and back: no instant has two verdicts", () => {
    run.put("* * * * *");
    run.pass(2 * MINUTE);
    run.now += 10 * MINUTE;
    run.pass(0);
    run.now -= 10 * MINUTE;
    run.restart();
    run.pass(12 * MINUTE);
    const instants = run.rows.map(({ at }) => at);
    expect(new Set(instants).size).toBe(instants.length);
    expect(instants).toHaveLength(14);
    expect(run.executions.size).toBe(5);
  });

  test("a long outage of a frequent schedule: a bounded number of rows, and a word about the others", () => {
    run.put("* * * * * *");
    run.outage(30 * 24 * HOUR);
    run.pass(0);
    expect(run.rows).toHaveLength(10_000);
    expect(run.rows.at(-1)?.reason).toContain("which have no rows");
  });
});
