import type { Flow, Step } from "../fdl/flow.ts";
import { given } from "../given.ts";
import { type Rejection, type Result, reject } from "../result.ts";
import { quoted } from "../text.ts";
import type { Execution } from "./contract.ts";
import { enteredWith, lastEntered, lastVisit } from "./entered.ts";
import { collectionOf } from "./scope.ts";
import { ROOT, stepAddress } from "./state/addresses.ts";
import type { DraftOf } from "./state/draft.ts";
import type { ExecutionState } from "./state/execution-state.ts";
import type { ItemCounts } from "./state/item-counts.ts";
import { isEntered, isInForeach, openPhase, openStep, stepOfVisit, visitsOf } from "./state/navigation.ts";
import type { IterationCounts } from "./state/fan-end.ts";
import { countsOf } from "./state/phase.ts";
import type { WhereFrom } from "./state/redrive-facts.ts";
import { countInherited, leftBy } from "./steps/inherited.ts";

export type GoingBack = NonNullable<DraftOf<"executionRedriven">["from"]>;

/**
 * Where an execution goes on under a version, if not where it ended (spec: operations section 1.4). Rejections: StepNotExists,
 * NotRedrivable, IncompatibleVersion for a collection that is another by now.
 */
export function goingBack(
  execution: Execution,
  asked: WhereFrom,
  flow: Flow,
): Result<{ readonly back?: GoingBack }> {
  const items = asked.from === undefined ? (asked.items ?? closedForeach(execution)) : undefined;
  const step = asked.from ?? items;
  if (step === undefined) return { ok: true };
  const event = lastEntered(execution, step);
  const entered = event === undefined ? undefined : enteredWith(execution, event);
  if (event === undefined || !entered) return refuseUnknown(step);
  const { local } = entered;
  const back = { step, local, ...given({ items: countedSince(execution, event) }) };
  if (items === undefined) return { ok: true, back };
  const inherits = inheritedFrom(execution, step, flow);
  if (typeof inherits !== "string") return inherits;
  const refusal = refuseCollection(execution, back, inherits, flow);
  return refusal ?? { ok: true, back: { ...back, inherits } };
}

function refuseUnknown(step: string): Rejection {
  return reject(
    "StepNotExists",
    `the execution did not enter a step ${quoted(step)} of the flow's own list: its list of steps shows which it did`,
  );
}

/**
 * An earlier release closed a foreach that failed, so it can only be visited again: what succeeded in it is taken over all
 * the same.
 */
function closedForeach(execution: Execution): string | undefined {
  const { state } = execution;
  const root = state.frames.get(ROOT.text);
  if (root?.phase.is !== "failed" || isEntered(root)) return undefined;
  const { name, type } = openStep(state, root);
  const visit = lastVisit(execution, name);
  return type === "foreach" && (visit?.iterations || visit?.inherits) ? name : undefined;
}

/** The path of the last visit of a foreach, if it is over and items of it did not succeed. */
function inheritedFrom(execution: Execution, name: string, flow: Flow): string | Rejection {
  const { state } = execution;
  const root = state.frames.get(ROOT.text);
  if (stepIn(flow, name)?.type !== "foreach")
    return reject("NotRedrivable", `step ${quoted(name)} is no foreach: go on from it, with "from"`);
  if (root && isEntered(root) && openStep(state, root).name === name)
    return reject(
      "NotRedrivable",
      `step ${quoted(name)} is not over: its items go on when the execution does, without "items"`,
    );
  const visit = lastVisit(execution, name);
  const path = stepAddress(ROOT, name, visit?.round ?? 1).text;
  if (leftBy(execution, path).length > 0) return path;
  return reject("NotRedrivable", `all items of step ${quoted(name)} have succeeded`);
}

function stepIn(flow: Flow, name: string): Step | undefined {
  return flow.lists[0]?.steps.find((one) => one.name === name);
}

/** Results have their places in the collection, so it must be as long as it was. */
function refuseCollection(
  execution: Execution,
  { step: name, local }: GoingBack,
  inherits: string,
  flow: Flow,
): Rejection | undefined {
  const step = stepIn(flow, name);
  const found = step?.type === "foreach" ? collectionOf(execution, step, local, flow) : undefined;
  const before = countInherited(execution, inherits);
  if (Array.isArray(found) && found.length === before) return undefined;
  const now = Array.isArray(found) ? `has ${found.length} items` : "is no array";
  return reject("IncompatibleVersion", `the collection of ${quoted(name)} ${now}, and had ${before}`);
}

/** Items that were counted from an event on, which come again. */
function countedSince(execution: Execution, event: number): ItemCounts | undefined {
  const { state } = execution;
  if (!state.head.items) return undefined;
  const counted = [...closedSince(execution, event), ...openCounts(state)];
  const sum = (nth: 0 | 2 | 3 | 4) => counted.reduce((so, counts) => so + (counts[nth] ?? 0), 0);
  const skipped = sum(4);
  return { total: sum(0), succeeded: sum(2), failed: sum(3), ...(skipped > 0 && { skipped }) };
}

function* closedSince(execution: Execution, event: number): Generator<IterationCounts> {
  const visits = visitsOf(execution, ROOT);
  for (let nth = visits.length - 1; nth >= 0; nth--) {
    const visit = visits.at(nth);
    if (!visit || visit.entered < event) return;
    if (visit.iterations && stepOfVisit(execution, ROOT, visit)?.type === "foreach") yield visit.iterations;
  }
}

function* openCounts(state: ExecutionState): Generator<IterationCounts> {
  for (const frame of state.frames.values()) {
    const phase = openPhase(frame.phase);
    if (phase.is === "foreach" && !isInForeach(state, frame)) yield countsOf(phase);
  }
}
