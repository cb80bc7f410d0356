import { evaluateSource } from "../../expr/mapping.ts";
import { wholeNumber } from "../../fdl/constants.ts";
import { chooseQueue } from "../../fdl/queue-choice.ts";
import { type Step, type StepOf, stepOf } from "../../fdl/flow.ts";
import { given } from "../../given.ts";
import { TAKEN_SECONDS_MAX } from "../../limits.ts";
import { childName } from "../../names.ts";
import { assert } from "../../result.ts";
import { SECOND_MS } from "../../time.ts";
import {
  type EvolveTable,
  type Execution,
  type LeftBehind,
  NO_CHILDREN,
  type StepBehaviour,
} from "../contract.ts";
import { becomeRunnable, countRetry, materialize } from "../frame-changes.ts";
import { stepScope } from "../scope.ts";
import type { ExecutionState, Frame } from "../state/execution-state.ts";
import type { ChildExecution, FactType, LogMark } from "../state/fact.ts";
import { addressOf, awaitedChildren, chosenQueues, openStep } from "../state/navigation.ts";
import type { SettledPhase, TaskPhase } from "../state/phase.ts";
import { type Transitions, row } from "../state/transition.ts";

export const TASK_TRANSITIONS = {
  taskScheduled: [row(["ready", "retry", "again"], ["task"])],
  taskSubmitted: [row(["task"], ["task"])],
  taskHeartbeat: [row(["task"], ["task"])],
  whereaboutsAsked: [row(["task"], ["task"])],
  taskLocated: [row(["task"], ["task"])],
  taskSubmitFailed: [row(["task"], ["settled"])],
  taskSucceeded: [row(["task"], ["settled"])],
  taskFailed: [row(["task"], ["settled"])],
  taskTimedOut: [row(["task"], ["settled"])],
  retryPlanned: [row(["settled"], ["retry"])],
} as const satisfies Partial<Transitions<FactType>>;

/** Hands work outside and waits for the answer (spec: FDL sections 2.1 and 5.1). */
export const task: StepBehaviour<StepOf<"task">> = {
  ...NO_CHILDREN,
  enter: (turn, frame) => turn.emit(scheduleAttempt(turn, frame, turn.now)),
  // Queues take many tasks together, as long as all that is known of each is known of all.
  waveDueAt: (step, now) => (isAlike(step) ? dueAt(step, now) : undefined),
  context: (token) => ({ task: { token } }),
  inputIs: "sent",
  retriedBy: "attempt",
};

function isAlike({ resource, heartbeatSeconds, serviceParams }: StepOf<"task">): boolean {
  return (
    resource.kind === "queue" &&
    typeof resource.queue === "string" &&
    heartbeatSeconds === undefined &&
    serviceParams.TakenWithinSeconds === undefined
  );
}

/** The fact that hands the next attempt of the open step outside. */
export function scheduleAttempt(execution: Execution, frame: Frame, now: number) {
  const step = taskStep(openStep(execution.state, frame));
  const attempt = frame.attempt + 1;
  const child = childOf(execution, frame, step, attempt);
  const kept = frame.phase.is === "again" && frame.phase.child?.flow === child?.flow && frame.phase.child;
  const chosen = choiceOf(execution, frame, step);
  return {
    type: "taskScheduled",
    frame: frame.address,
    attempt,
    ...dueAt(step, now),
    ...(step.heartbeatSeconds !== undefined && { heartbeatDueAt: now + step.heartbeatSeconds * SECOND_MS }),
    ...takenDueAt(execution, frame, step, now),
    ...(child && { child: kept ? { ...kept, again: true as const } : child }),
    ...(chosen?.ok && { queue: chosen.queue }),
  } as const;
}

/**
 * The queue that the step's input chooses, or why it chooses none; undefined where there is nothing to choose. Attempts
 * for which there is none are refused when their messages are built (tasks.ts).
 */
export function choiceOf(execution: Execution, frame: Frame, { resource }: StepOf<"task">) {
  if (resource.kind !== "queue" || typeof resource.queue === "string") return undefined;
  return chooseQueue(resource.queue, stepScope(execution, frame));
}

