import type { FanEnd } from "./fan-end.ts";
import type { Packed } from "./values.ts";

/** What is kept of steps and lists that are over. */

/** Stopped: it was open when the execution ended, and that went on elsewhere. */
export type VisitStatus = "Succeeded" | "Failed" | "TimedOut" | "Stopped";

/** A closed step, by its first and last event; all else of it is read from history. */
export interface Visit extends FanEnd {
  /** In the version that it ended under. */
  readonly position: number;
  readonly round: number;
  readonly status: VisitStatus;
  readonly entered: number;
  readonly ended: number;
  readonly attempts: number;
  /** Of a foreach: path of the visit whose results it took over. */
  readonly inherits?: string;
}

/** A skipped one ran until it was left out. */
export type IterationStatus = "Succeeded" | "Failed" | "Skipped";

/** A closed iteration, branch or option. */
export interface IterationResult {
  readonly index: number;
  readonly status: IterationStatus;
  /** The event before its first step, and the one after its last; of a failed one, its last. */
  readonly entered: number;
  readonly ended: number;
  readonly local: Packed;
  readonly visits: readonly Visit[];
  readonly storedVisits: number;
}
