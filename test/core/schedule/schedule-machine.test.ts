import { beforeEach, describe, expect, test } from "vitest";
import type { ScheduleCommand, StartFiring } from "../../../src/core/schedule/command.ts";
import { ScheduleMachine } from "../../../src/core/schedule/schedule-machine.ts";
import { firingExecutionName, scheduleShard } from "../../../src/core/schedule/schedule.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

const START = Date.UTC(2026, 10, 23, 4, 0, 30);
const MINUTE = 60_000;

let cells: MemoryCells;
let machine: ScheduleMachine;
let now: number;

beforeEach(() => {
  cells = new MemoryCells();
  machine = new ScheduleMachine(cells);
  now = START;
});

function act(command: ScheduleCommand) {
  return machine.handle(command, now);
}

function put(cron: string, more: object = {}, name = "nightly") {
  return act({
    type: "putSchedule",
    flow: "flow",
    name,
    spec: { cron, enabled: true, payload: { n: 1 }, ...more },
  });
}

function ledger() {
  return Array.from(machine.firings("flow", "nightly"), ([, { at, verdict, executionName, reason }]) => ({
    at: new Date(at).toISOString().slice(11, 19),
    verdict,
    ...(executionName !== undefined && { executionName }),
    ...(reason !== undefined && { reason }),
  }));
}

/** The alarm rings, when it is due. */
function ring(): readonly StartFiring[] {
  const at = machine.nextTimerAt();
  if (at !== undefined && at <= now) act(machine.wakeCommand());
  return machine.takeNewEffects();
}

