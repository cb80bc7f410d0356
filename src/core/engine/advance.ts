import { concludeStep, failStep } from "./conclude-step.ts";
import type { StepBehaviour, Turn } from "./contract.ts";
import { excessOf } from "./data-limits.ts";
import { nextWithRoom } from "./open-memory.ts";
import { flowOutput, stepInput } from "./scope.ts";
import type { ExecutionState, Frame } from "./state/execution-state.ts";
import { addressOf, isRunning, listOf, localOf, openStep, ownerOf } from "./state/navigation.ts";
import type { Failure } from "./state/phase.ts";
import { scheduleAttempt } from "./steps/task.ts";

/** Runs every runnable frame, unless the execution is paused, until each open step waits for something outside, or the turn has done its share. */
export function advance(turn: Turn): void {
  const { state } = turn;
  while (isRunning(state) && !state.head.paused) {
    const waiting = state.runnable.length === 0 ? nextWithRoom(state) : undefined;
    if (waiting !== undefined) state.runnable.push(waiting);
    if (!turn.hasBudget && !isFailing(state)) return;
    const path = state.runnable.pop();
    if (path === undefined) return;
    const frame = state.frames.get(path);
    if (frame) move(turn, frame);
  }
}

/** Whether a failure is on its way up: that is told in one turn, so that what was to become of it stays true. */
function isFailing(state: ExecutionState): boolean {
  const frame = state.frames.get(state.runnable.at(-1) ?? "none");
  if (frame?.phase.is !== "settled") return frame?.phase.is === "failed";
  return "error" in frame.phase.result && openStep(state, frame).type !== "task";
}

function move(turn: Turn, frame: Frame): void {
  const { state } = turn;
  switch (frame.phase.is) {
    case "ready":
      if (frame.position < listOf(state, frame).steps.length) enterStep(turn, frame);
      else endList(turn, frame);
      return;
    case "settled":
      concludeStep(turn, frame, frame.phase);
      return;
    case "again":
      turn.emit(scheduleAttempt(turn, frame, turn.now));
      return;
    case "failed":
      failList(turn, frame, frame.phase);
      return;
    default:
      behaviourOf(turn, frame).continueStep(turn, frame, openStep(state, frame));
  }
}

/** How the step runs that is open in a frame. */
function behaviourOf({ state, context }: Turn, frame: Frame): StepBehaviour {
  return context.behaviours(openStep(state, frame));
}

function enterStep(turn: Turn, frame: Frame): void {
  turn.emit({ type: "stepEntered", frame: frame.address, position: frame.position });
  if (!isRunning(turn.state)) return;
  const excess = excessOfInput(turn, frame);
  if (excess === undefined) behaviourOf(turn, frame).enter(turn, frame, openStep(turn.state, frame));
  else failStep(turn, frame, { error: "FnF.DataLimitExceeded", cause: `the input of ${excess}` });
}

/** Mappings make much of little, and what lists are given grows with each level: so both have a limit. */
function excessOfInput(turn: Turn, frame: Frame): string | undefined {
  const { inputIs } = behaviourOf(turn, frame);
  const isMapped = openStep(turn.state, frame).inputMappings !== undefined;
  if (inputIs === "sent" || (inputIs === "read" && !isMapped)) return undefined;
  const excess = excessOf(stepInput(turn, frame));
  return excess === undefined ? undefined : `step ${addressOf(turn.state, frame).text} ${excess}`;
}

function endList(turn: Turn, frame: Frame): void {
  const owner = ownerOf(turn.state, frame.address);
  if (owner) {
    behaviourOf(turn, owner).childEnded(turn, owner, frame);
    return;
  }
  const output = flowOutput(turn, localOf(turn, frame));
  if (!turn.fits(output, "the output")) return;
  turn.emit({ type: "executionSucceeded", output });
}

function failList(turn: Turn, frame: Frame, { error, cause }: Failure): void {
  const owner = ownerOf(turn.state, frame.address);
  if (owner) behaviourOf(turn, owner).childFailed(turn, owner, frame, { error, cause });
  else turn.emit({ type: "executionFailed", error, cause });
}
