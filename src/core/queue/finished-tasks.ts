import { given } from "../given.ts";
import { HOUR_MS } from "../time.ts";
import {
  WORKER_ERROR_LENGTH,
  WORKER_FAILING_IN_A_ROW,
  WORKER_HOURS_KEPT,
  WORKER_SLOW_BY_MS,
  WORKER_SLOW_TASKS_MIN,
  WORKER_SLOW_TIMES,
  WORKER_TASKS_BYTES,
  WORKER_TASKS_KEPT,
  WORKER_VERDICTS_KEPT,
} from "../view-limits.ts";
import type { Reported, ReportedTask } from "./command.ts";

/** A task that a worker reported, and that was accepted. Times are epoch milliseconds. */
export interface FinishedTask {
  /** Name of the execution's object. */
  readonly execution: string;
  readonly path: string;
  readonly attempt: number;
  readonly at: number;
  /** From its delivery to its report, where that is known. */
  readonly ms?: number;
  /** Absent: it succeeded. */
  readonly error?: string;
}

/** How many tasks a worker reported in an hour, counted from the epoch, and how many of them as failed. */
export type HourOfTasks = readonly [hour: number, done: number, failed: number];

/** What a queue keeps of how a worker's tasks ended; rows of an earlier release have none of it. */
export interface WorkerRecord {
  /** Its last verdicts, newest last: "s" succeeded, "f" failed, "l" lost. */
  lately?: string;
  /** Newest last. */
  finished?: readonly FinishedTask[];
  /** Of those. */
  medianMs?: number;
  /** The last one that failed, also when it is not among them any more. */
  lastError?: FinishedTask;
  /** Hours in which it reported something, newest last: those of a day. */
  hours?: readonly HourOfTasks[];
}

/** Why somebody should look at a worker: its tasks fail, or it takes much longer than the others. */
export type WorkerTrouble = "failing" | "slow";

export function noteReported(record: WorkerRecord, { done, failed, tasks }: Reported, now: number): void {
  record.hours = addedHours(record.hours, [[Math.floor(now / HOUR_MS), done, failed]]);
  // A call of an earlier release tells how many there were, and no more.
  const letters = tasks ? tasks.map(({ error }) => (error === undefined ? "s" : "f")).join("") : "";
  noteVerdicts(record, tasks ? letters : "s".repeat(done) + "f".repeat(failed));
  if (!tasks || tasks.length === 0) return;
  const fresh = tasks.map((task) => finishedTask(task, now));
  record.finished = keptOf([...(record.finished ?? []), ...fresh]);
  const lastError = fresh.findLast(({ error }) => error !== undefined);
  Object.assign(record, given({ lastError, medianMs: medianOf(record.finished) }));
}

/** What several counted, hour by hour; those of the last day that one of them knows. */
export function addedHours(...all: readonly (readonly HourOfTasks[] | undefined)[]): readonly HourOfTasks[] {
  const byHour = Map.groupBy(
    all.flatMap((hours) => hours ?? []),
    ([hour]) => hour,
  );
  const sums = Array.from(byHour, ([hour, own]): HourOfTasks => {
    const sum = (nth: 1 | 2) => own.reduce((total, counts) => total + counts[nth], 0);
    return [hour, sum(1), sum(2)];
  });
  return ofADay(sums.toSorted(([a], [b]) => a - b));
}

/** Hours as one knew them, where another one did not count on. */
export function overlaidHours(
  known: readonly HourOfTasks[] = [],
  later: readonly HourOfTasks[] = [],
): readonly HourOfTasks[] {
  const told = new Set(later.map(([hour]) => hour));
  return ofADay([...known.filter(([hour]) => !told.has(hour)), ...later].toSorted(([a], [b]) => a - b));
}

/** Those that are not over for a day, at a time in epoch milliseconds. */
export function hoursAt(hours: readonly HourOfTasks[], now: number): readonly HourOfTasks[] {
  const first = Math.floor(now / HOUR_MS) - WORKER_HOURS_KEPT;
  return hours.filter(([hour]) => hour > first);
}

/** Messages that a worker held when it was lost; a negative number of them it had after all. */
export function noteLost(record: WorkerRecord, by: 1 | -1): void {
  if (by > 0) return noteVerdicts(record, "l");
  const { lately = "" } = record;
  const last = lately.lastIndexOf("l");
  if (last >= 0) record.lately = lately.slice(0, last) + lately.slice(last + 1);
}

/** The middle of these times, the lower one of two; undefined when nothing is known. */
export function lowerMedian(times: readonly number[]): number | undefined {
  return times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) / 2)];
}

/** The usual time of a queue's workers: a few sick ones do not change it. */
export function usualMs(records: readonly WorkerRecord[]): number | undefined {
  return lowerMedian(records.flatMap((record) => (isTelling(record) ? (record.medianMs ?? []) : [])));
}

/** `usual` is how long the queue's workers take, in milliseconds. */
export function troubleOf(record: WorkerRecord, usual: number | undefined): WorkerTrouble | undefined {
  const { lately = "", medianMs = 0 } = record;
  const bad = lately.replaceAll("s", "").length;
  if (bad * 2 >= WORKER_VERDICTS_KEPT || isFailing(lately.slice(-WORKER_FAILING_IN_A_ROW))) return "failing";
  if (usual === undefined || !isTelling(record)) return undefined;
  const isSlow = medianMs > usual * WORKER_SLOW_TIMES && medianMs - usual >= WORKER_SLOW_BY_MS;
  return isSlow ? "slow" : undefined;
}

function isFailing(last: string): boolean {
  return last.length === WORKER_FAILING_IN_A_ROW && !last.includes("s");
}

function isTelling({ finished = [] }: WorkerRecord): boolean {
  return finished.length >= WORKER_SLOW_TASKS_MIN;
}

function noteVerdicts(record: WorkerRecord, letters: string): void {
  if (letters !== "") record.lately = ((record.lately ?? "") + letters).slice(-WORKER_VERDICTS_KEPT);
}

function finishedTask({ takenAt, error, ...task }: ReportedTask, now: number): FinishedTask {
  const ms = takenAt === undefined ? undefined : Math.max(0, now - takenAt);
  return { ...task, at: now, ...given({ ms, error: error?.slice(0, WORKER_ERROR_LENGTH) }) };
}

/** The newest that there is room for. */
function keptOf(tasks: readonly FinishedTask[]): readonly FinishedTask[] {
  const kept: FinishedTask[] = [];
  let bytes = 0;
  for (const task of tasks.toReversed()) {
    bytes += JSON.stringify(task).length;
    if (kept.length === WORKER_TASKS_KEPT || bytes > WORKER_TASKS_BYTES) break;
    kept.push(task);
  }
  return kept.toReversed();
}

function ofADay(hours: readonly HourOfTasks[]): readonly HourOfTasks[] {
  const [newest = 0] = hours.at(-1) ?? [];
  return hours.filter(([hour]) => hour > newest - WORKER_HOURS_KEPT);
}

function medianOf(tasks: readonly FinishedTask[]): number | undefined {
  return lowerMedian(tasks.flatMap(({ ms }) => ms ?? []));
}
