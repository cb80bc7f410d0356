import type { StepOf, Tolerance } from "../../fdl/flow.ts";
import { given } from "../../given.ts";
import { assert } from "../../result.ts";
import { isHandled } from "../conclude-step.ts";
import type { EvolveTable, Execution, Turn } from "../contract.ts";
import { becomeRunnable, materialize, openFrame, recharge } from "../frame-changes.ts";
import { takeRoom } from "../open-memory.ts";
import { type FrameAddress, type StepAddress, childAddress } from "../state/addresses.ts";
import type { IterationResult, Visit } from "../state/closed.ts";
import type { ExecutionState, Frame } from "../state/execution-state.ts";
import type { ChildReopened } from "../state/fan-facts.ts";
import type { FactType } from "../state/fact.ts";
import {
  addressOf,
  keptResultsOf,
  openPhase,
  openStep,
  resultsOf,
  stepOfVisit,
} from "../state/navigation.ts";
import { type ForeachPhase, iterationsOf } from "../state/phase.ts";
import {
  NO_RUNS,
  type Runs,
  countOf,
  inRuns,
  indexesOf,
  joinRuns,
  splitRuns,
  toRuns,
  withoutRuns,
} from "../state/runs.ts";
import { leftToBegin, nextRuns } from "../state/todo.ts";
import { type Transitions, row } from "../state/transition.ts";
import { countItems, noteFailedFan } from "../tally.ts";
import { closeChild, dropChildren, joinLeft, leftBehindBy } from "./children.ts";

/** What somebody changes of a foreach while it is open: its limits, items that are left out, failures that are tried again. */

export const FAN_CHANGE_TRANSITIONS = {
  fanAdjusted: [row(["foreach"], ["foreach"])],
  fanFailed: [row(["foreach"], ["settled"])],
  itemsSkipped: [row(["foreach"], ["foreach"])],
  itemsRetried: [row(["foreach"], ["foreach"])],
  childReopened: [row(["foreach"], ["foreach"])],
} as const satisfies Partial<Transitions<FactType>>;

/** So many failures are reopened by one look at their foreach. */
const REOPENED_AT_ONCE = 256;
/** Closed iterations that are read together. */
const READ_AT_ONCE = 4096;

export function phaseOf(frame: Frame): ForeachPhase {
  const phase = openPhase(frame.phase);
  assert(phase.is === "foreach", `a foreach is open in frame "${frame.address.text}"`);
  return phase;
}

/** 18.4 percent of 375 are 69, whatever binary fractions make of it. */
const ROUNDING = 1e-9;

/** How many of its items may fail. */
export function toleratedFailures({ limits, count }: ForeachPhase, step: StepOf<"foreach">): number {
  const { count: most, percentage }: Tolerance = limits?.tolerance ?? step.tolerance ?? { count: 0 };
  return Math.min(
    most ?? count,
    percentage === undefined ? count : Math.floor((count * percentage) / 100 + ROUNDING),
  );
}

/** Fails a foreach of which more has failed than is tolerated by now; one that goes on after that begins with those. */
export function holdTolerance(turn: Turn, frame: Frame, step: StepOf<"foreach">): void {
  const phase = phaseOf(frame);
  if (phase.exceeded) {
    const runs = failedRuns(turn, addressOf(turn.state, frame), phase);
    turn.emit({ type: "itemsRetried", frame: frame.address, runs });
  } else if (phase.limits?.tolerance && phase.failed > toleratedFailures(phase, step)) {
    const failure = phase.lastFailure ?? { error: "FnF.RuntimeError", cause: MORE_FAILED };
    const fatal = isHandled(turn, frame, failure.error) ? {} : ({ fatal: true } as const);
    turn.emit({ type: "fanFailed", frame: frame.address, ...failure, ...fatal });
  }
}

const MORE_FAILED = "more items have failed than are tolerated now";

/** Failures that are tried again, as far as there is room for them. */
export function reopenFailed(turn: Turn, frame: Frame, phase: ForeachPhase, concurrency: number): void {
  const { again = NO_RUNS, running } = phase;
  const waiting = countOf(again);
  const free = concurrency - running;
  if (waiting === 0 || free <= 0 || (running > 0 && free < Math.min(waiting, concurrency / 4))) return;
  const most = takeRoom(turn.state, frame, Math.min(waiting, free, REOPENED_AT_ONCE));
  const address = addressOf(turn.state, frame);
  // The last one in is the first to go on: so they go on in their order.
  for (const { index, status: _, ...closed } of closedIn(
    turn,
    address,
    splitRuns(again, most)[0],
  ).toReversed()) {
    const position = failedPosition(turn, phase, childAddress(address, index), closed.visits.at(-1));
    turn.emit({ type: "childReopened", frame: frame.address, index, ...given({ position }), closed });
  }
}

/** Where the step stands now that an iteration failed with, maybe under another version. */
function failedPosition(
  execution: Execution,
  { body }: ForeachPhase,
  iteration: FrameAddress,
  visit: Visit | undefined,
): number | undefined {
  const name = visit && stepOfVisit(execution, iteration, visit)?.name;
  const position = execution.state.flow.lists[body]?.steps.findIndex((step) => step.name === name) ?? -1;
  return position < 0 ? undefined : position;
}

