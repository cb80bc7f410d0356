import { type Json, jsonSize } from "../../json.ts";
import { innerList } from "../../fdl/inner-lists.ts";
import { EXECUTION_DATA_SIZE } from "../../limits.ts";
import { given } from "../../given.ts";
import { assert } from "../../result.ts";
import type { EvolveTable, Execution, LeftBehind, Turn } from "../contract.ts";
import { becomeRunnable, materialize, openFrame, removeFrame } from "../frame-changes.ts";
import { childAddress } from "../state/addresses.ts";
import type { IterationStatus } from "../state/closed.ts";
import type { ExecutionState, Frame } from "../state/execution-state.ts";
import type { FactType } from "../state/fact.ts";
import {
  addressOf,
  awaitedChildren,
  localOf,
  chosenQueues,
  openStep,
  ownerOf,
  packedLocalOf,
  resultsOf,
} from "../state/navigation.ts";
import {
  type Failure,
  type FanPhase,
  type ForeachPhase,
  type ParallelPhase,
  type Phase,
  isControl,
  isFan,
  iterationsOf,
} from "../state/phase.ts";
import { type Transitions, ownerRow, row } from "../state/transition.ts";
import { nextIndex } from "../state/todo.ts";
import { countItems } from "../tally.ts";
import { resultsPassedOn } from "./inherited.ts";

export const CHILD_TRANSITIONS = {
  childEntered: [row(["foreach"], ["foreach"]), row(["parallel"], ["parallel"])],
  childExited: [ownerRow(["foreach"], ["foreach"]), ownerRow(["parallel"], ["parallel"])],
  childTolerated: [ownerRow(["foreach"], ["foreach"])],
  childFailed: [ownerRow(["foreach", "parallel", "choice"], ["settled"])],
} as const satisfies Partial<Transitions<FactType>>;

/** What the control steps have in common: lists inside them that open, close and fail. */

/** Of the failure that a foreach remembers, in case that it is more than it tolerates later. */
const LAST_CAUSE_LENGTH = 256;

export function fanOf({ phase, address }: Frame): ForeachPhase | ParallelPhase {
  assert(isFan(phase), `lists run side by side in frame "${address.text}"`);
  return phase;
}

/** A child came to its end: its results must fit into what the step may gather. */
export function exitChild(turn: Turn, owner: Frame, child: Frame): void {
  const size = fanOf(owner).resultSize + jsonSize(localOf(turn, child));
  if (size <= EXECUTION_DATA_SIZE) {
    turn.emit({ type: "childExited", frame: child.address });
    return;
  }
  const { text } = addressOf(turn.state, owner);
  const cause = `the results of ${text} are larger than ${EXECUTION_DATA_SIZE} bytes of JSON`;
  turn.fail("FnF.DataLimitExceeded", cause);
}

/** The first child that fails decides (spec: FDL section 6.4). */
export function failOwner(turn: Turn, _: Frame, child: Frame, { error, cause }: Failure): void {
  const fatal = child.phase.is === "failed" && child.phase.fatal;
  turn.emit({ type: "childFailed", frame: child.address, error, cause, ...(fatal && { fatal }) });
}

/** Enters the next child; its owner is looked at again when the child waits, so children begin in their order. */
export function enterNext(turn: Turn, owner: Frame, to: number): void {
  turn.emit({ type: "childEntered", frame: owner.address, index: nextIndex(fanOf(owner)), to });
}

export function isFilling(phase: FanPhase): boolean {
  return nextIndex(phase) < phase.fillTo;
}

/** The children's local variables in their order; null where a failure was tolerated. */
export function gather(execution: Execution, owner: Frame): Json[] {
  const locals: Json[] = Array.from({ length: fanOf(owner).count }, () => null);
  const { phase } = owner;
  const inherits = phase.is === "foreach" ? phase.inherits : undefined;
  const before = inherits === undefined ? [] : resultsPassedOn(execution, inherits);
  for (const results of [before, resultsOf(execution, addressOf(execution.state, owner))])
    for (const { index, local, status } of results)
      if (status === "Succeeded") locals[index] = execution.context.values.unpack(local);
  return locals;
}

export const NEW_FAN = { next: 0, fillTo: 0, running: 0, succeeded: 0, failed: 0, resultSize: 0 } as const;

/** Moves a child from the open frames to the results of its owner. */
export function closeChild(
  state: ExecutionState,
  child: Frame,
  status: IterationStatus,
  ended: number,
): Frame {
  const { address, began: entered, visits, storedVisits } = child;
  const local = packedLocalOf(child);
  const owner = ownerOf(state, address);
  assert(owner && address.owner, `"${address.text}" is inside a control step`);
  const result = { index: address.index, status, entered, ended, local, visits, storedVisits };
  const results = state.results.get(address.owner.text);
  if (results) results.push(result);
  else state.results.set(address.owner.text, [result]);
  removeFrame(state, child);
  state.touched.add(owner.address.text);
  return owner;
}