/** The queue that has, or gets, the message of an open attempt; undefined when no queue does. */
export function queueOf(state: ExecutionState, frame: Frame): string | undefined {
  const { resource } = taskStep(openStep(state, frame));
  if (resource.kind !== "queue") return undefined;
  if (typeof resource.queue === "string") return resource.queue;
  return frame.phase.is === "task" ? frame.phase.queue : undefined;
}

/** What cannot be a number of seconds is refused with the message (tasks.ts). */
function takenDueAt(execution: Execution, frame: Frame, { serviceParams }: StepOf<"task">, now: number) {
  const { TakenWithinSeconds: source } = serviceParams;
  if (!source) return {};
  const seconds = wholeNumber(evaluateSource(source, stepScope(execution, frame)), 1, TAKEN_SECONDS_MAX);
  return seconds === undefined ? {} : { takenDueAt: now + seconds * SECOND_MS };
}

/** The execution that an attempt will wait for. Its name is known before it is started, so it can always be found. */
function childOf(
  execution: Execution,
  frame: Frame,
  step: StepOf<"task">,
  attempt: number,
): ChildExecution | undefined {
  const { state } = execution;
  const { resource, pattern, serviceParams } = step;
  if (resource.kind !== "flow" || pattern !== "sync") return undefined;
  const scope = stepScope(execution, frame);
  const param = (key: string) => serviceParams[key] && evaluateSource(serviceParams[key], scope);
  const [flow, asked] = [resource.flow ?? param("FlowName"), param("ExecutionName")];
  if (typeof flow !== "string") return undefined;
  const own = childName(state.head.id, addressOf(state, frame).text, attempt);
  return { flow, name: typeof asked === "string" ? asked : own };
}

export function taskStep(step: Step | undefined): StepOf<"task"> {
  return stepOf(step, "task");
}

function dueAt({ timeoutSeconds }: StepOf<"task">, now: number): { dueAt?: number } {
  return timeoutSeconds === undefined ? {} : { dueAt: now + timeoutSeconds * SECOND_MS };
}

/** Remembers where messages of the execution may lie. Queues that inputs choose could be many: open steps know them. */
export function useQueue({ head }: ExecutionState, step: Step): void {
  const { resource } = taskStep(step);
  if (resource.kind !== "queue" || typeof resource.queue !== "string") return;
  if (!head.queues.includes(resource.queue)) head.queues = [...head.queues, resource.queue];
}

/** The facts of one attempt: scheduled, submitted, then one of succeeded, failed, timed out; or a retry. */
export const evolveTask: EvolveTable<
  | "taskScheduled"
  | "taskSubmitted"
  | "taskSubmitFailed"
  | "taskSucceeded"
  | "taskFailed"
  | "taskTimedOut"
  | "taskHeartbeat"
  | "whereaboutsAsked"
  | "taskLocated"
  | "retryPlanned"
