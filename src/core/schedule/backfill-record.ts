import type { Cells } from "../durable/cells.ts";
import type { ExecutionStatus } from "../engine/state/execution-state.ts";
import { type JsonObject, parseOwn } from "../json.ts";
import type { Open } from "./entry.ts";
import type { OverlapPolicy } from "./schedule.ts";

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
  private readonly cells: Cells;
  private readonly key: string;
  private readonly plan: readonly number[];
  stored: StoredBackfill;

  constructor(cells: Cells, key: string, stored: StoredBackfill, plan: readonly number[]) {
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
  return new Backfill(cells, key, parseOwn<StoredBackfill>(text), parseOwn<number[]>(plan ?? "[]"));
}

export function viewBackfill(cells: Cells, key: string, id: string): BackfillView | undefined {
  const text = /^b\d+$/.test(id) ? cells.read(cellOf(key, id)) : undefined;
  return text === undefined ? undefined : viewOf(parseOwn<StoredBackfill>(text));
}

export function viewOf({ position, ...stored }: StoredBackfill): BackfillView {
  return { ...stored, started: position };
}

export function cellOf(key: string, id: string): string {
  return `backfill:${key}:${id}`;
}

export function planOf(key: string, id: string): string {
  return `backfill:${key}:${id}:plan`;
}
