import type { Tolerance } from "../../fdl/flow.ts";
import type { IterationResult } from "./closed.ts";
import type { Runs } from "./runs.ts";
import type { Packed } from "./values.ts";

/** What is recorded of a foreach as a whole, and when somebody changes how it goes on; the rules of `fact.ts` hold. */

export type FanFact = FanAdjusted | FanFailed | ItemsSkipped | ItemsRetried | ChildReopened;

/** Another number of iterations may run at once, or fail, for this visit of a foreach. What is absent stays. */
export interface FanAdjusted {
  readonly type: "fanAdjusted";
  readonly frame: string;
  readonly concurrency?: number;
  readonly tolerance?: Tolerance;
  readonly by?: string;
}

/** More has failed than is tolerated by now: the foreach fails, and takes no iteration's failure with it. */
export interface FanFailed {
  readonly type: "fanFailed";
  readonly frame: string;
  readonly error: string;
  readonly cause: string;
  /** As of a step. */
  readonly fatal?: true;
}

/** The error of an iteration that was left out while it ran. */
export const ITEM_STOPPED = "FnF.ItemStopped";

/** Items are left out: the foreach goes on without their results, and none of them counts as failed. */
export interface ItemsSkipped {
  readonly type: "itemsSkipped";
  readonly frame: string;
  /** Those that had not begun. */
  readonly runs: Runs;
  /** Iterations that ran: they end with this, each with an event. */
  readonly stopped?: Runs;
  /** Those that waited to be tried again: they have failed, as before. */
  readonly calledOff?: Runs;
  readonly cause: string;
}

/** Failures that were tolerated are tried again, as soon as there is room. */
export interface ItemsRetried {
  readonly type: "itemsRetried";
  readonly frame: string;
  readonly runs: Runs;
}

/** An iteration that had failed goes on where it did. */
export interface ChildReopened {
  readonly type: "childReopened";
  /** Of the foreach. */
  readonly frame: string;
  readonly index: number;
  /** Of the step that failed; absent: this version has it no more, and the iteration begins anew. */
  readonly position?: number;
  /** What was kept of it. */
  readonly closed: Omit<IterationResult, "index" | "status">;
}

export interface ForeachStarted {
  readonly type: "foreachStarted";
  readonly frame: string;
  /** `{input, items}`: the step's input and its collection. */
  readonly scope: Packed;
  readonly count: number;
  /** Path of the visit before, whose results are taken over: only those in `todo` are done. */
  readonly inherits?: string;
  readonly todo?: Runs;
  /** JSON text of what is taken over. */
  readonly resultSize?: number;
}
