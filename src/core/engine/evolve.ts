import { parkedRow } from "../durable/effects.ts";
import type { Flow } from "../fdl/flow.ts";
import { given } from "../given.ts";
import type { EvolveTable, Execution } from "./contract.ts";
import { becomeRunnable, closeStep, countRetry, materialize, openFrame } from "./frame-changes.ts";
import { redrive } from "./redriven.ts";
import { ROOT } from "./state/addresses.ts";
import type { ExecutionEffect } from "./state/effect.ts";
import type { ExecutionState, ExecutionStatus, Frame } from "./state/execution-state.ts";
import type { FactOf, FactType } from "./state/fact.ts";
import { listOf, localOf, openStep, packedLocalOf, positionOf } from "./state/navigation.ts";
import type { KeptVisit } from "./state/phase.ts";
import { type Transitions, row } from "./state/transition.ts";
import { noteFailure } from "./tally.ts";
import { EMPTY } from "./state/values.ts";

export const GENERAL_TRANSITIONS = {
  stepEntered: [row(["ready"], ["ready"])],
  stepSucceeded: [row(["ready", "settled", "foreach", "parallel"], ["ready"])],
  // Caught; visited again after a pause; or told to the owner of the list.
  stepFailed: [row(["ready", "settled"], ["ready", "retry", "failed"])],
} as const satisfies Partial<Transitions<FactType>>;

/** What the facts of every step, and of the execution as a whole, do to the memory. Total: no rules, no clock. */
export const evolveGeneral: EvolveTable<
  | "executionStarted"
  | "stepEntered"
  | "stepSucceeded"
  | "stepFailed"
  | "executionSucceeded"
  | "executionFailed"
  | "executionStopped"
  | "executionTimedOut"
  | "tasksLate"
  | "parentJoined"
  | "executionRedriven"
  | "effectDone"
  | "effectParked"
  | "effectsRetried"
> = {
  executionStarted({ state }, { begin }, { event }) {
    openFrame(state, ROOT, 0, event);
    if (begin) Object.assign(materialize(state, ROOT), beginningOf(state.flow, begin));
    state.timers.add({ at: state.head.deadlineAt, kind: "execution", frame: "" });
  },
  stepEntered({ state }, { position }, { event, frame: address }) {
    const frame = materialize(state, address);
    frame.position = position;
    frame.entered = event;
    frame.last = event + 1;
    frame.attempt = 0;
    if (frame.phase.is !== "ready" || !frame.phase.revisit) frame.retries = [];
  },
  stepSucceeded(execution, fact, { event, frame: address }) {
    const { state } = execution;
    const frame = materialize(state, address);
    const { end: endsList } = openStep(state, frame);
    const { length } = listOf(state, frame).steps;
    closeStep(state, frame, "Succeeded", event + 1);
    addToLocal(execution, frame, fact);
    if (fact.goto !== undefined && fact.goto <= frame.position) frame.round++;
    frame.position = fact.goto ?? (endsList ? length : frame.position + 1);
    becomeRunnable(state, frame, { is: "ready" });
  },
  stepFailed(execution, { error, cause, caught, again, fatal }, { event, frame: address }) {
    const { state } = execution;
    const frame = materialize(state, address);
    noteFailure(state, frame, caught ? "caught" : again ? "again" : "up");
    const kept = fatal && keptVisit(frame, event);
    if (kept) {
      frame.last = event;
      becomeRunnable(state, frame, { is: "failed", error, cause, fatal, kept });
      return;
    }
    const timedOut = frame.phase.is === "settled" && frame.phase.timedOut;
    closeStep(state, frame, timedOut ? "TimedOut" : "Failed", caught || again ? event + 1 : event);
    if (again) {
      frame.round++;
      countRetry(frame, again.policy);
      frame.phase = { is: "retry", at: again.at, timedOut: false, revisit: true };
      state.timers.add({ at: again.at, kind: "retry", frame: address.text });
      return;
    }
    if (!caught) {
      becomeRunnable(state, frame, { is: "failed", error, cause, ...(fatal && { fatal }) });
      return;
    }
    addToLocal(execution, frame, caught);
    if (caught.goto <= frame.position) frame.round++;
    frame.position = caught.goto;
    becomeRunnable(state, frame, { is: "ready" });
  },
  executionSucceeded({ state }, { output }, { at, event }) {
    state.head.output = output;
    end(state, "Succeeded", at, event);
  },
  executionFailed({ state }, { error, cause }, { at, event }) {
    Object.assign(state.head, { error, cause });
    // A limit was broken: no step's failure led to it.
    if (state.frames.get(ROOT.text)?.phase.is !== "failed") delete state.head.failedStep;
    end(state, "Failed", at, event);
  },
  executionStopped({ state }, { error, cause }, { at, event }) {
    Object.assign(state.head, { error, cause });
    end(state, "Stopped", at, event);
  },
  executionTimedOut({ state }, _, { at, event }) {
    state.head.error = "FnF.Timeout";
    end(state, "TimedOut", at, event);
  },
  tasksLate() {
    // It only has an effect.
  },
  parentJoined({ state }, { parent, takesOver }) {
    state.head.parents.push(parent);
    if (takesOver) state.head.startedFor = parent;
  },
  executionRedriven(execution, fact, moment) {
    redrive(execution, fact, moment);
  },
  effectDone({ state }, { id }) {
    forgetEffect(state, id);
  },
  effectParked({ state }, { id, tries, reason }, { at }) {
    const effect = state.effects.get(id);
    if (effect) state.parked.set(id, parkedRow({ effect, tries, reason }, state.parked.get(id), at));
  },
  effectsRetried({ state }, { ids }) {
    for (const id of ids) state.parked.delete(id);
  },
};

