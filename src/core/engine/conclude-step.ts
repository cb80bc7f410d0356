import { mergeObjects } from "../expr/mapping.ts";
import { type Json, type JsonObject, isJsonObject, jsonSize } from "../json.ts";
import { EXECUTION_DATA_SIZE } from "../limits.ts";
import { catching, failureOutput } from "./catch.ts";
import type { Turn } from "./contract.ts";
import { nextRetry } from "./retry.ts";
import { mapOutput } from "./scope.ts";
import type { Frame } from "./state/execution-state.ts";
import { addressOf, localOf, openStep, ownerOf } from "./state/navigation.ts";
import type { Failure, SettledPhase } from "./state/phase.ts";

/** The open step's own work is over: what follows from it. */
export function concludeStep(turn: Turn, frame: Frame, phase: SettledPhase): void {
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
  const { state, context } = turn;
  const step = openStep(state, frame);
  const { outputMappings } = step;
  const keeps = context.behaviours(step).defaultOutput === "local" && isJsonObject(local);
  const output = outputMappings ? mapOutput(turn, frame, outputMappings, local) : keeps ? local : {};
  if (!isKept(turn, frame, output)) return;
  turn.emit({
    type: "stepSucceeded",
    frame: frame.address,
    output,
    ...(goto !== undefined && { goto }),
    ...(warnings.length > 0 && { warnings }),
  });
}

/** Retry first, then catch, else the list fails (spec: FDL sections 6.2 and 6.3). */
export function failStep(turn: Turn, frame: Frame, failure: Failure): void {
  const { state, context, now } = turn;
  const step = openStep(state, frame);
  const again = nextRetry(step, frame.retries, failure.error, now, addressOf(state, frame).text);
  if (again && context.behaviours(step).retriedBy === "attempt") {
    turn.emit({ type: "retryPlanned", frame: frame.address, ...again });
    return;
  }
  if (again) {
    turn.emit({ type: "stepFailed", frame: frame.address, ...failure, again });
    return;
  }
  const policy = catching(step, failure.error);
  const output = policy ? failureOutput(turn, frame, step, failure) : {};
  if (!isKept(turn, frame, output)) return;
  const { error, cause } = failure;
  if (policy) {
    const caught = { output, goto: policy.goto };
    turn.emit({ type: "stepFailed", frame: frame.address, error, cause, caught });
  } else failUncaught(turn, frame, failure);
}

/** The list fails with its open step, and maybe all above it. */
export function failUncaught(turn: Turn, frame: Frame, { error, cause }: Failure): void {
  const fatal = isHandledAbove(turn, frame, error) ? {} : ({ fatal: true } as const);
  turn.emit({ type: "stepFailed", frame: frame.address, error, cause, ...fatal });
}

/** Whether a control step around a list that fails lets it pass, is visited again or catches: as they would on its way up. */
function isHandledAbove(turn: Turn, frame: Frame, error: string): boolean {
  const { state, context } = turn;
  const owner = ownerOf(state, frame.address);
  if (!owner) return false;
  const step = openStep(state, owner);
  return context.behaviours(step).tolerates?.(owner, step) === true || isHandled(turn, owner, error);
}

/** Whether the control step that is open in a frame, or one above it, handles its own failure. */
export function isHandled(turn: Turn, frame: Frame, error: string): boolean {
  const { state, now } = turn;
  const step = openStep(state, frame);
  if (nextRetry(step, frame.retries, error, now, addressOf(state, frame).text)) return true;
  return catching(step, error) !== undefined || isHandledAbove(turn, frame, error);
}

/** Whether an output may be kept, and with it the list's local variable; if not, the execution fails. */
function isKept(turn: Turn, frame: Frame, output: JsonObject): boolean {
  const what = `the output of step ${addressOf(turn.state, frame).text}`;
  if (!turn.fits(output, what)) return false;
  // What an output overwrites counts only where both together could be too large.
  const local = localOf(turn, frame);
  if (jsonSize(local) + jsonSize(output) <= EXECUTION_DATA_SIZE) return true;
  return turn.fits(mergeObjects(local, output), `the local variable with ${what}`);
}
