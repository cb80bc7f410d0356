import { beforeEach, describe, expect, test } from "vitest";
import type { ExecutionEnded, FlowCommand } from "../../src/core/flow/command.ts";
import { FlowMachine } from "../../src/core/flow/flow-machine.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/core/time.ts";
import { STATS_LOOKED_AT_MAX } from "../../src/core/view-limits.ts";
import { readFlowStats } from "../../src/queries/flow-stats.ts";
import { MemoryCells } from "../support/memory-cells.ts";

const NOON = Date.parse("2026-11-20T12:00:00Z");
let machine: FlowMachine;

beforeEach(() => {
  machine = new FlowMachine(new MemoryCells());
  act({ type: "putFlow", name: "flow", definition: "one" }, 0);
});

function act(command: FlowCommand, now: number): void {
  expect(machine.handle(command, now)).toMatchObject({ ok: true });
}

function start(name: string, at: number): void {
  const startedBy = "schedule:nightly";
  act({ type: "startExecution", name, input: {}, startedBy, startId: name }, at);
}

/** One that was started then, and ended after so long. */
function ran(name: string, at: number, tookMs: number, end: Partial<ExecutionEnded> = {}): void {
  start(name, at);
  const endedAt = at + tookMs;
  act({ type: "executionEnded", generation: 1, name, status: "Succeeded", endedAt, ...end }, endedAt);
}

function stats(from: number, to: number, more: { unit?: "hour" | "day"; timeZone?: string } = {}) {
  return readFlowStats(machine, { from, to, unit: "day", timeZone: "UTC", ...more });
}

describe("a flow's statistics", () => {
  test("tell by days how executions ended that were started then, and how long they took", () => {
    ran("old", NOON - 5 * DAY_MS, 1);
    ran("quick", NOON - 2 * DAY_MS, MINUTE_MS);
    ran("slow", NOON - 2 * DAY_MS + 1, 5 * MINUTE_MS);
    ran("stopped", NOON - 2 * DAY_MS + 2, HOUR_MS, { status: "Stopped", error: "byHand" });
    ran("failed", NOON, 2000, { status: "Failed", error: "DiskFull" });
    ran("late", NOON + 1, 3000, { status: "TimedOut", error: "FnF.Timeout" });
    ran("failed again", NOON + 2, 2000, { status: "Failed", error: "DiskFull" });
    start("running", NOON + 3);
    expect(stats(NOON - 3 * DAY_MS, NOON + HOUR_MS)).toEqual({
      counts: { succeeded: 2, failed: 2, timedOut: 1, stopped: 1, running: 1 },
      successRate: 2 / 5,
      p50Ms: MINUTE_MS,
      p95Ms: 5 * MINUTE_MS,
      buckets: [
        { at: Date.parse("2026-11-17"), local: "2026-11-17", ...NONE },
        {
          at: Date.parse("2026-11-18"),
          local: "2026-11-18",
          ...NONE,
          succeeded: 2,
          stopped: 1,
          p50Ms: MINUTE_MS,
          p95Ms: 5 * MINUTE_MS,
        },
        { at: Date.parse("2026-11-19"), local: "2026-11-19", ...NONE },
        { at: Date.parse("2026-11-20"), local: "2026-11-20", ...NONE, failed: 2, timedOut: 1, running: 1 },
      ],
      errors: [
        { error: "DiskFull", count: 2, execution: "failed again", startedAt: NOON + 2 },
        { error: "FnF.Timeout", count: 1, execution: "late", startedAt: NOON + 1 },
      ],
      slowest: [
        { execution: "stopped", status: "Stopped", startedAt: NOON - 2 * DAY_MS + 2, tookMs: HOUR_MS },
        { execution: "slow", status: "Succeeded", startedAt: NOON - 2 * DAY_MS + 1, tookMs: 5 * MINUTE_MS },
        { execution: "quick", status: "Succeeded", startedAt: NOON - 2 * DAY_MS, tookMs: MINUTE_MS },
        { execution: "late", status: "TimedOut", startedAt: NOON + 1, tookMs: 3000 },
        { execution: "failed again", status: "Failed", startedAt: NOON + 2, tookMs: 2000 },
      ],
    });
  });

  test("count days and hours as the clocks of a zone show them, an hour that comes twice as two", () => {
    const change = Date.parse("2026-10-25T01:00:00Z");
    ran("first", change - HOUR_MS, 1000);
    ran("second", change, 1000);
    const berlin = { timeZone: "Europe/Berlin" };
    const hours = stats(change - 2 * HOUR_MS, change + HOUR_MS, { unit: "hour", ...berlin });
    expect(hours?.buckets.map(({ local, succeeded }) => [local.slice(11), succeeded])).toEqual([
      ["01:00", 0],
      ["02:00", 1],
      ["02:00", 1],
      ["03:00", 0],
    ]);
    const days = stats(change - DAY_MS, change + DAY_MS, berlin);
    expect(days?.buckets.map(({ local, succeeded }) => [local, succeeded])).toEqual([
      ["2026-10-24", 0],
      ["2026-10-25", 2],
      ["2026-10-26", 0],
    ]);
  });

  test("look at the newest when there are too many, and say from when on they know", () => {
    for (let nth = 0; nth <= STATS_LOOKED_AT_MAX; nth++) ran(`run${nth}`, NOON + nth, 10);
    const found = stats(NOON, NOON + DAY_MS);
    expect(found?.counts.succeeded).toBe(STATS_LOOKED_AT_MAX);
    expect(found?.knownFrom).toBe(NOON + 1);
  });

  test("say nothing of a rate or of times when nothing has ended, and are none of a flow that is gone", () => {
    const found = stats(NOON, NOON);
    expect(found).toEqual({
      counts: NONE,
      buckets: [{ at: Date.parse("2026-11-20"), local: "2026-11-20", ...NONE }],
      errors: [],
      slowest: [],
    });
    act({ type: "deleteFlow" }, NOON);
    expect(stats(NOON, NOON)).toBeUndefined();
  });
});

const NONE = { succeeded: 0, failed: 0, timedOut: 0, stopped: 0, running: 0 };
