import type { ItemCounts } from "./item-counts.ts";
import type { Lineage } from "./lineage.ts";
import type { Runs } from "./runs.ts";
import type { TaskRef } from "./task-ref.ts";
import type { Packed } from "./values.ts";

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
  /** Absent: it goes on with the version that it had; else `start` is `{definition}`. */
  readonly version?: number;
  readonly start?: Packed;
  /** Absent: it goes on where it ended. */
  readonly from?: GoneBack;
}

/** It goes on with a step of the flow's own list that was entered before: that list alone stays, with its next round. */
export interface GoneBack {
  readonly step: string;
  /** The list's local variable, as it was when the step was last entered. */
  readonly local: Packed;
  /** Of items that are done again: they no longer count. */
  readonly items?: ItemCounts;
  /** Path of a visit of the same foreach, which is over: what succeeded in it is taken over. */
  readonly inherits?: string;
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

/** Where a redrive goes on, if not where the execution ended. Both are steps of the flow's own list. */
export interface WhereFrom {
  /** It was entered: the execution goes on with it, anew. */
  readonly from?: string;
  /** A foreach that is over: the execution goes on with its items that did not succeed. */
  readonly items?: string;
}

/** With the version that it is to go on with, if that may be another one, and what that says. */
export interface AskedWay extends WhereFrom {
  readonly version?: number;
  readonly definition?: string;
}

/** What is asked of an execution that is to go on. */
export interface AskedRedrive extends Omit<ExecutionRedriven, "type" | "from" | "start">, WhereFrom {}
