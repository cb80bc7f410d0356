import { beforeEach, describe, expect, test } from "vitest";
import { decideOverlap } from "../../../src/core/schedule/phases/overlap.ts";
import { MINUTE, ScheduleRun } from "../../support/schedule-run.ts";

let run: ScheduleRun;
beforeEach(() => {
  run = new ScheduleRun();
});

const FIRST = "nightly-20261123T040100Z";
const SECOND = "nightly-20261123T040200Z";

test.each([
  ["allow", 3, 0, "start"],
  ["skip", 0, 0, "start"],
  ["skip", 1, 0, "skippedOverlap"],
  ["bufferOne", 1, 0, "buffered"],
  ["bufferOne", 1, 1, "bufferFull"],
  ["bufferAll", 1, 99, "buffered"],
  ["bufferAll", 1, 100, "bufferFull"],
  ["bufferAll", 0, 1, "buffered"],
  ["cancelOther", 0, 0, "start"],
] as const)("with %s, %i running and %i waiting an instant is: %s", (policy, running, buffered, decision) => {
  expect(decideOverlap(policy, { running, buffered })).toBe(decision);
});

describe("while an execution runs", () => {
  test("`allow` starts the next beside it", () => {
    run.put("* * * * *");
    run.pass(2 * MINUTE);
    expect(run.running).toEqual([FIRST, SECOND]);
  });

  test("`skip` skips, and says what ran", () => {
    run.put("* * * * *", { overlap: "skip" });
    run.pass(2 * MINUTE);
    expect(run.verdicts).toEqual(["04:02:00 skippedOverlap", "04:01:00 started"]);
    expect(run.rows[0]).toMatchObject({ firedBy: "alarm", reason: `"${FIRST}" was running` });
    run.end(FIRST);
    run.pass(MINUTE);
    expect(run.verdicts[0]).toBe("04:03:00 started");
  });

  test("`bufferOne` keeps one waiting and starts it when the other ends", () => {
    run.put("* * * * *", { overlap: "bufferOne" });
    run.pass(3 * MINUTE);
    expect(run.verdicts).toEqual(["04:03:00 bufferFull", "04:02:00 buffered", "04:01:00 started"]);
    run.end(FIRST);
    expect(run.running).toEqual([SECOND]);
    expect(run.rows[1]).toMatchObject({
      verdict: "started",
      executionName: SECOND,
      latenessMs: 90_000,
      reason: "waited for an execution to end",
    });
    expect(run.machine.get("flow", "nightly")?.counts).toEqual({ started: 2, bufferFull: 1 });
  });

  test("`bufferAll` keeps as many waiting as its limit says, and starts them one after the other", () => {
    run.put("* * * * *", { overlap: "bufferAll", bufferLimit: 2 });
    run.pass(4 * MINUTE);
    expect(run.verdicts.map((row) => row.slice(9))).toEqual([
      "bufferFull",
      "buffered",
      "buffered",
      "started",
    ]);
    run.end(FIRST);
    run.end(SECOND);
    expect(run.running).toEqual(["nightly-20261123T040300Z"]);
    // What waited longer goes first, and nothing overtakes it.
    run.restart();
    run.settle();
    run.end("nightly-20261123T040300Z");
    expect(run.running).toEqual([]);
  });

  test("`cancelOther` stops it and then starts", () => {
    run.put("* * * * *", { overlap: "cancelOther" });
    run.pass(2 * MINUTE);
    expect(run.executions.get(FIRST)?.status).toBe("Stopped");
    expect(run.running).toEqual([SECOND]);
    expect(run.rows.map(({ executionStatus }) => executionStatus)).toEqual([undefined, "Stopped"]);
  });

  test("a run by hand starts at once, and counts for the instants that follow", () => {
    run.put("* * * * *", { overlap: "skip" });
    run.ask({ type: "runNow", firedBy: "key:k", runId: "r" });
    run.pass(MINUTE);
    expect(run.verdicts).toEqual(["04:01:00 skippedOverlap", "04:00:30 manual started"]);
  });
});

describe("the real state decides, never a stale row:", () => {
  test("an execution whose end nobody told does not block for ever", () => {
    run.put("* * * * *", { overlap: "skip" });
    run.pass(MINUTE);
    run.end(FIRST, "Succeeded", false);
    run.pass(MINUTE);
    expect(run.verdicts).toEqual(["04:02:00 started", "04:01:00 started"]);
    expect(run.rows[1]).toMatchObject({ executionStatus: "Succeeded" });
  });

  test("one that ended while the service was away does not either, nor does one that nobody knows any more", () => {
    run.put("* * * * *", { overlap: "skip" });
    run.pass(MINUTE);
    run.end(FIRST, "Failed", false);
    run.outage(MINUTE);
    run.pass(0);
    expect(run.verdicts).toEqual(["04:02:00 started", "04:01:00 started"]);
    run.executions.delete(SECOND);
    run.pass(MINUTE);
    expect(run.verdicts[0]).toBe("04:03:00 started");
  });

  test("what waits goes on, even if nobody told the end of what it waited for", () => {
    run.put("0 * * * *", { overlap: "bufferAll" });
    run.pass(2 * 60 * MINUTE);
    expect(run.verdicts).toEqual(["06:00:00 buffered", "05:00:00 started"]);
    run.end("nightly-20261123T050000Z", "Succeeded", false);
    run.pass(2 * MINUTE);
    expect(run.verdicts).toEqual(["06:00:00 started", "05:00:00 started"]);
  });

  test("while a flow does not answer, the shard waits for it and does not spin", () => {
    run.put("* * * * *", { overlap: "skip" });
    run.now += 30_000;
    run.ring();
    run.now += MINUTE;
    run.ring();
    expect(run.rows).toHaveLength(1);
    run.restart();
    const next = run.machine.nextTimerAt();
    expect(next).toBeGreaterThan(run.now);
    run.settle();
    expect(run.verdicts).toEqual(["04:02:00 skippedOverlap", "04:01:00 started"]);
  });

  test("an instant that waits for the answer is not lost by a crash, a change or a pause", () => {
    run.put("* * * * *", { overlap: "skip" });
    run.pass(MINUTE);
    run.end(FIRST, "Succeeded", false);
    run.now += 30_000;
    run.ring();
    expect(run.rows).toHaveLength(1);
    run.restart();
    run.put("@yearly", { overlap: "skip" });
    run.settle();
    run.pass(0);
    expect(run.verdicts).toEqual(["04:02:00 started", "04:01:00 started"]);
  });
});