/** What goes on if the execution does: attempts of a task, lists inside a control step. Other steps are visited anew. */
function keptVisit({ phase, attempt }: Frame, event: number): KeptVisit | undefined {
  if (phase.is !== "settled" || (attempt === 0 && !phase.was)) return undefined;
  return { event, ...given({ timedOut: phase.timedOut, was: phase.was, child: phase.child }) };
}

/** What the flow's own list is like before the step that an execution begins with. */
function beginningOf(
  { lists }: Flow,
  { step, local }: NonNullable<FactOf<"executionStarted">["begin"]>,
): Pick<Frame, "position" | "localText"> {
  return { position: positionOf(lists[0], step), localText: JSON.stringify(local) };
}

function forgetEffect({ effects, parked }: ExecutionState, id: string): void {
  effects.delete(id);
  parked.delete(id);
}

/** Open frames stay as they were: they tell where the execution was when it ended. */
function end(state: ExecutionState, status: ExecutionStatus, at: number, event: number): void {
  state.head.status = status;
  state.head.endedAt = at;
  delete state.head.paused;
  state.runnable.length = 0;
  state.waitingForRoom.clear();
  state.timers.clear();
  for (const effect of state.effects.values())
    if (!outlivesEnd(state, effect)) forgetEffect(state, effect.id);
  const frame = state.frames.get(ROOT.text);
  if (frame) frame.last = event;
}

/**
 * Children that were abandoned before still run, and messages may lie in queues that inputs chose, of which the end itself
 * knows only those of open steps. All else has no purpose any more.
 */
function outlivesEnd({ head }: ExecutionState, effect: ExecutionEffect): boolean {
  return effect.kind === "stopChild" || (effect.kind === "withdraw" && !head.queues.includes(effect.queue));
}

/** The list's local variable takes the output in. Facts of before `local` was written have it stored by whoever replays. */
function addToLocal(
  { context }: Execution,
  frame: Frame,
  { output, local }: Pick<FactOf<"stepSucceeded">, "output" | "local">,
): void {
  if (output === EMPTY || Object.keys(output).length === 0) return;
  const { values } = context;
  const before = localOf({ context }, frame);
  const merged = () => ({ ...before, ...values.unpack(output) });
  const packed = local ?? values.merge(packedLocalOf(frame), output, merged);
  frame.localText = JSON.stringify(packed);
  if (packed.base !== undefined) values.keepWhole(frame.localText, merged());
}
