import { beforeEach, describe, expect, test } from "vitest";
import { firingExecutionName, parseFiringId, scheduleShard } from "../../../src/core/schedule/schedule.ts";
import { MINUTE, ScheduleRun } from "../../support/schedule-run.ts";

const START = Date.UTC(2026, 10, 23, 4, 0, 30);

let run: ScheduleRun;

beforeEach(() => {
  run = new ScheduleRun(START);
});

describe("a schedule", () => {
  test("starts one execution at each instant, named after it, with the payload in its place", () => {
    run.put("* * * * *");
    expect(run.machine.nextTimerAt()).toBe(START + 30_000);
    run.now = START + 30_000;
    run.ring();
    expect(run.starts).toMatchObject([
      {
        flow: "flow",
        schedule: "nightly",
        executionName: "nightly-20261123T040100Z",
        input: { payload: { n: 1 }, triggerName: "nightly", triggerTime: "2026-11-23T04:01:00Z" },
      },
    ]);
    expect(run.machine.nextTimerAt()).toBe(START + 90_000);
    expect(run.rows).toEqual([
      {
        at: START + 30_000,
        kind: "scheduled",
        verdict: "started",
        firedBy: "alarm",
        firedAt: START + 30_000,
        latenessMs: 0,
        executionName: "nightly-20261123T040100Z",
      },
    ]);
    expect(run.machine.get("flow", "nightly")?.counts).toEqual({ started: 1 });
  });

  test("keeps what it asked for until it was taken, over a restart", () => {
    run.put("* * * * *");
    run.now = START + 30_000;
    run.ring();
    const [effect] = run.starts;
    run.restart();
    expect(run.starts).toEqual([effect]);
    if (effect) run.act({ type: "effectOver", effect });
    expect(effect && run.machine.effects.isPending(effect)).toBe(false);
    expect(run.machine.nextTimerAt()).toBe(START + 90_000);
  });

  test("tells in its ledger when a start was refused", () => {
    run.put("* * * * *");
    run.now = START + 30_000;
    run.ring();
    const [effect] = run.starts;
    if (effect) run.act({ type: "startRefused", effect, reason: "there is no flow" });
    expect(run.rows).toMatchObject([{ verdict: "failedToStart", reason: "there is no flow" }]);
    expect(run.rows[0]).not.toHaveProperty("executionName");
    expect(run.machine.get("flow", "nightly")?.counts).toEqual({ failedToStart: 1 });
  });

  test("shows how its executions ended", () => {
    run.put("* * * * *");
    run.pass(2 * MINUTE);
    run.end("nightly-20261123T040100Z", "Failed");
    expect(run.rows.map(({ executionStatus }) => executionStatus)).toEqual([undefined, "Failed"]);
  });

  test("runs by hand, too; a repeat with the same idempotency key changes nothing", () => {
    run.put("@yearly");
    const one = { type: "runNow", firedBy: "key:k", runId: "first", payload: { n: 2 } } as const;
    const name = { ok: true, executionName: "nightly-manual-20261123T040030Z-0" };
    expect(run.ask(one)).toMatchObject(name);
    run.now += 1000;
    expect(run.ask(one)).toMatchObject(name);
    const keyed = { ...one, keyed: { executionName: "idem-x", startId: "a" } };
    run.ask(keyed);
    run.restart();
    expect(run.starts.map(({ input }) => input?.payload)).toEqual([{ n: 2 }, { n: 2 }]);
    run.now += 1000;
    expect(run.ask(keyed)).toEqual({ ok: true, executionName: "idem-x" });
    expect(run.ask({ ...keyed, keyed: { executionName: "idem-x", startId: "b" } })).toMatchObject({
      code: "IdempotencyConflict",
    });
    expect(run.verdicts).toEqual(["04:00:31 manual started", "04:00:30 manual started"]);
  });

  test("put again unchanged keeps its next instant; changed it starts anew from now", () => {
    run.put("@every 10m");
    const first = run.machine.nextTimerAt();
    run.now += MINUTE;
    expect(run.put("@every 10m")).toMatchObject({ ok: true, created: false });
    expect(run.machine.nextTimerAt()).toBe(first);
    run.put("@every 20m");
    expect(run.machine.nextTimerAt()).toBe(START + 20 * MINUTE);
  });

  test("starts what is due before it is changed or paused, when the alarm has not come yet", () => {
    run.put("@every 10m");
    run.now = START + 10 * MINUTE + 40_000;
    run.put("@every 20m");
    expect(run.starts).toMatchObject([{ at: START + 10 * MINUTE }]);
    run.now += 25 * MINUTE;
    run.ask({ type: "setEnabled", enabled: false });
    expect(run.starts).toHaveLength(2);
    expect(run.machine.nextTimerAt()).toBeUndefined();
  });

  test("put without `enabled` leaves a paused schedule paused", () => {
    run.put("@every 10m");
    run.ask({ type: "setEnabled", enabled: false });
    expect(run.put("@every 20m")).toMatchObject({ schedule: { enabled: false } });
    expect(run.put("@every 20m", { enabled: true })).toMatchObject({ schedule: { enabled: true } });
  });

  test("refuses zones that nobody knows", () => {
    for (const timeZone of ["Mars/Phobos", "../etc/passwd", "__proto__", "GMT+8"]) {
      for (const cron of ["0 0 * * *", "@every 5m", "@at 2030-01-01T00:00:00Z"]) {
        expect(run.put(cron, { timeZone, enabled: false })).toMatchObject({ code: "InvalidCron" });
      }
    }
  });

  test("refuses what contradicts itself or has passed", () => {
    expect(run.put("CRON_TZ=Asia/Tokyo 0 0 * * *", { timeZone: "UTC" })).toMatchObject({
      code: "InvalidCron",
    });
    expect(run.put("@at 2020-01-01T00:00:00Z")).toMatchObject({ code: "InvalidCron" });
    expect(run.put("nonsense")).toMatchObject({ code: "InvalidCron" });
    expect(run.put(["@daily", "61 * * * *"])).toMatchObject({
      detail: expect.stringContaining('cron[1]: minute: "61"'),
    });
    expect(run.put("@daily", { exclude: { crons: ["@every 5m"] } })).toMatchObject({
      detail: expect.stringContaining("exclude.crons[0]"),
    });
    expect(run.act({ type: "deleteSchedule", flow: "flow", name: "nobody" })).toMatchObject({
      code: "ScheduleNotExists",
    });
  });

  test("goes with its flow, and takes its ledger along", () => {
    run.put("* * * * *");
    run.put("* * * * *", {}, "other");
    run.pass(90 * MINUTE);
    run.act({ type: "deleteFlow", flow: "flow", generation: 1 });
    expect([...run.machine.list()]).toEqual([]);
    expect(run.machine.nextTimerAt()).toBeUndefined();
    // That something changed, the board is told.
    expect([...run.cells.texts.keys()]).toEqual(["changes"]);
  });

  test("stands in the list of all and of its flow, page by page", () => {
    for (const name of ["b", "a", "c"]) run.put("@daily", {}, name);
    const names = (query: object) => [...run.machine.list(query)].map(({ name }) => name);
    expect(names({})).toEqual(["a", "b", "c"]);
    expect(names({ flow: "flow", after: "flow/a" })).toEqual(["b", "c"]);
    expect(names({ flow: "flow" })).toEqual(["a", "b", "c"]);
    expect(names({ flow: "fl" })).toEqual([]);
    expect(names({ after: "flow/c" })).toEqual([]);
  });
});

test("names of executions stay within their limit and stay different", () => {
  const long = "x".repeat(128);
  const other = `${"x".repeat(127)}y`;
  const names = [long, other].map((schedule) => firingExecutionName(schedule, "scheduled", START));
  expect(names.every((name) => name.length <= 128)).toBe(true);
  expect(new Set(names).size).toBe(2);
});

test("what an execution was started by tells its firing", () => {
  expect(parseFiringId("flow/nightly:backfill:1700000000000:b2")).toEqual({
    flow: "flow",
    name: "nightly",
    kind: "backfill",
    at: 1_700_000_000_000,
  });
  expect(parseFiringId("some-uuid")).toBeUndefined();
});

test("a schedule's shard never changes: stored schedules would no longer be found", () => {
  expect(scheduleShard("demo-schedule-workers", "every-night", 16)).toBe(
    scheduleShard("demo-schedule-workers", "every-night", 16),
  );
  expect(["a", "b", "c", "nightly"].map((name) => scheduleShard("flow", name, 16))).toMatchInlineSnapshot(`
    [
      13,
      4,
      7,
      7,
    ]
  `);
});
