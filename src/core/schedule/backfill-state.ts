import type { Records, Table } from "../durable/records.ts";
import type { ExecutionStatus } from "../engine/state/execution-state.ts";
import type { JsonObject } from "../json.ts";

import type { OverlapPolicy } from "./schedule.ts";
import type { Open } from "./state.ts";

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
  /** Instants that have an execution run once more, and those that were skipped run after all. */
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly by: string;
  /** The same request again has the same one, and finds its own backfill. */
  readonly runId: string;
  readonly keyed?: { readonly executionName: string; readonly startId: string };
}

export type BackfillEnded = ExecutionStatus | "failedToStart";

/** A backfill as it is kept. */
export interface StoredBackfill {
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
  /** Instants left out because somebody had them skipped. */
  readonly skipped?: number;
  /** Executions by how they ended. */
  readonly ended: Readonly<Partial<Record<BackfillEnded, number>>>;
}

/** A backfill as it is shown. */
export interface BackfillView extends Omit<Partial<StoredBackfill>, "position" | "count" | "alreadyRun"> {
  readonly count: number;
  readonly alreadyRun: number;
  readonly started?: number;
  /** Of a dry run: the instants that would start. */
  readonly instants?: readonly number[];
}

/** A backfill that runs, in memory. */
export class Backfill {
  private readonly plan: readonly number[];
  stored: StoredBackfill;

  constructor(stored: StoredBackfill, plan: readonly number[]) {
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

  private runningOf(open: readonly Open[]): number {
    return open.filter(({ backfill }) => backfill === this.stored.id).length;
  }
}

/** The backfills of a shard's schedules: a row each, and one for the plan of each that runs. */
export class Backfills {
  private readonly table: Table<StoredBackfill | readonly number[]>;

  constructor(records: Records) {
    this.table = records.table("backfill:");
  }

  /** One that runs. */
  read(schedule: string, id: string): Backfill | undefined {
    const stored = this.find(schedule, id);
    return stored && new Backfill(stored, this.plan(schedule, id));
  }

  view(schedule: string, id: string): BackfillView | undefined {
    const stored = /^b\d+$/.test(id) ? this.find(schedule, id) : undefined;
    return stored && viewOf(stored);
  }

  put(schedule: string, { stored }: Backfill): void {
    this.table.put(keyOf(schedule, stored.id), stored);
  }

  putPlan(schedule: string, id: string, plan: readonly number[]): void {
    this.table.put(planKeyOf(schedule, id), plan);
  }

  removePlan(schedule: string, id: string): void {
    this.table.delete(planKeyOf(schedule, id));
  }

  remove(schedule: string, id: string): void {
    this.table.delete(keyOf(schedule, id));
  }

  removeAll(schedule: string): void {
    this.table.clear(`${schedule}:`);
  }

  private find(schedule: string, id: string): StoredBackfill | undefined {
    const found = this.table.get(keyOf(schedule, id));
    return found && "id" in found ? found : undefined;
  }

  private plan(schedule: string, id: string): readonly number[] {
    const found = this.table.get(planKeyOf(schedule, id));
    return found && !("id" in found) ? found : [];
  }
}

export function viewOf({ position, ...stored }: StoredBackfill): BackfillView {
  return { ...stored, started: position };
}

function keyOf(schedule: string, id: string): string {
  return `${schedule}:${id}`;
}

function planKeyOf(schedule: string, id: string): string {
  return `${keyOf(schedule, id)}:plan`;
}
