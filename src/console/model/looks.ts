import type { BodyCounts, FlowGraph, ForeachState, GraphStep, StepTuple } from "../api/types.ts";
import { foreachAround } from "./flow-graph.ts";
import { type Counts, countStates } from "./heat.ts";
import type { PlacedEdge } from "./layout.ts";
import type { Snapshot } from "./snapshot.ts";
import { type State, type Tone, stateOfStatus, toneOf } from "./states.ts";

/** How a step of the definition looks in an execution. */
export interface StepLook {
  readonly state: State;
  /** Of its last visit; absent inside a foreach, where many may run at once. */
  readonly visit?: StepTuple;
  /** Of a foreach, and of each step in one: how many are in which state. */
  readonly counts?: Counts;
  /** Of a foreach: a letter for each iteration. */
  readonly states?: string;
  /** What somebody changed of it. */
  readonly limits?: ForeachState["limits"];
}

const ORDER = ["running", "retrying", "succeeded", "failed", "stopped"] as const;

export function lookOf(path: string, snapshot: Snapshot | undefined): StepLook {
  if (!snapshot) return { state: "pending" };
  const around = foreachAround(path);
  if (around) return bodyLook(snapshot.foreach.get(around.foreach)?.body[around.inside]);
  const visit = snapshot.steps.get(path);
  if (!visit) return { state: "pending" };
  const foreach = snapshot.foreach.get(path);
  const state = stateOfVisit(visit);
  if (!foreach) return { state, visit };
  const { states, limits } = foreach;
  return { state, visit, counts: countStates(states), states, ...(limits && { limits }) };
}

/** A failure that was caught is trouble that is over. */
function stateOfVisit([, status, , , , more]: StepTuple): State {
  const state = stateOfStatus(status);
  return (state === "failed" || state === "timedOut") && more?.goto !== undefined ? "caught" : state;
}

/** The worst that goes on or went wrong in any iteration decides. */
function bodyLook(body: BodyCounts | undefined): StepLook {
  if (!body) return { state: "pending" };
  const counts: Counts = Object.fromEntries(ORDER.map((state, at) => [state, body[at] ?? 0]));
  const worst = (["failed", "retrying", "running", "stopped", "succeeded"] as const).find(
    (state) => (counts[state] ?? 0) > 0,
  );
  return { state: worst ?? "pending", counts };
}

/** The colour of an edge that was taken; undefined of one that was not. */
export function edgeTone(edge: PlacedEdge, lookAt: (path: string) => StepLook): Tone | undefined {
  const from = lookAt(edge.from);
  const to = lookAt(edge.to);
  if (to.state === "pending") return undefined;
  const more = from.visit?.[5];
  if (edge.kind === "catch") {
    const goto = more?.goto;
    const isTaken = from.visit ? goto !== undefined && endsWithStep(edge.to, goto) : from.state !== "pending";
    return isTaken ? "warn" : undefined;
  }
  if (edge.kind === "option" && from.visit) return more?.option === edge.option ? "ok" : undefined;
  const hasPassed = from.state === "succeeded" || (from.counts?.succeeded ?? 0) > 0;
  return hasPassed ? "ok" : undefined;
}

function endsWithStep(path: string, name: string): boolean {
  return path === name || path.endsWith(`/${name}`);
}

const TROUBLE: readonly (readonly State[])[] = [
  ["failed", "timedOut"],
  ["retrying"],
  ["running"],
  ["stopped"],
];

/** The step that somebody who opens an execution looks for: what failed, else what runs. */
export function stepInTrouble(paths: readonly string[], snapshot: Snapshot): string | undefined {
  const outside = paths.filter((path) => foreachAround(path) === undefined);
  for (const states of TROUBLE) {
    // The innermost: a parallel failed because of a step in it.
    const found = outside.findLast((path) => states.includes(lookOf(path, snapshot).state));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All steps by their paths, in the order of the flow: what lies in a step follows it. */
export function stepsOf({ lists }: FlowGraph): Map<string, GraphStep> {
  const inside = Map.groupBy(lists, ({ path }) => path.replace(/\[\d*\]$/, ""));
  const all = new Map<string, GraphStep>();
  const add = (owner: string) => {
    for (const { path, steps } of inside.get(owner) ?? [])
      for (const step of steps) {
        const own = path === "" ? step.name : `${path}/${step.name}`;
        all.set(own, step);
        add(own);
      }
  };
  add("");
  return all;
}

/** Marks, texts and bars of a state take its tone. */
export function toneOfLook({ state }: StepLook): Tone | "pending" {
  return state === "pending" ? "pending" : toneOf(state);
}
