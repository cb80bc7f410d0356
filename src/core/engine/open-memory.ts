import { jsonMemory, textMemory } from "../durable/memory.ts";
import type { Flow, Step, StepList } from "../fdl/flow.ts";
import { innerLists } from "../fdl/inner-lists.ts";
import { EXECUTION_GROWTH_BYTES } from "../limits.ts";
import type { ExecutionState, Frame } from "./state/execution-state.ts";
import { openPhase, openStep } from "./state/navigation.ts";
import { type Phase, isFan } from "./state/phase.ts";
import { nextIndex } from "./state/todo.ts";
import { VISITS_IN_BLOCK } from "./state/visits.ts";

/**
 * What open lists take in memory, and how many more may begin. Each is charged to its owner, as if it had a record of which
 * all steps are over, whether it has one or its wave speaks for it: so what it comes to have is its local variable alone,
 * and what its worker tells. All of this follows from facts, so a restart counts the same.
 */

/** Of a list's record, with its timer, its effect, and what the host knows of that. */
const LIST_BYTES = 1000;
/** Its address is a part of each of them. */
const ADDRESSES = 3;
/** Of a closed step. */
const VISIT_BYTES = 100;
/** Of indexes that follow each other. */
export const RUN_BYTES = 80;
/** Who waits for room waits for a quarter of what it may have open, but for no more than this part of what there can be. */
const MOST_WAITED_FOR = 1 / 4;

export function frameBytes(state: ExecutionState, frame: Frame): number {
  const { localText, phase } = frame;
  const progress = phase.is === "task" && phase.progress ? jsonMemory(phase.progress.value) : 0;
  const children = childrenOf(frame);
  const inside = children > 0 ? children * childBytes(state, frame) : 0;
  return textMemory(localText) + progress + inside + changesBytes(openPhase(phase));
}

/** What somebody changed of a foreach, and the failure that it remembers. */
function changesBytes(phase: Phase): number {
  if (phase.is !== "foreach") return 0;
  const { again = [], skipped, lastFailure } = phase;
  // What is still to be begun has as many gaps as there is left out.
  const runs = again.length + 2 * (skipped?.runs.length ?? 0);
  return runs * RUN_BYTES + (lastFailure ? textMemory(lastFailure.error + lastFailure.cause) : 0);
}

function childrenOf({ phase: now }: Frame): number {
  const phase = openPhase(now);
  if (phase.is === "choice") return 1;
  return phase.is === "foreach" || phase.is === "parallel" ? phase.running : 0;
}

/** Of one list inside the control step that is open in a frame. */
function childBytes(state: ExecutionState, frame: Frame): number {
  const visits = visitsInside(state.flow, openStep(state, frame));
  return LIST_BYTES + ADDRESSES * textMemory(frame.address.text) + VISIT_BYTES * visits;
}

/** Closed steps that a list inside a control step may have in memory. */
function visitsInside({ lists }: Flow, step: Step): number {
  const known = visitsBySteps.get(step);
  if (known !== undefined) return known;
  const most = innerLists(step).reduce((so, list) => Math.max(so, visitsOf(lists[list])), 0);
  visitsBySteps.set(step, most);
  return most;
}

const visitsBySteps = new WeakMap<Step, number>();

/** A list that goes back to earlier steps closes them again and again; so many of that are kept until they are stored. */
function visitsOf(list: StepList | undefined): number {
  const steps = list?.steps ?? [];
  return steps.some(goesBack) ? VISITS_IN_BLOCK : Math.min(steps.length, VISITS_IN_BLOCK);
}

function goesBack(step: Step): boolean {
  const { position } = step;
  const isBefore = ({ goto }: { readonly goto?: number }) => goto !== undefined && goto <= position;
  if (step.type === "choice" && step.options.some(isBefore)) return true;
  if (!("catch" in step)) return false;
  return step.catch.some(isBefore) || (step.type !== "task" && step.retry.length > 0);
}

/** Lists that a fan could begin now. What runs already grows, too, so a part of the memory is left to that. */
function roomFor(state: ExecutionState, frame: Frame): number {
  return Math.floor((state.memory.room - EXECUTION_GROWTH_BYTES) / childBytes(state, frame));
}

/** Whether there is room for what a list tells besides. */
export function hasRoomToGrow({ memory }: ExecutionState, bytes: number): boolean {
  return memory.room - bytes > EXECUTION_GROWTH_BYTES / 2;
}

/**
 * How many of the `wanted` lists a fan may begin now, of `window` that it may have open. One that has none open may always
 * begin one: else all of them could wait for each other. The others wait for a good part of their window, so that what
 * becomes free is looked at once for many; and behind those that waited before them.
 */
export function takeRoom(state: ExecutionState, frame: Frame, wanted: number, window = wanted): number {
  const { waitingForRoom } = state;
  const { text } = frame.address;
  const most = Math.floor((EXECUTION_GROWTH_BYTES * MOST_WAITED_FOR) / childBytes(state, frame));
  const least = Math.max(1, Math.min(wanted, Math.ceil(window / 4), most));
  const room = isNext(state, text) ? roomFor(state, frame) : 0;
  const taken = Math.max(room >= least ? Math.min(wanted, room) : 0, childrenOf(frame) === 0 ? 1 : 0);
  if (taken > 0) waitingForRoom.delete(text);
  if (taken < wanted) waitingForRoom.set(text, least);
  return taken;
}

function isNext({ waitingForRoom }: ExecutionState, path: string): boolean {
  const [next = path] = waitingForRoom.keys();
  return next === path;
}

/** The first of those that wait, if there is room for it now. */
export function nextWithRoom(state: ExecutionState): string | undefined {
  for (const [path, least] of state.waitingForRoom) {
    const frame = state.frames.get(path);
    if (frame && hasMore(frame)) return roomFor(state, frame) >= least ? path : undefined;
    state.waitingForRoom.delete(path);
  }
  return undefined;
}

function hasMore({ phase }: Frame): boolean {
  if (phase.is === "foreach" && phase.again && phase.again.length > 0) return true;
  return isFan(phase) && nextIndex(phase) < phase.count;
}
