import { given } from "../given.ts";
import type { Execution, LeftBehind } from "./contract.ts";
import type { FrameAddress } from "./state/addresses.ts";
import type { ExecutionEffect, Withdraw } from "./state/effect.ts";
import type { ExecutionState } from "./state/execution-state.ts";
import type { AwaitedChild, Fact, FactOf, FactType } from "./state/fact.ts";
import { addressOf, awaitedChildren, chosenQueues, isRunning, openStep } from "./state/navigation.ts";
import { queueOf, taskStep } from "./steps/task.ts";

type EffectBase = Pick<ExecutionEffect, "id" | "since">;

/** What is known besides the fact: the state after it, its frame, and what it left behind. */
interface Outcome {
  readonly state: ExecutionState;
  readonly frame: FrameAddress;
  readonly left: LeftBehind;
  readonly base: EffectBase;
}

/** Stands where a task's input chose no queue: the task is refused when its message is built. */
const NO_QUEUE = "";

type React<F extends Fact> = (outcome: Outcome, fact: F) => readonly ExecutionEffect[];

/** What must be done outside because of a fact. Asked after the fact took effect; it changes nothing itself. */
const REACTIONS: { readonly [T in FactType]?: React<FactOf<T>> } = {
  taskScheduled: ({ state, base }, { frame: path, attempt }) => {
    const frame = state.frames.get(path);
    if (!frame) return [];
    const { resource } = taskStep(openStep(state, frame));
    const call = { ...base, frame: path, entered: frame.entered, attempt };
    if (resource.kind !== "queue") return [{ ...call, kind: "callTask" }];
    return [{ ...call, kind: "sendTasks", queue: queueOf(state, frame) ?? NO_QUEUE }];
  },
  iterationsEntered: ({ state, base }, { frame: path }) => {
    const phase = state.frames.get(path)?.phase;
    if (phase?.is !== "foreach") return [];
    const wave = phase.waves.at(-1)?.firstEvent;
    const { resource } = taskStep(state.flow.lists[phase.body]?.steps[0]);
    if (resource.kind !== "queue" || typeof resource.queue !== "string" || wave === undefined) return [];
    return [{ ...base, kind: "sendTasks", queue: resource.queue, frame: path, wave, attempt: 1 }];
  },
  waveScheduled: ({ state, base }, { frame: path, firstEvent: wave, attempt }) => {
    const phase = state.frames.get(path)?.phase;
    if (phase?.is !== "foreach") return [];
    const { resource } = taskStep(state.flow.lists[phase.body]?.steps[0]);
    if (resource.kind !== "queue" || typeof resource.queue !== "string") return [];
    return [{ ...base, kind: "sendTasks", queue: resource.queue, frame: path, wave, attempt }];
  },
  whereaboutsAsked: ({ state, base }, { frame: path }) => {
    const frame = state.frames.get(path);
    const queue = frame && queueOf(state, frame);
    if (!frame || queue === undefined) return [];
    const { entered, attempt } = frame;
    return [{ ...base, kind: "locate", queue, frame: path, entered, attempt }];
  },
  tasksLate: ({ base }, { queue, tasks }) =>
    tasks.map((task, nth) => ({ ...withdrawFrom(queue, base, { task }), id: `${base.id}.${nth}` })),
  taskSucceeded: stopLeftBehind,
  taskSubmitFailed: stopLeftBehind,
  taskFailed: (outcome) => [...withdrawAttempt(outcome), ...stopLeftBehind(outcome)],
  taskTimedOut: (outcome) => [...withdrawAttempt(outcome), ...stopLeftBehind(outcome)],
  childFailed: (outcome) => {
    const { state, frame, left, base } = outcome;
    const inside = `${frame.owner?.text}[`;
    return [
      ...queuesOf(state, left.queues).map((queue) => withdrawFrom(queue, base, { inside })),
      ...stopLeftBehind(outcome),
    ];
  },
  fanFailed: (outcome) => {
    const { state, frame, left, base } = outcome;
    const owner = state.frames.get(frame.text);
    const inside = owner && `${addressOf(state, owner).text}[`;
    return [
      ...queuesOf(state, left.queues).map((queue) => withdrawFrom(queue, base, given({ inside }))),
      ...stopLeftBehind(outcome),
    ];
  },
  itemsSkipped: (outcome, { stopped: items }) => {
    const { state, frame, left, base } = outcome;
    const owner = state.frames.get(frame.text);
    if (!owner || !items) return [];
    const inside = `${addressOf(state, owner).text}[`;
    return [
      ...queuesOf(state, left.queues).map((queue) => withdrawFrom(queue, base, { inside, items })),
      ...stopLeftBehind(outcome),
    ];
  },
  executionSucceeded: reportEnd,
  executionFailed: reportEnd,
  executionStopped: reportEnd,
  executionTimedOut: reportEnd,
  executionPaused: reportPaused,
  executionResumed: reportPaused,
  effectsRetried: ({ state, base }, { ids }) =>
    ids.flatMap((id) => state.effects.get(id) ?? []).map((effect) => ({ ...effect, since: base.since })),
  parentJoined: ({ state, base }, { parent }) =>
    isRunning(state) ? [] : [{ ...base, kind: "reportParent", parent }],
};

