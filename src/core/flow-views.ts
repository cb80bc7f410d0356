import type { ExecutionStatus } from "./engine/state/execution-state.ts";
import type { Cell, CellUnit } from "./schedule/timetable/cells.ts";

/** Of executions that were started from one time to another, both inclusive. */
export interface FlowStatsQuery {
  readonly from: number;
  readonly to: number;
  readonly unit: CellUnit;
  /** Days and hours are those of this zone. */
  readonly timeZone: string;
}

export interface EndCounts {
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly stopped: number;
  readonly running: number;
}

export interface FlowStats extends Percentiles {
  readonly counts: EndCounts;
  /** Of those that ended by themselves, from 0 to 1; absent when there are none. */
  readonly successRate?: number;
  /** Oldest first, also those in which nothing was started. */
  readonly buckets: readonly StatsBucket[];
  readonly errors: readonly {
    readonly error: string;
    readonly count: number;
    /** The newest of them. */
    readonly execution: string;
    readonly startedAt: number;
  }[];
  /** The ones that took longest, however they ended. */
  readonly slowest: readonly {
    readonly execution: string;
    readonly status: ExecutionStatus;
    readonly startedAt: number;
    readonly tookMs: number;
  }[];
  /** Those started before were too many to be looked at. */
  readonly knownFrom?: number;
}

export interface StatsBucket extends Cell, EndCounts, Percentiles {}

/** How long half of those that succeeded took at the most, and 19 of 20; absent when there are none. */
interface Percentiles {
  readonly p50Ms?: number;
  readonly p95Ms?: number;
}