/** Children that were started, by one fact each or as a wave. */
export function countStarted(state: ExecutionState, phase: FanPhase, children: number): void {
  phase.running += children;
  state.head.openIterations += children;
}

/** The facts of iterations and branches that have records, and of all children that fail. */
export const evolveChildren: EvolveTable<"childEntered" | "childExited" | "childTolerated" | "childFailed"> =
  {
    childEntered({ state }, { index, to }, { event, frame: address }) {
      const owner = materialize(state, address);
      const phase = fanOf(owner);
      const list = innerList(openStep(state, owner), index);
      assert(list !== undefined, "a child that is entered has a list");
      state.runnable.push(address.text);
      openFrame(state, childAddress(addressOf(state, owner), index), list, event);
      phase.fillTo = to;
      phase.next = index + 1;
      countStarted(state, phase, 1);
    },
    childExited({ state, context }, _, { event, frame: address }) {
      const child = materialize(state, address);
      const owner = closeChild(state, child, "Succeeded", event);
      const phase = fanOf(owner);
      phase.succeeded++;
      if (phase.is === "foreach") countItems(state, owner.address, { succeeded: 1 });
      phase.resultSize += jsonSize(localOf({ context }, child));
      countEnded(state, owner, phase, event);
    },
    childTolerated({ state }, { error, cause }, { event, frame: address }) {
      const owner = closeChild(state, materialize(state, address), "Failed", event);
      const phase = fanOf(owner);
      phase.failed++;
      if (phase.is === "foreach") phase.lastFailure = { error, cause: cause.slice(0, LAST_CAUSE_LENGTH) };
      countItems(state, owner.address, { failed: 1 });
      countEnded(state, owner, phase, event);
    },
    childFailed({ state }, { error, cause, fatal }, { frame: address }) {
      const child = materialize(state, address);
      if (fatal) return keepChildren(state, child, { error, cause });
      const owner = closeChild(state, child, "Failed", child.last);
      const { phase } = owner;
      owner.last = child.last;
      const left = dropChildren(state, owner);
      const heir = phase.is === "foreach" ? given({ inherits: phase.inherits }) : {};
      becomeRunnable(state, owner, {
        is: "settled",
        result: { error, cause },
        ...iterationsOf(phase),
        ...heir,
      });
      return left;
    },
  };

/** A failure on its way to the end of the execution: all lists stay as they are, and the execution's end sees to them. */
function keepChildren(state: ExecutionState, child: Frame, result: Failure): undefined {
  const owner = ownerOf(state, child.address);
  assert(owner, `"${child.address.text}" is inside a control step`);
  const { phase: was } = owner;
  assert(isControl(was), "lists are open inside a control step");
  owner.last = child.last;
  state.touched.add(owner.address.text);
  becomeRunnable(state, owner, { is: "settled", result, was });
}

function countEnded(state: ExecutionState, owner: Frame, phase: FanPhase, event: number): void {
  phase.running--;
  state.head.openIterations--;
  owner.last = event;
  state.runnable.push(owner.address.text);
}

/** Everything that still runs inside a step that failed (spec: FDL section 6.4). Gives what it waited for. */
export function dropChildren(state: ExecutionState, owner: Frame): LeftBehind {
  const { phase } = owner;
  if (isFan(phase)) state.head.openIterations -= phase.running;
  const address = addressOf(state, owner);
  const dropped: LeftBehind[] = [];
  for (const index of startedIndexes(phase)) {
    const { text } = childAddress(address, index);
    const child = state.frames.get(text);
    if (!child) continue;
    dropped.push(leftBehindBy(state, child));
    removeFrame(state, child);
  }
  return joinLeft(dropped);
}

/** What a list waits for that is over before its end; what lies in it is dropped. */
export function leftBehindBy(state: ExecutionState, child: Frame): LeftBehind {
  const own = { children: awaitedChildren(state, child), queues: chosenQueues(child) };
  return joinLeft([dropChildren(state, child), own]);
}

export function joinLeft(left: readonly LeftBehind[]): LeftBehind {
  return {
    children: left.flatMap(({ children }) => children),
    queues: [...new Set(left.flatMap(({ queues }) => queues))],
  };
}

function* startedIndexes(phase: Phase): Generator<number> {
  if (phase.is === "choice") yield phase.option;
  if (isFan(phase)) for (let index = 0; index < phase.next; index++) yield index;
}