/** The message of an attempt that is over may still lie in its queue. */
function withdrawAttempt({ state, frame: { text }, left, base }: Outcome): ExecutionEffect[] {
  const frame = state.frames.get(text);
  if (!frame) return [];
  const task = { path: addressOf(state, frame).text, attempt: frame.attempt };
  const queue = queueOf(state, frame);
  const queues = queue === undefined ? left.queues : [queue];
  return queues.map((one) => withdrawFrom(one, base, { task }));
}

/** Where messages of the execution may lie: of the queues that inputs chose, those that are told. */
function queuesOf({ head }: ExecutionState, chosen: Iterable<string>): string[] {
  return [...new Set([...head.queues, ...chosen])];
}

function withdrawFrom(
  queue: string,
  base: EffectBase,
  what: Pick<Withdraw, "task" | "inside" | "items">,
): Withdraw {
  return { ...base, id: `${base.id}.${queue}`, kind: "withdraw", queue, ...what };
}

function stopLeftBehind({ left, base }: Outcome): ExecutionEffect[] {
  return stopAll(left.children, base);
}

function stopAll(children: readonly AwaitedChild[], base: EffectBase): ExecutionEffect[] {
  return children.map((child, nth) => ({
    ...base,
    id: `${base.id}.child${nth}`,
    kind: "stopChild",
    ...child,
  }));
}

function reportPaused({ state: { head }, base }: Outcome): ExecutionEffect[] {
  const { paused } = head;
  return [{ ...base, kind: "reportPaused", fact: head.nextFact, ...(paused && { paused }) }];
}

function reportEnd({ state, base }: Outcome): ExecutionEffect[] {
  const { parents } = state.head;
  const frames = [...state.frames.values()];
  const children = frames.flatMap((frame) => awaitedChildren(state, frame));
  const queues = queuesOf(state, frames.flatMap(chosenQueues));
  return [
    { ...base, kind: "reportEnd" },
    ...parents.map(
      (parent, nth) => ({ ...base, id: `${base.id}.parent${nth}`, kind: "reportParent", parent }) as const,
    ),
    ...queues.map((queue) => withdrawFrom(queue, base, {})),
    ...stopAll(children, base),
  ];
}

/** The effects of a fact that has just changed the state. */
export function react<T extends FactType>(
  { state }: Pick<Execution, "state">,
  fact: FactOf<T>,
  what: Omit<Outcome, "state">,
): readonly ExecutionEffect[] {
  return REACTIONS[fact.type]?.({ state, ...what }, fact) ?? [];
}
