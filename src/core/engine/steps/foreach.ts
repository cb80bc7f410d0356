import { evaluateSource } from "../../expr/mapping.ts";
import { type Step, type StepOf, stepOf } from "../../fdl/flow.ts";
import { given } from "../../given.ts";
import { type Json, type JsonObject, isJsonObject } from "../../json.ts";
import { FOREACH_ITEMS_MAX } from "../../limits.ts";
import { assert } from "../../result.ts";
import { failStep, succeedStep } from "../conclude-step.ts";
import type { EvolveTable, StepBehaviour, Turn } from "../contract.ts";
import { materialize } from "../frame-changes.ts";
import { takeRoom } from "../open-memory.ts";
import { stepInput, stepScope } from "../scope.ts";
import type { ExecutionState, Frame } from "../state/execution-state.ts";
import { isRunning, openStep } from "../state/navigation.ts";
import type { ForeachPhase, ForeachScope } from "../state/phase.ts";
import { type Runs, countOf, toRuns } from "../state/runs.ts";
import { endOf, leftToBegin, nextIndex, nextRuns } from "../state/todo.ts";
import type { Packed, Values } from "../state/values.ts";
import { scheduledAgain, startedEvent } from "../state/waves.ts";
import { NEW_FAN, countStarted, enterNext, exitChild, failOwner, gather, isFilling } from "./children.ts";
import { holdTolerance, phaseOf, reopenFailed, toleratedFailures } from "./fan-changes.ts";
import { countInherited, takenOver } from "./inherited.ts";
import { useQueue } from "./task.ts";
import type { FactType } from "../state/fact.ts";
import { type Transitions, row } from "../state/transition.ts";
import { countItems } from "../tally.ts";

export const FOREACH_TRANSITIONS = {
  foreachStarted: [row(["ready"], ["foreach"])],
  iterationsEntered: [row(["foreach"], ["foreach"])],
  waveScheduled: [row(["foreach"], ["foreach"])],
  tasksSubmitted: [row(["foreach"], ["foreach"])],
} as const satisfies Partial<Transitions<FactType>>;

type ForeachStep = StepOf<"foreach">;

/** Runs its list once for each item, in waves (spec: FDL section 2.6). */
export const foreach: StepBehaviour<ForeachStep> = {
  enter(turn, frame, step) {
    const items = evaluateSource(step.collection, stepScope(turn, frame));
    if (!Array.isArray(items)) {
      const cause = "iterationMapping.collection did not find an array in the step's input";
      failStep(turn, frame, { error: "FnF.RuntimeError", cause });
    } else if (items.length > FOREACH_ITEMS_MAX) {
      turn.fail("FnF.DataLimitExceeded", `a foreach takes ${FOREACH_ITEMS_MAX} items, not ${items.length}`);
    } else if (items.length === 0) {
      succeedStep(turn, frame, []);
    } else {
      start(turn, frame, step, items);
    }
  },
  continueStep(turn, frame, step) {
    const phase = phaseOf(frame);
    scheduleAgain(turn, frame, phase);
    if (isRunning(turn.state)) holdTolerance(turn, frame, step);
    if (isRunning(turn.state) && frame.phase.is === "foreach") goOn(turn, frame, step, phase);
  },
  childEnded: exitChild,
  childFailed(turn, frame, child, failure) {
    const { error, cause } = failure;
    if (tolerates(frame, stepOf(openStep(turn.state, frame), "foreach"))) {
      turn.emit({ type: "childTolerated", frame: child.address, error, cause });
    } else failOwner(turn, frame, child, failure);
  },
  tolerates,
  childInput({ state, context }, frame, index) {
    const step = stepOf(openStep(state, frame), "foreach");
    const { input, items } = scopeOf(context.values, phaseOf(frame));
    return iterationInput(step, input, items, index);
  },
  defaultOutput: "empty",
  inputIs: "handedOn",
  retriedBy: "visit",
};

function tolerates(frame: Frame, step: ForeachStep): boolean {
  const phase = phaseOf(frame);
  return phase.failed < toleratedFailures(phase, step);
}

/** The step's input and the item, and its index where the step names a key for it. */
export function iterationInput(
  step: ForeachStep,
  input: JsonObject,
  items: readonly Json[],
  index: number,
): JsonObject {
  const added: [string, Json][] = [[step.item, items[index] ?? null]];
  if (step.index !== undefined) added.push([step.index, index]);
  return { ...input, ...Object.fromEntries(added) };
}

function start(turn: Turn, frame: Frame, step: ForeachStep, items: readonly Json[]): void {
  const scope = { input: stepInput(turn, frame), items };
  const path = frame.phase.is === "ready" ? frame.phase.inherits : undefined;
  if (path !== undefined && countInherited(turn, path) !== items.length) {
    const cause = `the collection is not as long as that of "${path}", whose results were to be taken over`;
    failStep(turn, frame, { error: "FnF.RuntimeError", cause });
    return;
  }
  const inherited = path === undefined ? {} : takenOver(turn, path);
  turn.emit({ type: "foreachStarted", frame: frame.address, scope, count: items.length, ...inherited });
  goOn(turn, frame, step, phaseOf(frame));
}

function goOn(turn: Turn, frame: Frame, step: ForeachStep, phase: ForeachPhase): void {
  const { succeeded, failed, skipped } = phase;
  if (succeeded + failed + (skipped?.count ?? 0) < phase.count) refill(turn, frame, step, phase);
  else succeedStep(turn, frame, gather(turn, frame));
}

