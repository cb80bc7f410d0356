import type { ExecutionHead, ForeachState, StepTuple, StepView } from "../api/types.ts";
import { withoutRounds } from "./flow-graph.ts";
import type { Snapshot } from "./snapshot.ts";

/** Of an iteration: the foreach's path with its rounds, and its place. */
export interface ItemPlace {
  readonly step: string;
  readonly index: number;
}

export function pathOfItem({ step, index }: ItemPlace): string {
  return `${step}[${index}]`;
}

/** The next item that failed, in one direction; undefined when there is none. */
export function failedBeside(states: string, index: number, direction: 1 | -1): number | undefined {
  const found =
    direction === 1 ? states.indexOf("f", index + 1) : index === 0 ? -1 : states.lastIndexOf("f", index - 1);
  return found < 0 ? undefined : found;
}

const LETTERS = { succeeded: "s", failed: "f", skipped: "k", running: "r" } as const;

/** What the steps of one iteration tell, as a snapshot of its own. */
export function snapshotOfItem(head: ExecutionHead, item: string, views: readonly StepView[]): Snapshot {
  const steps = new Map<string, StepTuple>();
  const foreach = new Map<string, ForeachState>();
  for (const [at, view] of views.entries()) {
    const path = withoutRounds(view.path.slice(item.length + 1));
    if (view.type === "option") noteOption(steps, path, view.index ?? 0);
    if (view.index !== undefined) continue;
    steps.set(path, tupleOf(view, caughtFor(views, at)));
    if (view.type === "foreach" && view.iterations) foreach.set(path, stateOf(view.iterations));
  }
  return { seq: 0, head, steps, foreach };
}

/** Where a list went on after a step that failed, if it did. */
function caughtFor(views: readonly StepView[], at: number): string | undefined {
  const { path, status } = views[at] ?? { path: "", status: "Succeeded" };
  if (status !== "Failed" && status !== "TimedOut") return undefined;
  return views.slice(at + 1).find((one) => one.index === undefined && listOf(one.path) === listOf(path))
    ?.name;
}

function listOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

function tupleOf(
  { path, status, attempts = 1, enteredAt, endedAt, error }: StepView,
  goto: string | undefined,
): StepTuple {
  const end = endedAt === undefined ? 0 : Date.parse(endedAt);
  const more = { ...(error !== undefined && { error }), ...(goto !== undefined && { goto }) };
  // Only an iteration can be left out, and those are not among these.
  const state = status === "Skipped" ? "Stopped" : status;
  return [path, state, attempts, Date.parse(enteredAt), end, more];
}

/** `pick[1]` is the option that the choice `pick` took. */
function noteOption(steps: Map<string, StepTuple>, path: string, option: number): void {
  const choice = path.replace(/\[\d+\]$/, "");
  const known = steps.get(choice);
  if (!known) return;
  const [own, state, attempts, enteredAt, endedAt, more] = known;
  steps.set(choice, [own, state, attempts, enteredAt, endedAt, { ...more, option }]);
}

function stateOf(counts: NonNullable<StepView["iterations"]>): ForeachState {
  const known = (["succeeded", "failed", "skipped", "running"] as const).map((name) =>
    LETTERS[name].repeat(counts[name] ?? 0),
  );
  return { n: counts.total, states: known.join("").padEnd(counts.total, "."), body: {} };
}

/** A choice or parallel that an item has visited: what lies in it is asked for by itself. */
export function hasInside({ type }: StepView): boolean {
  return type === "choice" || type === "parallel";
}
