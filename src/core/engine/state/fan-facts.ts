import type { Runs } from "./runs.ts";
import type { Packed } from "./values.ts";

/** Another number of iterations may run at once, for this visit of a foreach. */
export interface FanAdjusted {
  readonly type: "fanAdjusted";
  readonly frame: string;
  readonly concurrency: number;
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
