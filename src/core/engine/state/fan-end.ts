import type { Tolerance } from "../../fdl/flow.ts";
import type { Runs } from "./runs.ts";

/** Of a foreach or parallel. */
export type IterationCounts = readonly [
  total: number,
  started: number,
  succeeded: number,
  failed?: number,
  skipped?: number,
];

/** Items that a foreach goes on without. */
export interface Skipped {
  /** All of them, those that ran included. */
  readonly count: number;
  /** Those that never began. */
  readonly runs: Runs;
  /** When that was asked for last. */
  readonly at: number;
  /** Once the foreach is over: the index behind the last one that began. */
  readonly next?: number;
}

/** What somebody changed of an open foreach. */
export interface FanLimits {
  readonly concurrency?: number;
  readonly tolerance?: Tolerance;
  readonly by?: string;
  readonly at: number;
}

/** What is kept of a foreach or parallel. */
export interface FanEnd {
  readonly iterations?: IterationCounts;
  readonly skipped?: Skipped;
  readonly limits?: FanLimits;
}