/** What was kept of iterations, in their order. */
function closedIn(execution: Execution, address: StepAddress, runs: Runs): IterationResult[] {
  return stretchesOf(runs)
    .flatMap(([from, to]) => keptResultsOf(execution, address, from, to))
    .filter(({ index }) => inRuns(runs, index))
    .toSorted((a, b) => a.index - b.index);
}

/** Stretches that hold all of these, from one index to before another, no longer than what is read together. */
function stretchesOf(runs: Runs): readonly (readonly [from: number, to: number])[] {
  const stretches: [from: number, to: number][] = [];
  for (const [first, count] of runs)
    for (let from = first; from < first + count; from += READ_AT_ONCE) {
      const to = Math.min(first + count, from + READ_AT_ONCE);
      const last = stretches.at(-1);
      if (last && to - last[0] <= READ_AT_ONCE) last[1] = to;
      else stretches.push([from, to]);
    }
  return stretches;
}

/** Iterations whose failures were tolerated, all or some of these. */
export function failedRuns(
  execution: Execution,
  address: StepAddress,
  { next }: Pick<ForeachPhase, "next">,
  among: Runs = [[0, next]],
): Runs {
  const found = stretchesOf(among).flatMap(([from, to]) =>
    resultsOf(execution, address, from, to)
      .filter(({ index, status }) => status === "Failed" && inRuns(among, index))
      .map(({ index }) => index),
  );
  return toRuns(found);
}

export const evolveFanChanges: EvolveTable<
  "fanAdjusted" | "fanFailed" | "itemsSkipped" | "itemsRetried" | "childReopened"
> = {
  fanAdjusted({ state }, { concurrency, tolerance, by }, { at, frame: address }) {
    const phase = phaseOf(materialize(state, address));
    phase.limits = { ...phase.limits, ...given({ concurrency, tolerance, by }), at };
    state.runnable.push(address.text);
  },
  fanFailed({ state }, { error, cause, fatal }, { frame: address }) {
    const frame = materialize(state, address);
    const phase = phaseOf(frame);
    const result = { error, cause };
    noteFailedFan(state, frame);
    if (fatal) {
      becomeRunnable(state, frame, { is: "settled", result, was: { ...phase, exceeded: true } });
      return undefined;
    }
    const left = dropChildren(state, frame);
    becomeRunnable(state, frame, { is: "settled", result, ...iterationsOf(phase) });
    return left;
  },
  itemsSkipped({ state }, { runs, stopped = NO_RUNS, calledOff = NO_RUNS }, { at, event, frame: address }) {
    const frame = materialize(state, address);
    const phase = phaseOf(frame);
    const left = stopIterations(state, frame, stopped, event);
    const count = countOf(runs) + countOf(stopped);
    const { skipped: before = { count: 0, runs: NO_RUNS } } = phase;
    phase.skipped = { count: before.count + count, runs: joinRuns(before.runs, runs), at };
    phase.todo = withoutRuns(nextRuns(phase, leftToBegin(phase)), runs);
    const failed = countOf(calledOff);
    if (phase.again) phase.again = withoutRuns(phase.again, calledOff);
    phase.failed += failed;
    countItems(state, address, { skipped: count, failed });
    state.runnable.push(address.text);
    return joinLeft(left);
  },
  itemsRetried({ state }, { runs }, { frame: address }) {
    const phase = phaseOf(materialize(state, address));
    const failed = countOf(runs);
    phase.again = joinRuns(phase.again ?? NO_RUNS, runs);
    phase.failed -= failed;
    delete phase.exceeded;
    countItems(state, address, { failed: -failed });
    state.runnable.push(address.text);
  },
  childReopened({ state }, fact, { frame: address }) {
    const owner = materialize(state, address);
    const phase = phaseOf(owner);
    phase.again = withoutRuns(phase.again ?? NO_RUNS, [[fact.index, 1]]);
    phase.running++;
    state.head.openIterations++;
    state.runnable.push(address.text);
    reopenChild(state, owner, phase.body, fact);
  },
};

/** They end as if their failure was tolerated, and none of them counts as failed. */
function stopIterations(state: ExecutionState, owner: Frame, stopped: Runs, event: number) {
  const address = addressOf(state, owner);
  const phase = phaseOf(owner);
  return Array.from(indexesOf(stopped), (index, nth) => {
    const child = materialize(state, childAddress(address, index));
    const left = leftBehindBy(state, child);
    closeChild(state, child, "Skipped", event + nth);
    phase.running--;
    state.head.openIterations--;
    owner.last = event + nth;
    return left;
  });
}

/** Its last visit is taken back, if that was of a task; else the step is visited anew. */
function reopenChild(
  state: ExecutionState,
  owner: Frame,
  body: number,
  { index, position, closed }: ChildReopened,
): void {
  const { visits, storedVisits, local, entered: began, ended: last } = closed;
  const address = childAddress(addressOf(state, owner), index);
  openFrame(state, address, body, began);
  const frame = materialize(state, address);
  Object.assign(frame, { localText: JSON.stringify(local), storedVisits, last });
  const visit = visits.at(-1);
  assert(visit, "an iteration fails with its last step");
  const { round, entered, attempts: attempt } = visit;
  Object.assign(frame, { position: position ?? 0, round, entered });
  const isTask = position !== undefined && openStep(state, frame).type === "task";
  frame.visits = isTask ? visits.slice(0, -1) : [...visits];
  if (isTask) Object.assign(frame, { attempt, phase: { is: "again" } });
  else frame.round++;
  recharge(state, address);
}
