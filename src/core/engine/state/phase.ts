import { given } from "../../given.ts";
import type { Json, JsonObject } from "../../json.ts";
import type { ChildExecution } from "./fact.ts";
import type { FanEnd, FanLimits, IterationCounts, Skipped } from "./fan-end.ts";
import { type Runs, countOf } from "./runs.ts";
import { leftToBegin } from "./todo.ts";
import type { Packed } from "./values.ts";

/** What an open step is waiting for, or what is to be done next in its list. */
export type Phase =
  | ReadyPhase
  | TaskPhase
  | AgainPhase
  | RetryPhase
  | WaitPhase
  | ChoicePhase
  | ParallelPhase
  | ForeachPhase
  | SettledPhase
  | FailedPhase;

/** The next step is to be entered, or the list is over. */
export interface ReadyPhase {
  readonly is: "ready";
  /** The step is a control step that failed and is visited again: its retries go on being counted. */
  readonly revisit?: true;
  /** The step is a foreach: path of a visit of before, whose results it takes over. */
  readonly inherits?: string;
}

/** An attempt is with its queue or a worker. */
export interface TaskPhase {
  readonly is: "task";
  submitted: boolean;
  /** When the attempt began; an earlier release did not note it. */
  readonly since?: number;
  readonly dueAt?: number;
  heartbeatDueAt?: number;
  /** A worker has given a sign of life. */
  seen?: true;
  /** A worker must have taken the message by then. */
  takenDueAt?: number;
  /** The queue is being asked where the message is. */
  asked?: true;
  /** How long the last question waited, after which the message still lay there. */
  pauseMs?: number;
  /** What the worker told last, and when. */
  progress?: { readonly value: Json; readonly at: number };
  readonly child?: ChildExecution;
  /** The queue that has the message, where the step's input chose it. */
  readonly queue?: string;
}

/** The attempt before was cut off, or failed for good: the next one is to be scheduled. */
export interface AgainPhase {
  readonly is: "again";
  /** The execution that it waited for goes on with it. */
  readonly child?: ChildExecution;
}

/** The next attempt waits for its time. */
export interface RetryPhase {
  readonly is: "retry";
  readonly at: number;
  /** The attempt before it was not answered in time. */
  readonly timedOut: boolean;
  /** The step is a control step: it is closed, and will be visited again. */
  readonly revisit?: true;
}

export interface WaitPhase {
  readonly is: "wait";
  readonly at: number;
}

/** An option's steps run. */
export interface ChoicePhase {
  readonly is: "choice";
  readonly option: number;
  readonly warnings?: readonly string[];
}

/** Lists that run side by side: what foreach and parallel have in common. */
export interface FanPhase {
  readonly count: number;
  /** First index that was not started. */
  next: number;
  /** The window that is being filled ends here. */
  fillTo: number;
  running: number;
  succeeded: number;
  /** Failures that were tolerated. */
  failed: number;
  /** JSON text gathered so far. */
  resultSize: number;
  /** Of a foreach: what somebody left out. */
  skipped?: Skipped;
}

export interface ParallelPhase extends FanPhase {
  readonly is: "parallel";
}

export interface ForeachPhase extends FanPhase {
  readonly is: "foreach";
  /** The list that runs for each item. */
  readonly body: number;
  readonly scope: Packed;
  /** In the place of what the step says; absent: as it says. */
  limits?: FanLimits;
  /** Failures that wait to be tried again; absent: none ever was. */
  again?: Runs;
  /** The last one that was tolerated; an earlier release did not note it. */
  lastFailure?: Failure;
  /** More has failed than it tolerates: if it goes on, it does so with those. */
  exceeded?: true;
  waves: Wave[];
  /** Path of the visit whose results are taken over, and which are not among them. */
  readonly inherits?: string;
  /** What is still to be begun, if not all that follows `next` (`todo.ts`). */
  todo?: Runs;
}

/** What a foreach works on. */
export interface ForeachScope {
  readonly input: JsonObject;
  readonly items: readonly Json[];
}

/** Iterations [from, to) that were entered together; those in `open` are still as they were then. */
export interface Wave {
  readonly from: number;
  readonly to: number;
  readonly firstEvent: number;
  /** When they were entered; an earlier release did not note it. */
  readonly since?: number;
  readonly dueAt?: number;
  /** Index to its last event: TaskStarted, or TaskSubmitted once a queue has it. */
  readonly open: Map<number, number>;
  unsubmitted: number;
  /** Those in `open` are to be scheduled anew. */
  readonly again?: true;
  /** Once they were. */
  readonly scheduled?: { readonly attempt: number; readonly runs: readonly ScheduledRun[] };
}

/** Iterations that were scheduled together; `event` is the first one's TaskScheduled, the next one's comes two later. */
export type ScheduledRun = readonly [first: number, count: number, event: number];

/** The open step's own work is over; what follows from it is still to be decided. */
export interface SettledPhase extends FanEnd {
  readonly is: "settled";
  readonly result: { readonly local: Json } | Failure;
  /** The failure is that no answer came in time. */
  readonly timedOut?: boolean;
  /** Of a task that failed: who did the work, if he named himself. */
  readonly worker?: string;
  /** As of the foreach that it was. */
  readonly inherits?: string;
  /** Of a choice. */
  readonly goto?: number;
  readonly warnings?: readonly string[];
  /** Of a control step that failed for good: its lists are as they were then. */
  readonly was?: ControlPhase;
  /** Of a task that failed: the execution that it waited for. */
  readonly child?: ChildExecution;
}

/** The lists inside a control step are open. */
export type ControlPhase = ChoicePhase | ParallelPhase | ForeachPhase;

/** The list failed; that is still to be told to its owner. */
export interface FailedPhase extends Failure {
  readonly is: "failed";
  /** The execution ends by it, and keeps what was open; absent where something above handles it. */
  readonly fatal?: true;
  /** Of a task or a control step that failed for good: its visit stays open. */
  readonly kept?: KeptVisit;
}

/** A visit that failed for good, and is not closed. */
export interface KeptVisit extends Pick<SettledPhase, "timedOut" | "was" | "child"> {
  /** Its StepFailed event. */
  readonly event: number;
}

export interface Failure {
  readonly error: string;
  readonly cause: string;
}

/** What was taken over counts as begun, and what was left out before it began does not. */
export function countsOf(fan: FanPhase): IterationCounts {
  const { count, succeeded, failed, skipped } = fan;
  const begun = count - leftToBegin(fan);
  if (!skipped) return [count, begun, succeeded, failed];
  return [count, begun - countOf(skipped.runs), succeeded, failed, skipped.count];
}

/** What is kept of it once it is over. */
export function iterationsOf(phase: Phase): FanEnd {
  if (isFan(phase)) {
    const limits = phase.is === "foreach" ? phase.limits : undefined;
    const skipped = phase.skipped && { ...phase.skipped, next: phase.next };
    return { iterations: countsOf(phase), ...given({ skipped, limits }) };
  }
  if (phase.is !== "settled") return {};
  const { iterations, skipped, limits } = phase;
  return given({ iterations, skipped, limits });
}

export function isFan(phase: Phase): phase is ForeachPhase | ParallelPhase {
  return phase.is === "foreach" || phase.is === "parallel";
}

export function isControl(phase: Phase): phase is ControlPhase {
  return isFan(phase) || phase.is === "choice";
}
