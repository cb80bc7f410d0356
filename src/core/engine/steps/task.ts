import { type Step, type StepOf, stepOf } from "../../fdl/flow.ts";
import { assert } from "../../result.ts";
import { SECOND_MS } from "../../time.ts";
import { type EvolveTable, NO_CHILDREN, type StepBehaviour } from "../behaviour.ts";
import { becomeRunnable, countRetry } from "../evolve.ts";
import type { Execution, Frame } from "../execution.ts";

/** Hands work outside and waits for the answer (spec: FDL sections 2.1 and 5.1). */
export const task: StepBehaviour<StepOf<"task">> = {
  ...NO_CHILDREN,
  enter: (turn, frame) => turn.emit(scheduleAttempt(turn.execution, frame, turn.now)),
  waveDueAt: (step, now) => dueAt(step, now),
  context: (token) => ({ task: { token } }),
  retriedBy: "attempt",
};

/** The fact that hands the next attempt of the open step outside. */
export function scheduleAttempt(execution: Execution, frame: Frame, now: number) {
  const step = taskStep(execution.step(frame));
  return {
    type: "taskScheduled",
    frame: frame.path,
    attempt: frame.attempt + 1,
    ...dueAt(step, now),
  } as const;
}

export function taskStep(step: Step | undefined): StepOf<"task"> {
  return stepOf(step, "task");
}

function dueAt({ timeoutSeconds }: StepOf<"task">, now: number): { dueAt?: number } {
  return timeoutSeconds === undefined ? {} : { dueAt: now + timeoutSeconds * SECOND_MS };
}

/** Remembers where messages of the execution may lie. */
export function useQueue(execution: Execution, step: Step): void {
  const { queue } = taskStep(step).resource;
  const { head } = execution;
  if (!head.queues.includes(queue)) head.queues = [...head.queues, queue];
}

/** The facts of one attempt: scheduled, submitted, then one of succeeded, failed, timed out; or a retry. */
export const evolveTask: EvolveTable<
  | "taskScheduled"
  | "taskSubmitted"
  | "taskSubmitFailed"
  | "taskSucceeded"
  | "taskFailed"
  | "taskTimedOut"
  | "retryPlanned"
> = {
  taskScheduled(execution, { frame: path, attempt, dueAt: due }, { event }) {
    const frame = execution.open(path);
    frame.attempt = attempt;
    frame.last = event + 1;
    frame.phase = { is: "task", submitted: false, ...(due !== undefined && { dueAt: due }) };
    useQueue(execution, execution.step(frame));
    if (due !== undefined) execution.timers.add({ at: due, kind: "attempt", frame: path });
  },
  taskSubmitted(execution, { frame: path }, { event }) {
    const frame = execution.open(path);
    assert(frame.phase.is === "task", "an open attempt is submitted");
    frame.phase.submitted = true;
    frame.last = event;
  },
  taskSubmitFailed(execution, { frame: path, error, cause }, { event }) {
    settle(execution, path, event, { error, cause });
  },
  taskSucceeded(execution, { frame: path, output, impliesSubmitted }, { event }) {
    const local = execution.values.unpack(output);
    settle(execution, path, impliesSubmitted ? event + 1 : event, { local });
  },
  taskFailed(execution, { frame: path, error, cause, impliesSubmitted }, { event }) {
    settle(execution, path, impliesSubmitted ? event + 1 : event, { error, cause });
  },
  taskTimedOut(execution, { frame: path }, { event }) {
    settle(
      execution,
      path,
      event,
      { error: "FnF.TaskTimeout", cause: "the task was not answered in time" },
      true,
    );
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

function settle(
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
