import type { Cells } from "../cells.ts";
import type { ExecutionStatus } from "../engine/execution.ts";
import { type JsonObject, parseOwn } from "../json.ts";
import {
  BACKFILLS_KEPT,
  BACKFILL_INSTANTS_MAX,
  BACKFILL_PARALLELISM_ALLOW,
  STARTS_PER_CALL,
} from "../limits.ts";
import { type Rejection, reject } from "../result.ts";
import type { ScheduleOutcome } from "./command.ts";
import type { Entry, Open } from "./entry.ts";
import { type Turn, record, startOther } from "./record.ts";
import { type OverlapPolicy, type Verdict, firingExecutionName } from "./schedule.ts";

/** Runs a schedule for a stretch of the past. Times are epoch milliseconds, both ends belong to it. */
export interface BackfillRequest {
  readonly from: number;
  readonly to: number;
  /** While all places are taken: wait for one (`bufferAll`, `allow`), or give instants up. Absent: `bufferAll`. */
  readonly overlap?: OverlapPolicy;
  /** Executions that may run at the same time. Absent: 1, with `allow` more. */
  readonly parallelism?: number;
  /** Absent: the schedule's. */
  readonly payload?: JsonObject;
  /** Instants that have an execution run once more. */
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly by: string;
  /** The same request again has the same one, and finds its own backfill. */
  readonly runId: string;
  readonly keyed?: { readonly executionName: string; readonly startId: string };
}

type Ended = ExecutionStatus | "failedToStart";

/** A backfill as it is kept. */
interface Stored {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly overlap: OverlapPolicy;
  readonly parallelism: number;
  readonly payload?: JsonObject;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly endedAt?: number;
  readonly status: "running" | "done" | "stopped";
  /** Instants that start an execution, and how many of them had their turn. */
  readonly count: number;
  readonly position: number;
  /** Instants left out because they had an execution. */
  readonly alreadyRun: number;
  /** Executions by how they ended. */
  readonly ended: Readonly<Partial<Record<Ended, number>>>;
}

/** A backfill as it is shown. */
export interface BackfillView extends Omit<Partial<Stored>, "position" | "count" | "alreadyRun"> {
  readonly count: number;
  readonly alreadyRun: number;
  readonly started?: number;
  /** Of a dry run: the instants that would start. */
  readonly instants?: readonly number[];
}

/** A backfill that runs, in memory. */
export class Backfill {
  private readonly cells: Cells;
  private readonly key: string;
  private readonly plan: readonly number[];
  stored: Stored;

  constructor(cells: Cells, key: string, stored: Stored, plan: readonly number[]) {
    this.cells = cells;
    this.key = key;
    this.stored = stored;
    this.plan = plan;
  }

  get payload(): JsonObject | undefined {
    return this.stored.payload;
  }

  /** Whether another execution may start. */
  isDue(open: readonly Open[]): boolean {
    const { status, position, count, parallelism } = this.stored;
    return status === "running" && position < count && this.runningOf(open) < parallelism;
  }

  isOver(open: readonly Open[]): boolean {
    const { status, position, count } = this.stored;
    return (status === "stopped" || position >= count) && this.runningOf(open) === 0;
  }

  takeNext(): number | undefined {
    const at = this.plan[this.stored.position];
    this.stored = { ...this.stored, position: this.stored.position + 1 };
    return at;
  }

  save(): void {
    this.cells.write(cellOf(this.key, this.stored.id), JSON.stringify(this.stored));
  }

  private runningOf(open: readonly Open[]): number {
    return open.filter(({ backfill }) => backfill === this.stored.id).length;
  }
}

export function readBackfill(cells: Cells, key: string, id: string): Backfill | undefined {
  const text = cells.read(cellOf(key, id));
  if (text === undefined) return undefined;
  const plan = cells.read(planOf(key, id));
  return new Backfill(cells, key, parseOwn<Stored>(text), parseOwn<number[]>(plan ?? "[]"));
}

export function viewBackfill(cells: Cells, key: string, id: string): BackfillView | undefined {
  const text = cells.read(cellOf(key, id));
  return text === undefined ? undefined : viewOf(parseOwn<Stored>(text));
}

/** Plans a backfill, and starts it unless it is a dry run. */
export function startBackfill(turn: Turn, request: BackfillRequest): ScheduleOutcome {
  const { store, entry, now } = turn;
  const { from, to, overlap = "bufferAll", dryRun, by, payload } = request;
  const parallelism = request.parallelism ?? (overlap === "allow" ? BACKFILL_PARALLELISM_ALLOW : 1);
  if (to > now || from > to) {
    return reject("InvalidRequest", "`from` must not be after `to`, and `to` not in the future");
  }
  const planned = planBackfill(entry, request);
  if ("ok" in planned) return planned;
  const { starts, alreadyRun } = planned;
  const { plan, dropped, verdict } = limitPlan(starts, overlap, parallelism);
  if (dryRun) return { ok: true, backfill: { count: plan.length, alreadyRun, instants: plan } };
  if (entry.state.backfill !== undefined) {
    return reject("BackfillRunning", `backfill "${entry.state.backfill}" runs: wait for its end, or stop it`);
  }
  const id = `b${++entry.state.backfills}`;
  const stored: Stored = {
    id,
    from,
    to,
    overlap,
    parallelism,
    ...(payload !== undefined && { payload }),
    createdBy: by,
    createdAt: now,
    status: "running",
    count: plan.length,
    position: 0,
    alreadyRun,
    ended: {},
  };
  store.cells.write(planOf(entry.key, id), JSON.stringify(plan));
  forgetOld(turn);
  entry.state.backfill = id;
  entry.backfill = new Backfill(store.cells, entry.key, stored, plan);
  entry.backfill.save();
  store.touch(entry);
  const reason = `${parallelism} of this backfill may run at the same time`;
  for (const at of dropped) {
    record(turn, { at, kind: "backfill", verdict, firedBy: `backfill:${id}`, firedAt: now, reason });
  }
  stepBackfill(turn);
  return { ok: true, backfill: viewOf(entry.backfill?.stored ?? stored) };
}

