import type { ExecutionEntry } from "../core/flow/flow.ts";
import type { FlowMachine } from "../core/flow/flow-machine.ts";
import { given } from "../core/given.ts";
import type { EndCounts, FlowStats, FlowStatsQuery, StatsBucket } from "../core/flow-views.ts";
import { cellAt, cellsBetween } from "../core/schedule/timetable/cells.ts";
import { STATS_ERRORS_TOLD, STATS_LOOKED_AT_MAX, STATS_SLOWEST_TOLD } from "../core/view-limits.ts";

/**
 * How the executions of a flow ended that were started in a stretch of time, by hours or days of a zone: the newest, as far
 * as one look goes. Undefined when there is no such flow.
 */
export function readFlowStats(machine: FlowMachine, query: FlowStatsQuery): FlowStats | undefined {
  const { flow } = machine;
  if (!flow) return undefined;
  const { from, to } = query;
  const entries: ExecutionEntry[] = [];
  let knownFrom: number | undefined;
  for (const entry of machine.executions(flow.generation, { to })) {
    if (entry.startedAt < from) break;
    if (entries.length >= STATS_LOOKED_AT_MAX) {
      knownFrom = entries.at(-1)?.startedAt;
      break;
    }
    // Clocks of two requests differ by a little: numbers go by the one, times by the other.
    if (entry.startedAt <= to) entries.push(entry);
  }
  return { ...tallied(entries), buckets: bucketsOf(entries, query), ...given({ knownFrom }) };
}

function bucketsOf(entries: readonly ExecutionEntry[], query: FlowStatsQuery): StatsBucket[] {
  const { from, to, unit, timeZone } = query;
  const cells = cellsBetween(from, to, timeZone, unit);
  const own = new Map<number, ExecutionEntry[]>(cells.map(({ at }) => [at, []]));
  for (const entry of entries) own.get(cellAt(entry.startedAt, timeZone, unit).at)?.push(entry);
  return cells.map(({ at, local }) => {
    const inside = own.get(at) ?? [];
    return { at, local, ...countsOf(inside), ...percentilesOf(inside) };
  });
}

function tallied(entries: readonly ExecutionEntry[]): Omit<FlowStats, "buckets"> {
  const counts = countsOf(entries);
  const { succeeded, failed, timedOut } = counts;
  const judged = succeeded + failed + timedOut;
  return {
    counts,
    // What was stopped by hand says nothing of the flow.
    ...(judged > 0 && { successRate: succeeded / judged }),
    ...percentilesOf(entries),
    errors: errorsOf(entries),
    slowest: slowestOf(entries),
  };
}

function countsOf(entries: readonly ExecutionEntry[]): EndCounts {
  const of = (status: ExecutionEntry["status"]) => entries.filter((entry) => entry.status === status).length;
  const ended = { succeeded: of("Succeeded"), failed: of("Failed"), timedOut: of("TimedOut") };
  const running = entries.filter(({ endedAt }) => endedAt === undefined).length;
  return { ...ended, stopped: of("Stopped"), running };
}

/** Of those that succeeded: how long half of them took at the most, and 19 of 20. */
function percentilesOf(entries: readonly ExecutionEntry[]): Pick<FlowStats, "p50Ms" | "p95Ms"> {
  const took = entries
    .filter(({ status }) => status === "Succeeded")
    .map(tookOf)
    .toSorted((a, b) => a - b);
  const at = (part: number) => took[Math.ceil(took.length * part) - 1];
  return given({ p50Ms: at(0.5), p95Ms: at(0.95) });
}

function tookOf({ startedAt, endedAt = startedAt }: ExecutionEntry): number {
  return Math.max(0, endedAt - startedAt);
}

/** What executions failed with, the most frequent first; entries are the newest first. */
function errorsOf(entries: readonly ExecutionEntry[]): FlowStats["errors"] {
  const found = new Map<string, { count: number; readonly newest: ExecutionEntry }>();
  for (const entry of entries) {
    const { error, status } = entry;
    if (error === undefined || status === "Stopped") continue;
    const known = found.get(error);
    if (known) known.count++;
    else found.set(error, { count: 1, newest: entry });
  }
  return Array.from(found, ([error, { count, newest }]) => ({
    error,
    count,
    execution: newest.name,
    startedAt: newest.startedAt,
  }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, STATS_ERRORS_TOLD);
}

function slowestOf(entries: readonly ExecutionEntry[]): FlowStats["slowest"] {
  return entries
    .filter(({ endedAt }) => endedAt !== undefined)
    .toSorted((a, b) => tookOf(b) - tookOf(a))
    .slice(0, STATS_SLOWEST_TOLD)
    .map((entry) => ({
      execution: entry.name,
      status: entry.status,
      startedAt: entry.startedAt,
      tookMs: tookOf(entry),
    }));
}
