import { beforeEach, describe, expect, test } from "vitest";
import { ScheduleMachine } from "../../../src/core/schedule/schedule-machine.ts";
import { MemoryCells } from "../../support/memory-cells.ts";
import { MINUTE, ScheduleRun } from "../../support/schedule-run.ts";

let run: ScheduleRun;
beforeEach(() => {
  run = new ScheduleRun();
});

const FIRST = "nightly-20261123T040100Z";

function noticed(): string[] {
  return run.notices.map(({ type, firing }) => `${type} ${new Date(firing.at).toISOString().slice(11, 16)}`);
}

describe("a schedule that promises", () => {
  test("to start in time is late when its flow has not taken the start by then", () => {
    run.put("*/10 * * * *", { expect: { startWithinSeconds: 20 } });
    run.now += 9 * MINUTE + 30_000;
    run.ring();
    run.now += 20_000;
    run.ring();
    expect(run.rows).toMatchObject([{ verdict: "started", missedStart: true }]);
    expect(noticed()).toEqual(["schedule.late 04:10"]);
    run.settle();
    run.pass(MINUTE);
    expect(noticed()).toEqual(["schedule.late 04:10"]);
  });

  test("to start in time is late when its execution has not begun by then, though the flow has it", () => {
    run.begins = false;
    run.put("*/10 * * * *", { expect: { startWithinSeconds: 20 } });
    run.pass(9 * MINUTE + 45_000);
    expect(noticed()).toEqual([]);
    run.pass(10_000);
    expect(run.rows).toMatchObject([{ verdict: "started", latenessMs: 0, missedStart: true }]);
    run.begin("nightly-20261123T041000Z");
    run.end("nightly-20261123T041000Z");
    expect(run.rows[0]).toMatchObject({ startLatenessMs: 25_000, missedStart: true });
    expect(noticed()).toEqual(["schedule.late 04:10"]);
  });

  test("to start in time is not late when it has begun and still runs", () => {
    run.put("*/10 * * * *", { expect: { startWithinSeconds: 20 } });
    run.pass(9 * MINUTE + 55_000);
    expect(run.rows[0]).toMatchObject({ startLatenessMs: 0, startedAt: Date.UTC(2026, 10, 23, 4, 10) });
    expect(noticed()).toEqual([]);
    expect(run.machine.nextTimerAt()).toBe(Date.UTC(2026, 10, 23, 4, 20));
  });

  test("to start in time is late when it began late and was over before anybody looked", () => {
    run.begins = false;
    run.put("*/10 * * * *", { expect: { startWithinSeconds: 20 } });
    run.pass(9 * MINUTE + 45_000);
    run.now += 10_000;
    run.begin("nightly-20261123T041000Z");
    run.end("nightly-20261123T041000Z");
    run.pass(MINUTE);
    expect(run.rows[0]).toMatchObject({ startLatenessMs: 25_000, missedStart: true });
    expect(noticed()).toEqual(["schedule.late 04:10"]);
  });

  test("keeps its promise over a restart", () => {
    run.put("*/10 * * * *", { expect: { startWithinSeconds: 20 } });
    run.pass(9 * MINUTE + 31_000);
    run.outage(5 * MINUTE);
    run.pass(0);
    expect(run.rows[0]).not.toHaveProperty("missedStart");
  });

  test("to start in time is late when an outage held it up, or it never starts", () => {
    run.put("* * * * *", { expect: { startWithinSeconds: 20 } });
    run.outage(3 * MINUTE);
    run.pass(0);
    expect(run.rows.map(({ verdict, missedStart }) => `${verdict} ${missedStart}`)).toEqual([
      "started true",
      "expired true",
      "expired true",
    ]);
    expect(noticed().toSorted()).toEqual([
      "schedule.late 04:01",
      "schedule.late 04:02",
      "schedule.late 04:03",
      "schedule.missed 04:01",
      "schedule.missed 04:02",
    ]);
  });

  test("to end in time is late when it still runs, and told once", () => {
    run.put("*/10 * * * *", { expect: { endWithinSeconds: 60 } });
    run.pass(10 * MINUTE);
    expect(run.rows[0]).not.toHaveProperty("missedEnd");
    run.pass(2 * MINUTE);
    expect(run.rows[0]).toMatchObject({ missedEnd: true });
    run.end("nightly-20261123T041000Z");
    expect(run.rows[0]).toMatchObject({ missedEnd: true, executionStatus: "Succeeded" });
    expect(noticed()).toEqual(["schedule.late 04:10"]);
  });

  test("and waits for another execution is late at its time", () => {
    run.put("* * * * *", { overlap: "bufferOne", expect: { startWithinSeconds: 20 } });
    run.pass(2 * MINUTE);
    expect(run.rows[0]).toMatchObject({ verdict: "buffered", missedStart: true });
    run.end(FIRST);
    expect(run.rows[0]).toMatchObject({ verdict: "started", missedStart: true });
    expect(noticed()).toEqual(["schedule.late 04:02"]);
  });
});

describe("the webhook is told", () => {
  test("of executions that failed and instants that were missed, if asked", () => {
    run.put("* * * * *", { overlap: "skip", notify: { on: ["failed", "missed"] } });
    run.pass(2 * MINUTE);
    run.end(FIRST, "TimedOut");
    expect(noticed().toSorted()).toEqual(["schedule.failed 04:01", "schedule.missed 04:02"]);
    expect(run.notices.find(({ type }) => type === "schedule.failed")).toMatchObject({
      flow: "flow",
      schedule: "nightly",
      firing: { executionName: FIRST, executionStatus: "TimedOut" },
    });
  });

  test("of all of that, unless the schedule says what of it", () => {
    run.put("* * * * *", { overlap: "skip", expect: { endWithinSeconds: 90 } });
    run.pass(2 * MINUTE + 15_000);
    run.end(FIRST, "Failed");
    expect(noticed().toSorted()).toEqual([
      "schedule.failed 04:01",
      "schedule.late 04:01",
      "schedule.missed 04:02",
    ]);
  });

  test("of nothing with an empty list", () => {
    run.put("* * * * *", { overlap: "skip", notify: { on: [] } });
    run.pass(2 * MINUTE);
    run.end(FIRST, "Failed");
    expect(noticed()).toEqual([]);
  });

  test("and where there is no webhook, nothing is kept for it", () => {
    const cells = new MemoryCells();
    const machine = new ScheduleMachine(cells, false);
    const spec = { cron: "* * * * *" };
    machine.handle({ type: "putSchedule", flow: "flow", name: "nightly", spec }, run.now);
    machine.save();
    machine.handle({ type: "fire", firedBy: "cron" }, run.now + 10 * MINUTE);
    machine.save();
    expect(machine.effects.takeNew().map(({ kind }) => kind)).toEqual(["tellBoard", "startFiring"]);
    expect([...cells.texts.keys()].filter((key) => !/^(schedule|state|firing):/.test(key))).toEqual([]);
  });

  test("of nothing else", () => {
    run.put("* * * * *", { notify: { on: ["late"] } });
    run.pass(2 * MINUTE);
    run.end(FIRST, "Failed");
    run.end("nightly-20261123T040200Z");
    expect(noticed()).toEqual([]);
  });

  test("even if the service dies before", () => {
    run.put("* * * * *", { notify: { on: ["failed"] } });
    run.pass(MINUTE);
    run.end(FIRST, "Failed");
    const [before] = run.effects;
    run.restart();
    expect(run.effects).toContainEqual(before);
    if (before) run.act({ type: "effectOver", effect: before });
    run.restart();
    expect(run.notices).toEqual([]);
  });
});
