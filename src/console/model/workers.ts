import type { Worker } from "../api/types.ts";
import type { State } from "./states.ts";

/** How a machine is, in a word; the first that holds. */
export type WorkerCondition = "draining" | "gone" | "failing" | "late" | "slow" | "well";

/** All processes of a name at one queue are one machine. */
export interface WorkerRow {
  readonly queue: string;
  /** Absent: it gave none, and is known by its process alone. */
  readonly name: string | undefined;
  readonly condition: WorkerCondition;
  /** The process that called last. */
  readonly newest: Worker;
  readonly processes: number;
  readonly leases: number;
  readonly running: Worker["running"];
  readonly done: number;
  readonly failed: number;
  readonly lost: number;
  readonly hours: readonly HourOfTasks[];
}

/** What all processes of a machine reported in an hour, which begins then. */
export interface HourOfTasks {
  readonly at: number;
  readonly done: number;
  readonly failed: number;
}

/** Problems first, and who is gone last. */
const ORDER: readonly WorkerCondition[] = ["failing", "late", "slow", "draining", "well", "gone"];

const LOOKS: Readonly<Record<WorkerCondition, State>> = {
  failing: "failed",
  late: "late",
  slow: "late",
  draining: "paused",
  well: "succeeded",
  gone: "stopped",
};

export function stateOfCondition(condition: WorkerCondition): State {
  return LOOKS[condition];
}

export function rowsOf(workers: readonly Worker[]): WorkerRow[] {
  const groups = Map.groupBy(workers, ({ queue, name, session = "" }) =>
    JSON.stringify(name === undefined ? [queue, null, session] : [queue, name]),
  );
  return [...groups.values()].map(rowOf).toSorted(byTrouble);
}

function rowOf(processes: readonly Worker[]): WorkerRow {
  const ordered = processes.toSorted((a, b) => Date.parse(b.lastSeenAt) - Date.parse(a.lastSeenAt));
  const newest = ordered[0];
  if (!newest) throw new Error("a group has a worker");
  const sum = (of: (worker: Worker) => number) => processes.reduce((all, one) => all + of(one), 0);
  return {
    queue: newest.queue,
    name: newest.name,
    condition: conditionOf(newest),
    newest,
    processes: processes.filter(({ state }) => state !== "gone").length,
    leases: sum(({ leases }) => leases),
    running: ordered.flatMap(({ running }) => running),
    done: sum(({ done }) => done),
    failed: sum(({ failed }) => failed),
    lost: sum(({ lost }) => lost),
    hours: hoursOf(processes),
  };
}

function hoursOf(processes: readonly Worker[]): HourOfTasks[] {
  const all = Map.groupBy(
    processes.flatMap(({ hours = [] }) => hours),
    ({ at }) => at,
  );
  return Array.from(all, ([at, own]) => ({
    at: Date.parse(at),
    done: own.reduce((sum, { done }) => sum + done, 0),
    failed: own.reduce((sum, { failed }) => sum + failed, 0),
  }));
}

const HOUR_MS = 3_600_000;
const HOURS_SHOWN = 24;

/** The last 24 hours, the current one last: an hour in which nothing was reported has no counts. */
export function dayOf(hours: readonly HourOfTasks[], now: number): HourOfTasks[] {
  const last = Math.floor(now / HOUR_MS) * HOUR_MS;
  const known = new Map(hours.map((hour) => [hour.at, hour]));
  return Array.from({ length: HOURS_SHOWN }, (_, nth) => {
    const at = last - (HOURS_SHOWN - 1 - nth) * HOUR_MS;
    return known.get(at) ?? { at, done: 0, failed: 0 };
  });
}

/** The most that any of these reported in an hour: what their bars are measured by. */
export function mostInAnHour(rows: readonly WorkerRow[]): number {
  return Math.max(1, ...rows.flatMap(({ hours }) => hours.map(({ done, failed }) => done + failed)));
}

export function conditionOf({ draining, state, trouble }: Worker): WorkerCondition {
  if (draining) return "draining";
  if (state === "gone") return "gone";
  if (trouble === "failing") return "failing";
  return state === "late" ? "late" : (trouble ?? "well");
}

function byTrouble(a: WorkerRow, b: WorkerRow): number {
  const byCondition = ORDER.indexOf(a.condition) - ORDER.indexOf(b.condition);
  if (byCondition !== 0) return byCondition;
  return compare(a.queue, b.queue) || compare(a.name ?? "", b.name ?? "");
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** How many verdicts at the end of `lately` are bad. */
export function badInARow(lately: string): number {
  return /[^s]*$/.exec(lately)?.[0].length ?? 0;
}

/** The version that most of these run; one that differs is worth a look. */
export function usualVersion(rows: readonly WorkerRow[]): string | undefined {
  const known = rows.filter(({ condition }) => condition !== "gone").map(({ newest }) => newest.version);
  const counts = [...Map.groupBy(known, (version) => version)].map(([version, all]) => ({
    version,
    n: all.length,
  }));
  return counts.toSorted((a, b) => b.n - a.n)[0]?.version;
}
