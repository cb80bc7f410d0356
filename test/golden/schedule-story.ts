import type { Firing } from "../../src/core/schedule/schedule.ts";
import type { MemoryCells } from "../support/memory-cells.ts";
import { MINUTE, ScheduleRun } from "../support/schedule-run.ts";

/** Any morning will do. */
const START = Date.UTC(2026, 1, 14, 4, 30, 30);

/** What a shard of schedules wrote, and what its own release made of it later. */
export interface KeptSchedules {
  readonly now: number;
  readonly cells: readonly [string, string][];
  readonly laterMs: number;
  /** By the schedule's name, newest first: each row's instant, kind, verdict and execution. */
  readonly later: Readonly<Record<string, readonly string[]>>;
}

export function nameOf({ at, kind, verdict, executionName = "none" }: Firing): string {
  return `${new Date(at).toISOString()} ${kind} ${verdict} ${executionName}`;
}

export function ledgersOf(run: ScheduleRun): Record<string, string[]> {
  const names = [...run.machine.list()].map(({ name }) => name);
  return Object.fromEntries(
    names.map((name) => [name, Array.from(run.machine.firings("flow", name), ([, row]) => nameOf(row))]),
  );
}

/** Schedules of every kind, in every state that is stored; zones by their abbreviation come into no later release. */
export function tellSchedules(): ScheduleRun {
  const run = new ScheduleRun(START);
  run.put("0 * * * *", { timeZone: "BST", description: "a zone by its abbreviation" }, "abbreviated");
  run.put("CRON_TZ=CST */10 * * * *", {}, "abbreviated-within");
  run.put("30 7 * * *", { timeZone: "Africa/Casablanca" }, "casablanca");
  run.put("*/7 * * * *", { jitterSeconds: 300 }, "delayed");
  run.put("@every 25m", { exclude: { crons: ["* 5 * * *"], dates: ["2026-02-15"] } }, "excluded");
  run.put("@at 2026-02-14T05:15:00Z", {}, "once");
  run.put("*/5 * * * *", { overlap: "bufferAll", expect: { startWithinSeconds: 30 } }, "buffered");
  run.put("*/5 * * * *", { overlap: "skip", catchUp: { mode: "all" } }, "skipping");
  run.put("*/15 * * * *", {}, "paused");
  run.put("*/15 * * * *", {}, "nightly");
  run.pass(21 * MINUTE);
  run.ask({ type: "skip", at: Date.UTC(2026, 1, 14, 5), by: "key:k", reason: "holidays" });
  run.act({ type: "setEnabled", flow: "flow", name: "paused", enabled: false, reason: "moving house" });
  for (const name of run.running.filter((one) => !one.startsWith("buffered"))) run.end(name);
  run.ask({ type: "runNow", firedBy: "key:k", runId: "run" });
  const range = { from: run.now - 60 * MINUTE, to: run.now };
  run.ask({ type: "backfill", ...range, overlap: "bufferAll", by: "key:k", runId: "backfill" });
  return run;
}

/** A shard that was kept, opened by the code of today. */
export function openSchedules(cells: MemoryCells, now: number): ScheduleRun {
  const run = new ScheduleRun(now);
  run.cells = cells;
  run.restart();
  return run;
}
