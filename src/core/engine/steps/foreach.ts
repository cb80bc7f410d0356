import { evaluateSource } from "../../expr/mapping.ts";
import { type Step, type StepOf, type Tolerance, stepOf } from "../../fdl/flow.ts";
import { type Json, type JsonObject, isJsonObject } from "../../json.ts";
import { FOREACH_ITEMS_MAX } from "../../limits.ts";
import { assert } from "../../result.ts";
import { failStep, succeedStep } from "../conclude-step.ts";
import type { EvolveTable, StepBehaviour, Turn } from "../contract.ts";
import { materialize } from "../frame-changes.ts";
import { takeRoom } from "../open-memory.ts";
import { stepInput, stepScope } from "../scope.ts";
import type { ExecutionState, Frame } from "../state/execution-state.ts";
import { openStep } from "../state/navigation.ts";
import type { ForeachPhase, ForeachScope } from "../state/phase.ts";
import type { Packed, Values } from "../state/values.ts";
import { startedEvent } from "../state/waves.ts";
import { NEW_FAN, countStarted, enterNext, exitChild, failOwner, gather, isFilling } from "./children.ts";
import { useQueue } from "./task.ts";
import type { FactType } from "../state/fact.ts";
import { type Transitions, row } from "../state/transition.ts";
import { countItems } from "../tally.ts";

export const FOREACH_TRANSITIONS = {
  foreachStarted: [row(["ready"], ["foreach"])],
  iterationsEntered: [row(["foreach"], ["foreach"])],
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
    if (phase.succeeded + phase.failed < phase.count) refill(turn, frame, step, phase);
    else succeedStep(turn, frame, gather(turn, frame));
  },
  childEnded: exitChild,
  childFailed(turn, frame, child, failure) {
    const { failed, count } = phaseOf(frame);
    const { tolerance } = stepOf(openStep(turn.state, frame), "foreach");
    if (failed < toleratedFailures(tolerance, count)) {
      turn.emit({ type: "childTolerated", frame: child.address, ...failure });
    } else failOwner(turn, frame, child, failure);
  },
  childInput({ state, context }, frame, index) {
    const step = stepOf(openStep(state, frame), "foreach");
    const { input, items } = scopeOf(context.values, phaseOf(frame));
    return iterationInput(step, input, items, index);
  },
  defaultOutput: "empty",
  inputIs: "handedOn",
  retriedBy: "visit",
};

/** 18.4 percent of 375 are 69, whatever binary fractions make of it. */
const ROUNDING = 1e-9;

function toleratedFailures({ count, percentage }: Tolerance = { count: 0 }, items: number): number {
  return Math.min(
    count ?? items,
    percentage === undefined ? items : Math.floor((items * percentage) / 100 + ROUNDING),
  );
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
  turn.emit({ type: "foreachStarted", frame: frame.address, scope, count: items.length });
  refill(turn, frame, step, phaseOf(frame));
}

/** Fills the window when a quarter of it is free, so that one transport message carries many tasks. */
function refill(turn: Turn, frame: Frame, step: ForeachStep, phase: ForeachPhase): void {
  const { state, context } = turn;
  if (isFilling(phase)) {
    if (takeRoom(state, frame, 1) > 0) enterNext(turn, frame, phase.fillTo);
    return;
  }
  const from = phase.next;
  const free = step.concurrency - phase.running;
  if (from === phase.count || (phase.running > 0 && free < step.concurrency / 4)) {
    state.waitingForRoom.delete(frame.address.text);
    return;
  }
  const to = from + takeRoom(state, frame, Math.min(free, phase.count - from), step.concurrency);
  if (to === from) return;
  const first = state.flow.lists[step.body]?.steps[0];
  const wave = first && context.behaviours(first).waveDueAt?.(first, turn.now);
  if (wave) turn.emit({ type: "iterationsEntered", frame: frame.address, from, to, ...wave });
  else enterNext(turn, frame, to);
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

export function phaseOf(frame: Frame): ForeachPhase {
  assert(frame.phase.is === "foreach", `a foreach is open in frame "${frame.address.text}"`);
  return frame.phase;
}

/** What a foreach has of its own: its items, and iterations that are entered together. */
export const evolveForeach: EvolveTable<"foreachStarted" | "iterationsEntered" | "tasksSubmitted"> = {
  foreachStarted({ state }, { scope, count }, { frame: address }) {
    const frame = materialize(state, address);
    const { body } = stepOf(openStep(state, frame), "foreach");
    frame.phase = { is: "foreach", body, scope, count, ...NEW_FAN, waves: [] };
    countItems(state, frame.address, { total: count });
  },
  iterationsEntered({ state }, { from, to, dueAt }, { at, event, frame: address }) {
    const phase = phaseOf(materialize(state, address));
    const wave = { from, to, firstEvent: event, open: new Map<number, number>(), unsubmitted: to - from };
    for (let index = from; index < to; index++) wave.open.set(index, startedEvent(wave, index));
    phase.waves.push({ ...wave, since: at, ...(dueAt !== undefined && { dueAt }) });
    phase.fillTo = to;
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
};

function firstStep({ flow }: ExecutionState, phase: ForeachPhase): Step {
  const step = flow.lists[phase.body]?.steps[0];
  assert(step, "a list has a first step");
  return step;
}