describe("a schedule", () => {
  test("starts one execution at each instant, named after it, with the payload in its place", () => {
    put("* * * * *");
    expect(machine.nextTimerAt()).toBe(START + 30_000);
    now = START + 30_000;
    expect(ring()).toMatchObject([
      {
        flow: "flow",
        schedule: "nightly",
        executionName: "nightly-20261123T040100Z",
        input: { payload: { n: 1 }, triggerName: "nightly", triggerTime: "2026-11-23T04:01:00Z" },
      },
    ]);
    expect(machine.nextTimerAt()).toBe(START + 90_000);
    expect(ledger()).toEqual([
      { at: "04:01:00", verdict: "started", executionName: "nightly-20261123T040100Z" },
    ]);
  });

  test("is started once, by the alarm or by the Cron Trigger, whoever comes first", () => {
    put("* * * * *");
    now = START + 30_000;
    act({ type: "fire", firedBy: "cron" });
    act({ type: "fire", firedBy: "alarm" });
    expect(machine.takeNewEffects()).toHaveLength(1);
    expect(ledger()).toHaveLength(1);
  });

  test("after an outage starts only the newest instant; the ones before have expired", () => {
    put("* * * * *");
    now = START + 30_000 + 3 * MINUTE;
    expect(ring().map(({ executionName }) => executionName)).toEqual(["nightly-20261123T040400Z"]);
    expect(ledger().map(({ at, verdict }) => `${at} ${verdict}`)).toEqual([
      "04:04:00 started",
      "04:03:00 expired",
      "04:02:00 expired",
      "04:01:00 expired",
    ]);
  });

  test("after a long outage writes a bounded number of rows and says so", () => {
    put("* * * * *");
    now = START + 30 * 24 * 60 * MINUTE;
    ring();
    expect(ledger()).toHaveLength(100);
    expect(ledger().at(-1)?.reason).toContain("which have no rows");
  });

  test("keeps what it asked for until it was taken, over a restart", () => {
    put("* * * * *");
    now = START + 30_000;
    const [effect] = ring();
    machine.drop();
    expect(machine.takeNewEffects()).toEqual([effect]);
    if (effect) act(machine.effectDone(effect));
    machine.drop();
    expect(machine.takeNewEffects()).toEqual([]);
    expect(machine.nextTimerAt()).toBe(START + 90_000);
  });

  test("tells in its ledger when a start was refused", () => {
    put("* * * * *");
    now = START + 30_000;
    const [effect] = ring();
    if (effect) act({ type: "startRefused", effect, reason: "there is no flow" });
    expect(ledger()).toEqual([{ at: "04:01:00", verdict: "failedToStart", reason: "there is no flow" }]);
  });

  test("rests while it is paused and goes on from the moment it is resumed", () => {
    put("* * * * *");
    act({ type: "setEnabled", flow: "flow", name: "nightly", enabled: false });
    expect(machine.nextTimerAt()).toBeUndefined();
    now = START + 10 * MINUTE;
    expect(ring()).toEqual([]);
    act({ type: "setEnabled", flow: "flow", name: "nightly", enabled: true });
    expect(machine.nextTimerAt()).toBe(START + 10 * MINUTE + 30_000);
  });

  test("runs by hand, too; a repeat with the same idempotency key changes nothing", () => {
    put("@yearly");
    const run = {
      type: "runNow",
      flow: "flow",
      name: "nightly",
      firedBy: "key:k",
      runId: "first",
      payload: { n: 2 },
    } as const;
    const name = { ok: true, executionName: "nightly-manual-20261123T040030Z-0" };
    expect(act(run)).toMatchObject(name);
    now += 1000;
    expect(act(run)).toMatchObject(name);
    const keyed = { ...run, keyed: { executionName: "idem-x", startId: "a" } };
    act(keyed);
    now += 1000;
    expect(act(keyed)).toEqual({ ok: true, executionName: "idem-x" });
    expect(act({ ...keyed, keyed: { executionName: "idem-x", startId: "b" } })).toMatchObject({
      code: "IdempotencyConflict",
    });
    expect(machine.takeNewEffects().map(({ input }) => input.payload)).toEqual([{ n: 2 }, { n: 2 }]);
  });

  test("put again unchanged keeps its next instant; changed it starts anew from now", () => {
    put("@every 10m");
    const first = machine.nextTimerAt();
    now += MINUTE;
    expect(put("@every 10m")).toMatchObject({ ok: true, created: false });
    expect(machine.nextTimerAt()).toBe(first);
    put("@every 20m");
    expect(machine.nextTimerAt()).toBe(START + 20 * MINUTE);
  });

  test("starts what is due before it is changed or paused, when the alarm has not come yet", () => {
    put("@every 10m");
    now = START + 10 * MINUTE + 40_000;
    put("@every 20m");
    expect(machine.takeNewEffects()).toMatchObject([{ kind: "startFiring", at: START + 10 * MINUTE }]);
    now += 25 * MINUTE;
    act({ type: "setEnabled", flow: "flow", name: "nightly", enabled: false });
    expect(machine.takeNewEffects()).toHaveLength(1);
    expect(machine.nextTimerAt()).toBeUndefined();
  });

  test("put without `enabled` leaves a paused schedule paused", () => {
    put("@every 10m");
    act({ type: "setEnabled", flow: "flow", name: "nightly", enabled: false });
    expect(put("@every 20m", { enabled: undefined })).toMatchObject({ schedule: { enabled: false } });
    expect(put("@every 20m", { enabled: true })).toMatchObject({ schedule: { enabled: true } });
  });

  test("refuses zones that nobody knows", () => {
    for (const timeZone of ["Mars/Phobos", "../etc/passwd", "__proto__", "GMT+8"]) {
      for (const cron of ["0 0 * * *", "@every 5m", "@at 2030-01-01T00:00:00Z"]) {
        expect(put(cron, { timeZone, enabled: false })).toMatchObject({ code: "InvalidCron" });
      }
    }
  });

  test("refuses what contradicts itself or has passed", () => {
    expect(put("CRON_TZ=Asia/Tokyo 0 0 * * *", { timeZone: "UTC" })).toMatchObject({ code: "InvalidCron" });
    expect(put("@at 2020-01-01T00:00:00Z")).toMatchObject({ code: "InvalidCron" });
    expect(put("nonsense")).toMatchObject({ code: "InvalidCron" });
    expect(act({ type: "deleteSchedule", flow: "flow", name: "nobody" })).toMatchObject({
      code: "ScheduleNotExists",
    });
  });

  test("goes with its flow, and takes its ledger along", () => {
    put("* * * * *");
    put("* * * * *", {}, "other");
    now = START + 30_000;
    for (const effect of ring()) act(machine.effectDone(effect));
    act({ type: "deleteFlow", flow: "flow" });
    expect(machine.list()).toEqual([]);
    expect(cells.texts.size).toBe(0);
  });
});

test("names of executions stay within their limit and stay different", () => {
  const long = "x".repeat(128);
  const other = `${"x".repeat(127)}y`;
  const names = [long, other].map((schedule) => firingExecutionName(schedule, "scheduled", START));
  expect(names.every((name) => name.length <= 128)).toBe(true);
  expect(new Set(names).size).toBe(2);
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
