import type { FrameAddress } from "../core/engine/state/addresses.ts";
import type { Visit } from "../core/engine/state/closed.ts";
import type { ExecutionState } from "../core/engine/state/execution-state.ts";
import type { IterationCounts, Skipped } from "../core/engine/state/fan-end.ts";
import { addressOf, frameAt, isEntered, isRunning, openPhase } from "../core/engine/state/navigation.ts";
import type { ForeachPhase, ParallelPhase } from "../core/engine/state/phase.ts";
import { inRuns } from "../core/engine/state/runs.ts";
import type { StepStatus } from "../core/execution-views.ts";
import { given } from "../core/given.ts";

/** Which of the lists inside a control step there are to show. */

/** Indexes [from, to) of those that may be; without a record, or somebody who left them out, only those before `next` have begun. */
export interface Started {
  readonly from: number;
  readonly to: number;
  readonly next: number;
  readonly skipped?: Skipped;
  /** The visit whose results were taken over. */
  readonly inherits?: string;
}

export function fromTo(from: number, count: number): Started {
  return { from, to: from + count, next: from + count };
}

export function startedIn(phase: ForeachPhase | ParallelPhase): Started {
  const { next, count, skipped } = phase;
  if (phase.is === "parallel" || !phase.todo) return fromTo(0, next);
  return { from: 0, to: count, next, ...given({ skipped, inherits: phase.inherits }) };
}

/** Of a visit that is over. */
export function startedInVisit({ skipped, inherits }: Visit, [total, started]: IterationCounts): Started {
  if (skipped) return { from: 0, to: total, next: skipped.next ?? total, skipped, ...given({ inherits }) };
  return inherits === undefined ? fromTo(0, started) : { ...fromTo(0, total), inherits };
}

/** Of a list that was begun and did not end: what its control step left behind when it failed runs no more. */
export function statusOfChild(state: ExecutionState, address: FrameAddress): StepStatus {
  const frame = frameAt(state, address);
  if (frame?.phase.is === "failed") return "Failed";
  return isRunning(state) && (frame || waitsForRoom(state, address)) ? "Running" : "Stopped";
}

/** Whether an iteration without a record has failed, and is tried again as soon as there is room. */
export function waitsForRoom(state: ExecutionState, { owner, index }: FrameAddress): boolean {
  const frame = owner && frameAt(state, owner.frame);
  if (!frame || !isEntered(frame) || addressOf(state, frame).text !== owner.text) return false;
  const phase = openPhase(frame.phase);
  return phase.is === "foreach" && phase.again !== undefined && inRuns(phase.again, index);
}
