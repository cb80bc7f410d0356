import { evaluateSource } from "../../expr/mapping.ts";
import { type Step, type StepOf, stepOf } from "../../fdl/flow.ts";
import { childName } from "../../names.ts";
import { assert } from "../../result.ts";
import { SECOND_MS } from "../../time.ts";
import { type EvolveTable, NO_CHILDREN, type StepBehaviour } from "../contract.ts";
import { becomeRunnable, countRetry } from "../evolve.ts";
import type { Execution, Frame } from "../state/execution-state.ts";
import type { ChildExecution } from "../state/fact.ts";
import { stepScope } from "../scope.ts";

/** Hands work outside and waits for the answer (spec: FDL sections 2.1 and 5.1). */
export const task: StepBehaviour<StepOf<"task">> = {
  ...NO_CHILDREN,
  enter: (turn, frame) => turn.emit(scheduleAttempt(turn.execution, frame, turn.now)),
  // Queues take many tasks together, as long as all that is known of each is known of all.
  waveDueAt: (step, now) =>
    step.resource.kind === "queue" && step.heartbeatSeconds === undefined ? dueAt(step, now) : undefined,
  context: (token) => ({ task: { token } }),
  retriedBy: "attempt",
};

/** The fact that hands the next attempt of the open step outside. */
export function scheduleAttempt(execution: Execution, frame: Frame, now: number) {
  const step = taskStep(execution.step(frame));
  const attempt = frame.attempt + 1;
  const child = childOf(execution, frame, step, attempt);
  return {
    type: "taskScheduled",
    frame: frame.path,
    attempt,
    ...dueAt(step, now),
    ...(step.heartbeatSeconds !== undefined && { heartbeatDueAt: now + step.heartbeatSeconds * SECOND_MS }),
    ...(child && { child }),
  } as const;
}

/** The execution that an attempt will wait for. Its name is known before it is started, so it can always be found. */
function childOf(
  execution: Execution,
  frame: Frame,
  step: StepOf<"task">,
  attempt: number,
): ChildExecution | undefined {
  const { resource, pattern, serviceParams } = step;
  if (resource.kind !== "flow" || pattern !== "sync") return undefined;
  const scope = stepScope(execution, frame);
  const param = (key: string) => serviceParams[key] && evaluateSource(serviceParams[key], scope);
  const [flow, asked] = [resource.flow ?? param("FlowName"), param("ExecutionName")];
  if (typeof flow !== "string") return undefined;
  const own = childName(execution.head.id, execution.stepPath(frame), attempt);
  return { flow, name: typeof asked === "string" ? asked : own };
}

export function taskStep(step: Step | undefined): StepOf<"task"> {
  return stepOf(step, "task");
}

function dueAt({ timeoutSeconds }: StepOf<"task">, now: number): { dueAt?: number } {
  return timeoutSeconds === undefined ? {} : { dueAt: now + timeoutSeconds * SECOND_MS };
}

/** Remembers where messages of the execution may lie. */
export function useQueue(execution: Execution, step: Step): void {
  const { resource } = taskStep(step);
  const { head } = execution;
  if (resource.kind !== "queue" || head.queues.includes(resource.queue)) return;
  head.queues = [...head.queues, resource.queue];
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
  | "retryPlanned"
> = {
  taskScheduled(execution, { frame: path, attempt, dueAt: due, heartbeatDueAt, child }, { event, at }) {
    const frame = execution.open(path);
    frame.attempt = attempt;
    frame.last = event + 1;
    frame.phase = {
      is: "task",
      submitted: false,
      since: at,
      ...(due !== undefined && { dueAt: due }),
      ...(heartbeatDueAt !== undefined && { heartbeatDueAt }),
      ...(child && { child }),
    };
    useQueue(execution, execution.step(frame));
    if (due !== undefined) execution.timers.add({ at: due, kind: "attempt", frame: path });
    if (heartbeatDueAt !== undefined) {
      execution.timers.add({ at: heartbeatDueAt, kind: "heartbeat", frame: path });
    }
  },
  taskHeartbeat(execution, { frame: path, dueAt: nextAt, progress }, { at }) {
    const { phase } = execution.open(path);
    assert(phase.is === "task", "an open attempt is alive");
    if (nextAt !== undefined) phase.heartbeatDueAt = nextAt;
    if (progress !== undefined) phase.progress = { value: progress, at };
  },
  taskSubmitted(execution, { frame: path }, { event }) {
    const frame = execution.open(path);
    assert(frame.phase.is === "task", "an open attempt is submitted");
    frame.phase.submitted = true;
    frame.last = event;
  },
  taskSubmitFailed(execution, { frame: path, error, cause }, { event }) {
    execution.abandon(execution.open(path));
    finishAttempt(execution, path, event, { error, cause });
  },
  taskSucceeded(execution, { frame: path, output, impliesSubmitted, abandonsChild }, { event }) {
    if (abandonsChild) execution.abandon(execution.open(path));
    const local = execution.values.unpack(output);
    finishAttempt(execution, path, impliesSubmitted ? event + 1 : event, { local });
  },
  taskFailed(execution, { frame: path, error, cause, impliesSubmitted, abandonsChild }, { event }) {
    if (abandonsChild) execution.abandon(execution.open(path));
    finishAttempt(execution, path, impliesSubmitted ? event + 1 : event, { error, cause });
  },
  taskTimedOut(execution, { frame: path, error = "FnF.TaskTimeout" }, { event }) {
    execution.abandon(execution.open(path));
    finishAttempt(execution, path, event, { error, cause: "the task was not answered in time" }, true);
  },
  retryPlanned(execution, { frame: path, policy, at }) {
    const frame = execution.open(path);
    countRetry(frame, policy);
    frame.phase = {
      is: "retry",
      at,
      timedOut: frame.phase.is === "settled" && frame.phase.timedOut === true,
    };
    execution.timers.add({ at, kind: "retry", frame: path });
  },
};

function finishAttempt(
  execution: Execution,
  path: string,
  last: number,
  result: Extract<Frame["phase"], { is: "settled" }>["result"],
  timedOut = false,
): void {
  const frame = execution.open(path);
  frame.last = last;
  becomeRunnable(execution, frame, { is: "settled", result, ...(timedOut && { timedOut }) });
}
