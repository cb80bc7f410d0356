import type { OpenCallback } from "../callback.ts";
import type { TellingOf } from "../telling.ts";
import type { ExecutionEntry, FlowPause } from "./flow.ts";

/** What a flow tells the board of itself: at most 2 KiB. */
export interface FlowDigest {
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly description?: string;
  readonly running: number;
  /** Starts that wait for the flow to be resumed. */
  readonly held?: number;
  readonly paused?: FlowPause;
  /** Open callbacks of all its executions; absent: none. */
  readonly callbacks?: number;
  /** About how many executions its index has. */
  readonly indexed: number;
  /** The last ends, the newest last. */
  readonly ends: readonly EndTick[];
  readonly hours: readonly HourOfEnds[];
  /** Of the last that succeeded. */
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  /** What failed since something succeeded that was started later. */
  readonly failing?: { readonly count: number; readonly newest: readonly number[] };
}

/** An execution's number, how and when it ended, and how long it took. */
export type EndTick = readonly [number: number, status: EndLetter, endedAt: number, tookMs: number];
export type EndLetter = "s" | "f" | "t" | "x";

/** An hour, counted from the epoch, and what ended in it. */
export type HourOfEnds = readonly [hour: number, succeeded: number, failed: number, other: number];

/** What the board keeps of an execution: at most 1 KiB, besides its names. */
export interface BoardEntry extends Omit<ExecutionEntry, "generation"> {
  /** Its labels take too much room, and are left out. */
  readonly labelsLeftOut?: true;
}

/** A flow as it stands. */
export interface FlowTelling extends TellingOf<"flow", FlowDigest> {
  /** Its newest executions, and the newest that failed, the newest first. */
  readonly entries: readonly BoardEntry[];
  /** Its open callbacks: those that are due next, and those that wait longest. Absent: none, or not told of. */
  readonly callbacks?: readonly ToldCallback[];
}

/** An open callback, and whose it is. */
export interface ToldCallback extends OpenCallback {
  readonly execution: string;
}