/** Fills the window when a quarter of it is free, so that one transport message carries many tasks. */
function refill(turn: Turn, frame: Frame, step: ForeachStep, phase: ForeachPhase): void {
  const { state, context } = turn;
  const concurrency = phase.limits?.concurrency ?? step.concurrency;
  reopenFailed(turn, frame, phase, concurrency);
  if (!isRunning(state) || (phase.again && phase.again.length > 0)) return;
  const free = concurrency - phase.running;
  if (isFilling(phase)) {
    if (free <= 0) return;
    if (takeRoom(state, frame, 1) > 0) enterNext(turn, frame, phase.fillTo);
    return;
  }
  const from = nextIndex(phase);
  if (from === phase.count || free <= 0 || (phase.running > 0 && free < concurrency / 4)) {
    state.waitingForRoom.delete(frame.address.text);
    return;
  }
  const window = takeRoom(state, frame, Math.min(free, leftToBegin(phase)), concurrency);
  if (window === 0) return;
  const runs = nextRuns(phase, window);
  const first = state.flow.lists[step.body]?.steps[0];
  const wave = first && context.behaviours(first).waveDueAt?.(first, turn.now);
  if (wave) enterRuns(turn, frame, runs, wave);
  else enterNext(turn, frame, endOf(runs));
}

function enterRuns(turn: Turn, frame: Frame, runs: Runs, due: { readonly dueAt?: number }): void {
  for (const [from, count] of runs) {
    if (!isRunning(turn.state)) return;
    turn.emit({ type: "iterationsEntered", frame: frame.address, from, to: from + count, ...due });
  }
}

/** What waves still spoke for when the execution ended, if it goes on now. */
function scheduleAgain(turn: Turn, frame: Frame, { body, waves }: ForeachPhase): void {
  const { state, context, now } = turn;
  const first = state.flow.lists[body]?.steps[0];
  for (const wave of waves.filter(({ again }) => again)) {
    if (!first || !isRunning(state)) return;
    const due = context.behaviours(first).waveDueAt?.(first, now) ?? {};
    const { from, firstEvent, scheduled } = wave;
    const runs = toRuns([...wave.open.keys()]);
    const { attempt = 1 } = scheduled ?? {};
    const { redrivenEvent: after = 0 } = state.head;
    const again = { wave: from, firstEvent, attempt: attempt + 1, runs, after, ...due };
    turn.emit({ type: "waveScheduled", frame: frame.address, ...again });
  }
}

/** In full. The iterations of one foreach mostly follow each other: more than its scope an execution does not keep. */
function scopeOf(values: Values, { scope }: ForeachPhase): ForeachScope {
  const known = lastScopes.get(values);
  if (known?.packed === scope) return known.unpacked;
  const unpacked = unpackScope(values, scope);
  lastScopes.set(values, { packed: scope, unpacked });
  return unpacked;
}

const lastScopes = new WeakMap<Values, { readonly packed: Packed; readonly unpacked: ForeachScope }>();

/** `{input, items}`, as a foreach keeps them. */
export function unpackScope(values: Values, packed: Packed): ForeachScope {
  const { input = null, items } = values.unpack(packed);
  assert(isJsonObject(input) && Array.isArray(items), "a foreach keeps its input and items");
  return { input, items };
}

/** What a foreach has of its own: its items, and iterations that are entered together. */
export const evolveForeach: EvolveTable<
  "foreachStarted" | "iterationsEntered" | "tasksSubmitted" | "waveScheduled"
> = {
  foreachStarted({ state }, { scope, count, inherits, todo, resultSize = 0 }, { frame: address }) {
    const frame = materialize(state, address);
    const { body } = stepOf(openStep(state, frame), "foreach");
    const succeeded = todo ? count - countOf(todo) : 0;
    const inherited = { succeeded, resultSize, ...given({ inherits, todo }) };
    frame.phase = { is: "foreach", body, scope, count, ...NEW_FAN, ...inherited, waves: [] };
    countItems(state, frame.address, { total: count, succeeded });
  },
  iterationsEntered({ state }, { from, to, dueAt }, { at, event, frame: address }) {
    const phase = phaseOf(materialize(state, address));
    const wave = { from, to, firstEvent: event, open: new Map<number, number>(), unsubmitted: to - from };
    for (let index = from; index < to; index++) wave.open.set(index, startedEvent(wave, index));
    phase.waves.push({ ...wave, since: at, ...(dueAt !== undefined && { dueAt }) });
    phase.fillTo = to;
    phase.next = to;
    if (dueAt !== undefined) {
      state.timers.add({ at: dueAt, kind: "wave", frame: address.text, wave: event });
    }
    useQueue(state, firstStep(state, phase));
    countStarted(state, phase, to - from);
  },
  tasksSubmitted({ state }, { firstEvent, runs }, { event, frame: address }) {
    const wave = phaseOf(materialize(state, address)).waves.find((one) => one.firstEvent === firstEvent);
    let next = event;
    for (const [from, length] of runs) {
      for (let index = from; index < from + length; index++) wave?.open.set(index, next++);
    }
    if (wave) wave.unsubmitted -= next - event;
  },
  waveScheduled({ state }, fact, moment) {
    const phase = phaseOf(materialize(state, moment.frame));
    phase.waves = phase.waves.map((wave) => {
      if (wave.firstEvent !== fact.firstEvent) return wave;
      const { dueAt } = fact;
      if (dueAt !== undefined)
        state.timers.add({ at: dueAt, kind: "wave", frame: fact.frame, wave: wave.firstEvent });
      return scheduledAgain(wave, fact, moment);
    });
    useQueue(state, firstStep(state, phase));
  },
};

function firstStep({ flow }: ExecutionState, phase: ForeachPhase): Step {
  const step = flow.lists[phase.body]?.steps[0];
  assert(step, "a list has a first step");
  return step;
}
