import type { Lineage } from "./lineage.ts";
import type { TaskRef } from "./task-ref.ts";

/** What is recorded when an execution that had ended goes on; the rules of `fact.ts` hold. */

/** An execution that had ended goes on: what failed, was cut off, or never began is done. */
export interface ExecutionRedriven {
  readonly type: "executionRedriven";
  /** How often it was by now. */
  readonly redrives: number;
  readonly by: string;
  readonly reason?: string;
  /** The task that waits for its end, and what that hands down. Those that waited before were told. */
  readonly parent?: TaskRef;
  readonly lineage?: Lineage;
  /** Children of attempts that go on: absent, the old ones go on, too. */
  readonly children?: "new";
}

/** Iterations that a wave still speaks for are scheduled anew, all of them together. */
export interface WaveScheduled {
  readonly type: "waveScheduled";
  readonly frame: string;
  /** Its first index, and the event it began with. */
  readonly wave: number;
  readonly firstEvent: number;
  readonly attempt: number;
  readonly runs: Runs;
  /** The event that it follows from. */
  readonly after: number;
  readonly dueAt?: number;
}

/** Indexes, as [first, count] of each run. */
export type Runs = readonly (readonly [number, number])[];

/** How many indexes there are in runs. */
export function countOf(runs: Runs): number {
  return runs.reduce((sum, [, count]) => sum + count, 0);
}
