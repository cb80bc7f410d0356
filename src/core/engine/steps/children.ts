import { type Json, jsonSize } from "../../json.ts";
import { EXECUTION_DATA_SIZE } from "../../limits.ts";
import { assert } from "../../result.ts";
import type { EvolveTable } from "../contract.ts";
import { becomeRunnable, countsOf } from "../evolve.ts";
import { type Execution, type Frame, type IterationResult, newFrame } from "../state/execution-state.ts";
import type { Failure, FanPhase, ForeachPhase, ParallelPhase, Phase } from "../state/phase.ts";
import { childPath, parseFramePath } from "../state/addresses.ts";
import type { Turn } from "../turn.ts";

/** What the control steps have in common: lists inside them that open, close and fail. */

function isFan(phase: Phase): phase is ForeachPhase | ParallelPhase {
  return phase.is === "foreach" || phase.is === "parallel";
}

export function fanOf({ phase, path }: Frame): FanPhase {
  assert(isFan(phase), `lists run side by side in frame "${path}"`);
  return phase;
}

/** A child came to its end: its results must fit into what the step may gather. */
export function exitChild(turn: Turn, owner: Frame, child: Frame): void {
  const size = fanOf(owner).resultSize + jsonSize(child.local);
  if (size <= EXECUTION_DATA_SIZE) {
    turn.emit({ type: "childExited", frame: child.path });
    return;
  }
  const path = turn.execution.stepPath(owner);
  const cause = `the results of ${path} are larger than ${EXECUTION_DATA_SIZE} bytes of JSON`;
  turn.fail("FnF.DataLimitExceeded", cause);
}

/** The first child that fails decides (spec: FDL section 6.4). */
export function failOwner(turn: Turn, _: Frame, child: Frame, failure: Failure): void {
  turn.emit({ type: "childFailed", frame: child.path, ...failure });
}

/** Enters the next child; its owner is looked at again when the child waits, so children begin in their order. */
export function enterNext(turn: Turn, owner: Frame, to: number): void {
  turn.emit({ type: "childEntered", frame: owner.path, index: fanOf(owner).next, to });
}

export function isFilling({ next, fillTo }: FanPhase): boolean {
  return next < fillTo;
}

/** The children's local variables in their order; null where a failure was tolerated. */
export function gather(execution: Execution, owner: Frame): Json[] {
  const locals: Json[] = Array.from({ length: fanOf(owner).count }, () => null);
  for (const { index, local, status } of execution.resultsOf(execution.stepPath(owner))) {
    if (status === "Succeeded") locals[index] = execution.values.unpack(local);
  }
  return locals;
}

export const NEW_FAN = { next: 0, fillTo: 0, running: 0, succeeded: 0, failed: 0, resultSize: 0 } as const;

export function openChild(execution: Execution, path: string, list: number, began: number): void {
  execution.frames.set(path, newFrame(path, list, { is: "ready" }, began));
  execution.touched.add(path);
  execution.runnable.push(path);
}

/** Moves a child from the open frames to the results of its owner. */
export function closeChild(
  execution: Execution,
  path: string,
  status: IterationResult["status"],
  ended: number,
): { owner: Frame; child: Frame } {
  const child = execution.open(path);
  const owner = execution.ownerOf(path);
  const address = parseFramePath(path);
  assert(owner && address, `"${path}" is inside a control step`);
  const { began: entered, packedLocal: local, visits, storedVisits } = child;
  const result = { index: address.index, status, entered, ended, local, visits, storedVisits };
  const results = execution.results.get(address.owner);
  if (results) results.push(result);
  else execution.results.set(address.owner, [result]);
  execution.frames.delete(path);
  execution.touched.add(owner.path);
  return { owner, child };
}

/** Children that were started, by one fact each or as a wave. */
export function countStarted(execution: Execution, phase: FanPhase, children: number): void {
  phase.next += children;
  phase.running += children;
  execution.head.openIterations += children;
}

/** The facts of iterations and branches that have records, and of all children that fail. */
export const evolveChildren: EvolveTable<"childEntered" | "childExited" | "childTolerated" | "childFailed"> =
  {
    childEntered(execution, { frame: path, index, to }, { event }) {
      const owner = execution.open(path);
      const phase = fanOf(owner);
      const list = execution.behaviour(owner).childList(execution.step(owner), index);
      assert(list !== undefined, "a child that is entered has a list");
      execution.runnable.push(path);
      openChild(execution, childPath(execution.stepPath(owner), index), list, event);
      phase.fillTo = to;
      countStarted(execution, phase, 1);
    },
    childExited(execution, { frame: path }, { event }) {
      const { owner, child } = closeChild(execution, path, "Succeeded", event);
      const phase = fanOf(owner);
      phase.succeeded++;
      phase.resultSize += jsonSize(child.local);
      countEnded(execution, owner, phase, event);
    },
    childTolerated(execution, { frame: path }, { event }) {
      const { owner } = closeChild(execution, path, "Failed", event);
      const phase = fanOf(owner);
      phase.failed++;
      countEnded(execution, owner, phase, event);
    },
    childFailed(execution, { frame: path, error, cause }) {
      const { last } = execution.open(path);
      const { owner } = closeChild(execution, path, "Failed", last);
      const { phase } = owner;
      owner.last = last;
      dropChildren(execution, owner);
      const counts = isFan(phase) ? { iterations: countsOf(phase) } : {};
      becomeRunnable(execution, owner, { is: "settled", result: { error, cause }, ...counts });
    },
  };

function countEnded(execution: Execution, owner: Frame, phase: FanPhase, event: number): void {
  phase.running--;
  execution.head.openIterations--;
  owner.last = event;
  execution.runnable.push(owner.path);
}

/** Everything that still runs inside a step that failed (spec: FDL section 6.4). */
function dropChildren(execution: Execution, owner: Frame): void {
  const { phase } = owner;
  if (isFan(phase)) execution.head.openIterations -= phase.running;
  const path = execution.stepPath(owner);
  for (const index of startedIndexes(phase)) {
    const inside = childPath(path, index);
    const child = execution.frames.get(inside);
    if (!child) continue;
    dropChildren(execution, child);
    execution.abandon(child);
    execution.frames.delete(inside);
    execution.touched.add(inside);
  }
}

function* startedIndexes(phase: Phase): Generator<number> {
  if (phase.is === "choice") yield phase.option;
  if (isFan(phase)) for (let index = 0; index < phase.next; index++) yield index;
}
