import type { ExecutionHead } from "../api/types.ts";
import { withoutRounds } from "./flow-graph.ts";
import { expandRuns } from "./heat.ts";

/** Of a step's last visit; times are milliseconds, and an end of 0 is none. */
export type StepTuple = readonly [
  path: string,
  state: string,
  attempts: number,
  enteredAt: number,
  endedAt: number,
  more?: StepMore,
];

export interface StepMore {
  /** Which option of a choice was taken. */
  readonly option?: number;
  /** Where a failure that was caught went on. */
  readonly goto?: string;
  readonly child?: { readonly flow: string; readonly execution: string };
  readonly error?: string;
}

/** Visits of a step in all iterations: running, retrying, succeeded, failed, stopped. */
export type BodyCounts = readonly [number, number, number, number, number];

export interface ForeachState {
  readonly n: number;
  /** A letter for each iteration. */
  readonly states: string;
  readonly body: Readonly<Record<string, BodyCounts>>;
}

/** What `snapshot` answers. */
export interface SnapshotAnswer {
  readonly seq: number;
  readonly head: ExecutionHead;
  readonly steps: readonly StepTuple[];
  readonly foreach: Readonly<Record<string, ForeachState>>;
}

export interface DeltaMessage {
  readonly type: "delta";
  readonly since: number;
  readonly seq: number;
  readonly head?: Partial<ExecutionHead>;
  readonly steps?: readonly StepTuple[];
  readonly foreach?: Readonly<Record<string, ForeachDelta>>;
}

interface ForeachDelta {
  readonly n: number;
  readonly items?: readonly (readonly [index: number, letter: string])[];
  /** All of them, with runs. */
  readonly states?: string;
  readonly body?: Readonly<Record<string, BodyCounts>>;
}

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
export function applyDelta(known: Snapshot, delta: DeltaMessage): Snapshot | "gap" {
  if (delta.seq <= known.seq) return known;
  if (delta.since > known.seq) return "gap";
  return {
    seq: delta.seq,
    head: { ...known.head, ...delta.head },
    steps: new Map([...known.steps, ...byPath(delta.steps ?? [])]),
    foreach: new Map([
      ...known.foreach,
      ...Object.entries(delta.foreach ?? {}).map(
        ([path, change]) => [path, applyForeach(known.foreach.get(path), change)] as const,
      ),
    ]),
  };
}

function applyForeach(known: ForeachState | undefined, change: ForeachDelta): ForeachState {
  const before = change.states === undefined ? (known?.states ?? "") : expandRuns(change.states);
  const letters = Array.from(filled(before, change.n));
  for (const [index, letter] of change.items ?? []) letters[index] = letter;
  return { n: change.n, states: letters.join(""), body: change.body ?? known?.body ?? {} };
}

function filled(states: string, n: number): string {
  return states.padEnd(n, ".").slice(0, n);
}
