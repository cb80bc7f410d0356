import { type Json, isJsonObject } from "../json.ts";
import type { Frame } from "./state/execution-state.ts";
import type { Failure, SettledPhase } from "./state/phase.ts";
import { catching, failureOutput } from "./catch.ts";
import { nextRetry } from "./retry.ts";
import { flowOutput, mapOutput } from "./scope.ts";
import type { Turn } from "./turn.ts";

/** Runs every runnable frame until each open step waits for something outside, or the turn has done its share. */
export function advance(turn: Turn): void {
  const { execution } = turn;
  while (execution.isRunning && turn.hasBudget) {
    const path = execution.runnable.pop();
    if (path === undefined) return;
    const frame = execution.frames.get(path);
    if (frame) move(turn, frame);
  }
}

function move(turn: Turn, frame: Frame): void {
  const { execution } = turn;
  switch (frame.phase.is) {
    case "ready":
      if (frame.position < execution.list(frame).steps.length) enterStep(turn, frame);
      else endList(turn, frame);
      return;
    case "settled":
      concludeStep(turn, frame, frame.phase);
      return;
    case "failed":
      failList(turn, frame, frame.phase);
      return;
    default:
      execution.behaviour(frame).continueStep(turn, frame, execution.step(frame));
  }
}

function enterStep(turn: Turn, frame: Frame): void {
  turn.emit({ type: "stepEntered", frame: frame.path, position: frame.position });
  if (!turn.execution.isRunning) return;
  turn.execution.behaviour(frame).enter(turn, frame, turn.execution.step(frame));
}

function endList(turn: Turn, frame: Frame): void {
  const { execution } = turn;
  const owner = execution.ownerOf(frame.path);
  if (owner) {
    execution.behaviour(owner).childEnded(turn, owner, frame);
    return;
  }
  const output = flowOutput(execution, frame.local);
  if (!turn.fits(output, "the output")) return;
  turn.emit({ type: "executionSucceeded", output: execution.values.pack(output) });
}

function concludeStep(turn: Turn, frame: Frame, phase: SettledPhase): void {
  const { result } = phase;
  if ("local" in result) succeedStep(turn, frame, result.local, phase);
  else failStep(turn, frame, result);
}

/** The open step is done: its output goes into the list's local variable (spec: FDL section 3.1). */
export function succeedStep(
  turn: Turn,
  frame: Frame,
  local: Json,
  { goto, warnings = [] }: Pick<SettledPhase, "goto" | "warnings"> = {},
): void {
  const { execution } = turn;
  const { outputMappings } = execution.step(frame);
  const keeps = execution.behaviour(frame).defaultOutput === "local" && isJsonObject(local);
  const output = outputMappings ? mapOutput(execution, frame, outputMappings, local) : keeps ? local : {};
  if (!turn.fits(output, `the output of step ${execution.stepPath(frame)}`)) return;
  turn.emit({
    type: "stepSucceeded",
    frame: frame.path,
    output: execution.values.pack(output),
    ...(goto !== undefined && { goto }),
    ...(warnings.length > 0 && { warnings }),
  });
}

/** Retry first, then catch, else the list fails (spec: FDL sections 6.2 and 6.3). */
export function failStep(turn: Turn, frame: Frame, failure: Failure): void {
  const { execution, now } = turn;
  const step = execution.step(frame);
  const again = nextRetry(step, frame.retries, failure.error, now, execution.stepPath(frame));
  if (again && execution.behaviour(frame).retriedBy === "attempt") {
    turn.emit({ type: "retryPlanned", frame: frame.path, ...again });
    return;
  }
  if (again) {
    turn.emit({ type: "stepFailed", frame: frame.path, ...failure, again });
    return;
  }
  const policy = catching(step, failure.error);
  const output = policy ? failureOutput(execution, frame, step, failure) : {};
  if (!turn.fits(output, `the output of step ${execution.stepPath(frame)}`)) return;
  const caught = policy && { output: execution.values.pack(output), goto: policy.goto };
  turn.emit({ type: "stepFailed", frame: frame.path, ...failure, ...(caught && { caught }) });
}

function failList(turn: Turn, frame: Frame, { error, cause }: Failure): void {
  const owner = turn.execution.ownerOf(frame.path);
  if (owner) turn.execution.behaviour(owner).childFailed(turn, owner, frame, { error, cause });
  else turn.emit({ type: "executionFailed", error, cause });
}
