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
  };
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
