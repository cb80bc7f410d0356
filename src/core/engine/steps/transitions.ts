import { GENERAL_TRANSITIONS } from "../evolve.ts";
import { assert } from "../../result.ts";
import type { FrameAddress } from "../state/addresses.ts";
import type { ExecutionState } from "../state/execution-state.ts";
import type { FactType } from "../state/fact.ts";
import type { PhaseName, Transition, Transitions } from "../state/transition.ts";
import { PHASE_IN_WAVE } from "../state/waves.ts";
import { CHILD_TRANSITIONS } from "./children.ts";
import { CHOICE_TRANSITIONS } from "./choice.ts";
import { FAN_CHANGE_TRANSITIONS } from "./fan-changes.ts";
import { FOREACH_TRANSITIONS } from "./foreach.ts";
import { PARALLEL_TRANSITIONS } from "./parallel.ts";
import { TASK_TRANSITIONS } from "./task.ts";
import { PAUSE_TRANSITIONS } from "./wait.ts";

/** Facts that concern the execution as a whole move no frame. */
type OfExecution =
  | "executionStarted"
  | "executionSucceeded"
  | "executionFailed"
  | "executionStopped"
  | "executionTimedOut"
  | "executionPaused"
  | "executionResumed"
  | "parentJoined"
  | "executionRedriven"
  | "tasksLate"
  | "effectDone"
  | "effectParked"
  | "effectsRetried";

/** Every move there is. */
export const TRANSITIONS: Transitions<Exclude<FactType, OfExecution>> = {
  ...GENERAL_TRANSITIONS,
  ...TASK_TRANSITIONS,
  ...PAUSE_TRANSITIONS,
  ...CHOICE_TRANSITIONS,
  ...PARALLEL_TRANSITIONS,
  ...FOREACH_TRANSITIONS,
  ...FAN_CHANGE_TRANSITIONS,
  ...CHILD_TRANSITIONS,
};

const ROWS: { readonly [T in FactType]?: readonly Transition[] } = TRANSITIONS;

/**
 * Lets a fact take effect, and holds the move that it makes against the table. Only live: a journal that was written
 * opens, whatever a later release thinks of its moves.
 */
export function checkMove(
  state: ExecutionState,
  type: FactType,
  frame: FrameAddress,
  move: () => void,
): void {
  const rows = ROWS[type];
  if (!rows) {
    move();
    return;
  }
  const [first] = rows;
  const address = first?.of === "owner" ? frame.owner?.frame : frame;
  const before = phaseAt(state, address);
  move();
  const after = phaseAt(state, address);
  const isKnown = rows.some(({ from, to }) => from.includes(before) && to.includes(after));
  assert(isKnown, `${type} may not move "${frame.text}" from ${before} to ${after}`);
}

function phaseAt(state: ExecutionState, address: FrameAddress | undefined): PhaseName {
  return (address && state.frames.get(address.text)?.phase.is) ?? PHASE_IN_WAVE;
}
