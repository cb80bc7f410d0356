import { type StepOf, stepOf } from "../fdl/flow.ts";
import type { ExecutionState, Frame } from "./state/execution-state.ts";
import { openStep } from "./state/navigation.ts";

/** The step of a task that was called, and whose token no queue has; undefined for any other frame. */
export function calledStep(state: ExecutionState, frame: Frame): StepOf<"task"> | undefined {
  if (frame.phase.is !== "task" || !frame.phase.submitted) return undefined;
  const step = stepOf(openStep(state, frame), "task");
  return step.pattern === "waitForCallback" && step.resource.kind !== "queue" ? step : undefined;
}

/** Counts a frame among those that wait for a callback, or not any more. */
export function countCallback(state: ExecutionState, frame: Frame): void {
  const { text } = frame.address;
  if (calledStep(state, frame)) state.callbacks.add(text);
  else state.callbacks.delete(text);
}
