import type { ExecutionDelta, ExecutionHead, ForeachState, SnapshotAnswer, StepTuple } from "../api/types.ts";
import { withoutRounds } from "./flow-graph.ts";
import { expandRuns } from "./heat.ts";

/** An execution as the page knows it: up to the fact with the number `seq`. */
export interface Snapshot {
  readonly seq: number;
  readonly head: ExecutionHead;
  /** By the path in the definition: of several rounds the last. */
  readonly steps: ReadonlyMap<string, StepTuple>;
  readonly foreach: ReadonlyMap<string, ForeachState>;
}

export function readSnapshot({ seq, head, steps, foreach }: SnapshotAnswer): Snapshot {
  const expanded = Object.entries(foreach).map(
    ([path, state]) => [path, { ...state, states: filled(expandRuns(state.states), state.n) }] as const,
  );
  return { seq, head, steps: byPath(steps), foreach: new Map(expanded) };
}

function byPath(steps: readonly StepTuple[]): Map<string, StepTuple> {
  return new Map(steps.map((step) => [withoutRounds(step[0]), step]));
}

/** What follows from a message: the newer snapshot, the same one when it was known, or `gap` when something is missing. */
export function applyDelta(known: Snapshot, delta: ExecutionDelta): Snapshot | "gap" {
  if (delta.seq <= known.seq) return known;
  if (delta.since > known.seq) return "gap";
  const steps = new Map([...known.steps, ...byPath(delta.steps)]);
  const foreach = new Map(known.foreach);
  for (const [path, change] of Object.entries(delta.foreach))
    foreach.set(path, applyForeach(known.foreach.get(path), change));
  // They are to be visited anew: what they were in the round before says nothing of this one.
  for (const path of delta.gone) {
    steps.delete(path);
    foreach.delete(path);
  }
  return { seq: delta.seq, head: headWith(known.head, delta.head), steps, foreach };
}

/** What a running execution need not have is told anew each time, or is gone. */
function headWith({ endedAt, error, cause, paused, ...known }: ExecutionHead, told: ExecutionDelta["head"]) {
  return { ...known, ...told };
}

function applyForeach(
  known: ForeachState | undefined,
  { n, states, items = [], body, limits }: ExecutionDelta["foreach"][string],
): ForeachState {
  const letters = Array.from(filled(states === undefined ? (known?.states ?? "") : expandRuns(states), n));
  for (const [index, letter] of items) letters[index] = letter;
  return { n, states: letters.join(""), body, ...(limits && { limits }) };
}

function filled(states: string, n: number): string {
  return states.padEnd(n, ".").slice(0, n);
}