/** Starts as many executions of a running backfill as there are places, a bounded number at once. */
export function stepBackfill(turn: Turn): void {
  const { store, entry, now } = turn;
  const { backfill, state, spec } = entry;
  if (!backfill) return;
  let isChanged = false;
  for (let started = 0; started < STARTS_PER_CALL && backfill.isDue(state.open); started++) {
    const at = backfill.takeNext();
    if (at === undefined) break;
    isChanged = true;
    const { id } = backfill.stored;
    const old = entry.ledger.find(at, "backfill")?.executionName;
    const reason = old === undefined ? {} : { reason: `in the place of "${old}"` };
    const name = firingExecutionName(spec.name, "backfill", at, id);
    startOther(turn, "backfill", at, `backfill:${id}`, name, { backfill: id, ...reason });
  }
  if (backfill.isOver(state.open)) {
    const { status } = backfill.stored;
    backfill.stored = {
      ...backfill.stored,
      status: status === "running" ? "done" : status,
      endedAt: backfill.stored.endedAt ?? now,
    };
    isChanged = true;
    state.backfill = undefined;
    entry.backfill = undefined;
    store.touch(entry);
    store.cells.delete(planOf(entry.key, backfill.stored.id));
  }
  if (isChanged) backfill.save();
}

/** An execution of a backfill is over; its place is free. */
export function backfillEnded({ entry }: Turn, id: string, how: Ended): void {
  const { backfill } = entry;
  if (backfill?.stored.id !== id) return;
  const { ended } = backfill.stored;
  backfill.stored = { ...backfill.stored, ended: { ...ended, [how]: (ended[how] ?? 0) + 1 } };
  backfill.save();
}

/** No further instant of it starts; what runs goes on. */
export function stopBackfill(turn: Turn, id: string): ScheduleOutcome {
  const { store, entry, now } = turn;
  const { backfill } = entry;
  if (backfill?.stored.id === id) {
    backfill.stored = { ...backfill.stored, status: "stopped", endedAt: now };
    backfill.save();
    stepBackfill(turn);
    store.arm(entry);
    return { ok: true, backfill: viewOf(backfill.stored) };
  }
  const view = viewBackfill(store.cells, entry.key, id);
  return view
    ? { ok: true, backfill: view }
    : reject("BackfillNotExists", `schedule "${entry.spec.name}" has no backfill "${id}"`);
}

function planBackfill(
  { timetable, ledger, spec }: Entry,
  { from, to, force }: BackfillRequest,
): { starts: number[]; alreadyRun: number } | Rejection {
  const { instants, more } = timetable.until(from, to, BACKFILL_INSTANTS_MAX);
  if (more) {
    return reject("InvalidRequest", `more than ${BACKFILL_INSTANTS_MAX} instants: take a shorter stretch`);
  }
  const wanted = spec.exclude ? instants.filter((at) => timetable.exclusionOf(at) === undefined) : instants;
  const ran = new Set<number>();
  for (const [, firing] of force ? [] : ledger.newestFirst()) {
    if (firing.at < from) break;
    if (firing.executionName !== undefined) ran.add(firing.at);
  }
  const starts = wanted.filter((at) => !ran.has(at));
  return { starts, alreadyRun: wanted.length - starts.length };
}

/** Which instants start, and what becomes of the others, when the places are few. */
export function limitPlan(
  instants: readonly number[],
  overlap: OverlapPolicy,
  parallelism: number,
): { plan: readonly number[]; dropped: readonly number[]; verdict: Verdict } {
  const most = {
    allow: Infinity,
    bufferAll: Infinity,
    bufferOne: parallelism + 1,
    skip: parallelism,
    cancelOther: parallelism,
  }[overlap];
  const verdict = overlap === "bufferOne" ? "bufferFull" : "skippedOverlap";
  if (most >= instants.length) return { plan: instants, dropped: [], verdict };
  // Where a newer one stops the older ones, only the newest are worth a start.
  if (overlap === "cancelOther")
    return { plan: instants.slice(-most), dropped: instants.slice(0, -most), verdict };
  return { plan: instants.slice(0, most), dropped: instants.slice(most), verdict };
}

function forgetOld({ store, entry }: Turn): void {
  const old = `b${entry.state.backfills - BACKFILLS_KEPT}`;
  store.cells.delete(cellOf(entry.key, old));
}

function viewOf({ position, ...stored }: Stored): BackfillView {
  return { ...stored, started: position };
}

function cellOf(key: string, id: string): string {
  return `backfill:${key}:${id}`;
}

function planOf(key: string, id: string): string {
  return `backfill:${key}:${id}:plan`;
}