> = {
  taskScheduled(
    { state },
    { attempt, dueAt: due, heartbeatDueAt, takenDueAt: takenBy, child, queue },
    { at, event, frame: address },
  ) {
    const frame = materialize(state, address);
    frame.attempt = attempt;
    frame.last = event + 1;
    frame.phase = {
      is: "task",
      submitted: false,
      since: at,
      ...(due !== undefined && { dueAt: due }),
      ...(heartbeatDueAt !== undefined && { heartbeatDueAt }),
      ...(takenBy !== undefined && { takenDueAt: takenBy }),
      ...(child && { child }),
      ...(queue !== undefined && { queue }),
    };
    useQueue(state, openStep(state, frame));
    const { text } = address;
    if (due !== undefined) state.timers.add({ at: due, kind: "attempt", frame: text });
    addQuestions(state, text, frame.phase);
  },
  taskHeartbeat({ state }, { dueAt: nextAt, progress }, { at, frame: address }) {
    const { phase } = materialize(state, address);
    assert(phase.is === "task", "an open attempt is alive");
    if (nextAt !== undefined) {
      phase.heartbeatDueAt = nextAt;
      phase.seen = true;
      if (phase.asked) goOnAsking(state, address.text, phase);
    }
    if (progress !== undefined) phase.progress = { value: progress, at };
  },
  whereaboutsAsked({ state }, _, { frame: address }) {
    const { phase } = materialize(state, address);
    assert(phase.is === "task", "an open attempt is asked for");
    phase.asked = true;
  },
  taskLocated({ state }, { heartbeatDueAt, pauseMs, taken }, { frame: address }) {
    const { phase } = materialize(state, address);
    assert(phase.is === "task", "an open attempt was asked for");
    if (heartbeatDueAt !== undefined) phase.heartbeatDueAt = heartbeatDueAt;
    if (pauseMs !== undefined) phase.pauseMs = pauseMs;
    if (taken) delete phase.takenDueAt;
    goOnAsking(state, address.text, phase);
  },
  taskSubmitted({ state }, _, { event, frame: address }) {
    const frame = materialize(state, address);
    assert(frame.phase.is === "task", "an open attempt is submitted");
    frame.phase.submitted = true;
    frame.last = event;
  },
  taskSubmitFailed({ state }, { error, cause }, { event, frame: address }) {
    return finishAttempt(state, materialize(state, address), event, { result: { error, cause } });
  },
  taskSucceeded(
    { state, context },
    { output, log, impliesSubmitted, abandonsChild },
    { event, frame: address },
  ) {
    const result = { local: context.values.unpack(output) };
    countLog(state, log);
    const last = impliesSubmitted ? event + 1 : event;
    const left = finishAttempt(state, materialize(state, address), last, { result });
    return abandonsChild ? left : undefined;
  },
  taskFailed(
    { state },
    { error, cause, log, by, impliesSubmitted, abandonsChild },
    { event, frame: address },
  ) {
    const last = impliesSubmitted ? event + 1 : event;
    countLog(state, log);
    const ended = { result: { error, cause }, ...given({ worker: by?.worker }) };
    const left = finishAttempt(state, materialize(state, address), last, ended);
    return abandonsChild ? left : { ...left, children: [] };
  },
  taskTimedOut({ state }, { error = "FnF.TaskTimeout" }, { event, frame: address }) {
    const result = { error, cause: "the task was not answered in time" };
    return finishAttempt(state, materialize(state, address), event, { result, timedOut: true });
  },
  retryPlanned({ state }, { policy, at }, { frame: address }) {
    const frame = materialize(state, address);
    countRetry(frame, policy);
    frame.phase = {
      is: "retry",
      at,
      timedOut: frame.phase.is === "settled" && frame.phase.timedOut === true,
    };
    state.timers.add({ at, kind: "retry", frame: address.text });
  },
};

/** While a question is open, the times at which others are due pass by. */
function goOnAsking(state: ExecutionState, frame: string, phase: TaskPhase): void {
  delete phase.asked;
  addQuestions(state, frame, phase);
}

function addQuestions(
  { timers }: ExecutionState,
  frame: string,
  { heartbeatDueAt, takenDueAt: by }: TaskPhase,
) {
  if (heartbeatDueAt !== undefined) timers.add({ at: heartbeatDueAt, kind: "heartbeat", frame });
  if (by !== undefined) timers.add({ at: by, kind: "taken", frame });
}

function countLog({ head }: ExecutionState, log: LogMark | undefined): void {
  if (log) head.logs = { rows: log[0], bytes: (head.logs?.bytes ?? 0) + log[1] };
}

/** Gives what the attempt waited for. */
function finishAttempt(
  state: ExecutionState,
  frame: Frame,
  last: number,
  end: Pick<SettledPhase, "result" | "timedOut" | "worker">,
): LeftBehind {
  const left = { children: awaitedChildren(state, frame), queues: chosenQueues(frame) };
  const child = frame.phase.is === "task" && "error" in end.result ? frame.phase.child : undefined;
  frame.last = last;
  becomeRunnable(state, frame, { is: "settled", ...end, ...(child && { child }) });
  return left;
}
