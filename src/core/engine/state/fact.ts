import type { Json } from "../../json.ts";
import type { ExecutionId } from "../../names.ts";
import type { Origin } from "./fork.ts";
import type { Lineage } from "./lineage.ts";
import type { OptionEntered, OptionExited } from "./choice-facts.ts";
import type { FanFact, ForeachStarted } from "./fan-facts.ts";
import type { ExecutionPaused, ExecutionResumed } from "./pause-facts.ts";
import type { EffectDone, EffectParked, EffectsRetried } from "./effect-facts.ts";
import type { ExecutionRedriven, WaveScheduled } from "./redrive-facts.ts";
import { type Runs, countOf } from "./runs.ts";
import type { TaskAttempt, TaskRef } from "./task-ref.ts";
import type { Packed } from "./values.ts";

/**
 * What the engine recorded. Facts are the only input of `evolve`, and history is rendered from them; so the meaning of
 * a released fact never changes and new fields are optional. `frame` is the address of the frame concerned, as text.
 */
export type Fact =
  | ExecutionStarted
  | StepEntered
  | StepSucceeded
  | StepFailed
  | TaskScheduled
  | TaskSubmitted
  | TasksSubmitted
  | TaskSubmitFailed
  | TasksLate
  | TaskSucceeded
  | TaskFailed
  | TaskTimedOut
  | TaskHeartbeat
  | WhereaboutsAsked
  | TaskLocated
  | RetryPlanned
  | ForeachStarted
  | IterationsEntered
  | ParallelStarted
  | ChildEntered
  | ChildExited
  | ChildTolerated
  | ChildFailed
  | OptionEntered
  | OptionExited
  | PauseStarted
  | PauseEnded
  | ExecutionSucceeded
  | ExecutionFailed
  | ExecutionStopped
  | ExecutionTimedOut
  | FanFact
  | ExecutionPaused
  | ExecutionResumed
  | ParentJoined
  | ExecutionRedriven
  | WaveScheduled
  | EffectDone
  | EffectParked
  | EffectsRetried;

export type FactType = Fact["type"];
export type FactOf<T extends FactType> = Extract<Fact, { type: T }>;

export interface ExecutionStarted extends Origin {
  readonly type: "executionStarted";
  readonly id: ExecutionId;
  readonly version: number;
  readonly startedBy: string;
  /** `{definition, input, inputText?}`: the flow's text as it was then, the input of the start, and how it was written. */
  readonly start: Packed;
  readonly parent?: TaskRef;
  readonly lineage?: Lineage;
}

export interface StepEntered {
  readonly type: "stepEntered";
  readonly frame: string;
  readonly position: number;
}

export interface StepSucceeded {
  readonly type: "stepSucceeded";
  readonly frame: string;
  readonly output: Packed;
  /** The list's local variable with it, only where that no longer fits into its record and was stored. */
  readonly local?: Packed;
  /** Position of the sibling that a choice jumps to. */
  readonly goto?: number;
  /** What could not be evaluated and counted as false. */
  readonly warnings?: readonly string[];
}

export interface StepFailed {
  readonly type: "stepFailed";
  readonly frame: string;
  readonly error: string;
  readonly cause: string;
  /** Only of a failure that was caught: what errorMappings made of it, and where the list goes on. */
  readonly caught?: { readonly output: Packed; readonly local?: Packed; readonly goto: number };
  /** Only of a control step that is visited again: the policy that says so, and when. */
  readonly again?: { readonly policy: number; readonly at: number };
  /** No retry, catch or tolerance above handles it: the execution ends by it, and what is open stays so. */
  readonly fatal?: true;
}

export interface TaskScheduled {
  readonly type: "taskScheduled";
  readonly frame: string;
  readonly attempt: number;
  /** When the attempt times out. */
  readonly dueAt?: number;
  /** When it does for want of a sign of life. */
  readonly heartbeatDueAt?: number;
  /** A worker must have taken it by then. */
  readonly takenDueAt?: number;
  /** The execution that it waits for, if it does. */
  readonly child?: ChildExecution;
  /** The queue that gets it, where the step's input chose one. */
  readonly queue?: string;
}

/** Nobody gave a sign of life of an attempt: its queue is asked where the message is. */
export interface WhereaboutsAsked {
  readonly type: "whereaboutsAsked";
  readonly frame: string;
}

/** Where it is, as far as it matters: the attempt goes on. */
export interface TaskLocated {
  readonly type: "taskLocated";
  readonly frame: string;
  /** When the next sign of life is due, or the queue is asked again. */
  readonly heartbeatDueAt?: number;
  /** So long is waited for that, if nobody has taken the message. */
  readonly pauseMs?: number;
  /** A worker has taken it in time. */
  readonly taken?: true;
}

export interface ChildExecution {
  readonly flow: string;
  readonly name: string;
  /** An attempt before waited for it: it goes on, if it has ended otherwise than well. */
  readonly again?: true;
}

/** The same with the attempt that waits for it. */
export type AwaitedChild = TaskAttempt & ChildExecution;

export interface TaskSubmitted {
  readonly type: "taskSubmitted";
  readonly frame: string;
}

/** Tasks of one wave that a queue took together. */
export interface TasksSubmitted {
  readonly type: "tasksSubmitted";
  readonly frame: string;
  /** First index of the wave, and the event it began with, which no other wave has. */
  readonly wave: number;
  readonly firstEvent: number;
  readonly runs: Runs;
  /** Of a wave that was scheduled anew: the TaskStarted event of the first of each run; two lie between one and the next. */
  readonly started?: readonly number[];
}

export interface TaskSubmitFailed {
  readonly type: "taskSubmitFailed";
  readonly frame: string;
  readonly error: string;
  readonly cause: string;
}

/** Number of the row in which a log lies, and its bytes. */
export type LogMark = readonly [row: number, bytes: number];

/** Whose work a report is, as its queue and its worker tell. */
export interface TaskWork {
  readonly worker?: string;
  /** How often its message was delivered, and how often its worker was lost. */
  readonly deliveries?: number;
  readonly losses?: number;
  readonly takenAt?: number;
}

export interface TaskSucceeded {
  readonly type: "taskSucceeded";
  readonly frame: string;
  readonly output: Packed;
  readonly log?: LogMark;
  readonly by?: TaskWork;
  /** A report came before the queue's confirmation, so it tells of the submission too. */
  readonly impliesSubmitted?: true;
  /** It was not the child that reported: nobody waits for that any more. */
  readonly abandonsChild?: true;
}

export interface TaskFailed {
  readonly type: "taskFailed";
  readonly frame: string;
  readonly error: string;
  readonly cause: string;
  readonly log?: LogMark;
  readonly by?: TaskWork;
  readonly impliesSubmitted?: true;
  readonly abandonsChild?: true;
}

export interface TaskTimedOut {
  readonly type: "taskTimedOut";
  readonly frame: string;
  /** Absent: FnF.TaskTimeout. */
  readonly error?: string;
}

export interface TaskHeartbeat {
  readonly type: "taskHeartbeat";
  readonly frame: string;
  /** Of a task with a limit for the next one. */
  readonly dueAt?: number;
  readonly progress?: Json;
}

/** Messages of attempts that were over reached their queue. */
export interface TasksLate {
  readonly type: "tasksLate";
  readonly queue: string;
  readonly tasks: readonly TaskAttempt[];
}

/** The attempt failed and another one follows. */
export interface RetryPlanned {
  readonly type: "retryPlanned";
  readonly frame: string;
  readonly policy: number;
  readonly at: number;
}

/** A wave: iterations whose first step is a task, entered together and alike. */
export interface IterationsEntered {
  readonly type: "iterationsEntered";
  readonly frame: string;
  readonly from: number;
  readonly to: number;
  readonly dueAt?: number;
}

export interface ParallelStarted {
  readonly type: "parallelStarted";
  readonly frame: string;
  readonly count: number;
}

/** An iteration or a branch is entered by itself. */
export interface ChildEntered {
  readonly type: "childEntered";
  /** Of the foreach or parallel. */
  readonly frame: string;
  readonly index: number;
  /** The window that is being filled ends here. */
  readonly to: number;
}

export interface ChildExited {
  readonly type: "childExited";
  /** Of the iteration or branch. */
  readonly frame: string;
}

/** An iteration failed, and its foreach goes on without its result. */
export interface ChildTolerated {
  readonly type: "childTolerated";
  readonly frame: string;
  readonly error: string;
  readonly cause: string;
}

/** A list inside a control step failed and takes the step with it; no event tells of it. */
export interface ChildFailed {
  readonly type: "childFailed";
  readonly frame: string;
  readonly error: string;
  readonly cause: string;
  /** As of a step. */
  readonly fatal?: true;
}

/** A wait began. */
export interface PauseStarted {
  readonly type: "pauseStarted";
  readonly frame: string;
  readonly at: number;
}

/** A wait is over, or the pause before a control step is visited again. */
export interface PauseEnded {
  readonly type: "pauseEnded";
  readonly frame: string;
}

export interface ExecutionSucceeded {
  readonly type: "executionSucceeded";
  readonly output: Packed;
}

export interface ExecutionFailed {
  readonly type: "executionFailed";
  readonly error: string;
  readonly cause: string;
}

export interface ExecutionStopped {
  readonly type: "executionStopped";
  readonly error: string;
  readonly cause: string;
}

export interface ExecutionTimedOut {
  readonly type: "executionTimedOut";
}

export interface ParentJoined {
  readonly type: "parentJoined";
  readonly parent: TaskRef;
  /** It counts as started for it: the attempt before it is over. */
  readonly takesOver?: true;
}

/** Events that an iteration of a wave has when it is entered: IterationEntered and the task's first four. */
export const WAVE_EVENTS = 5;

const EVENTS: { readonly [T in FactType]: (fact: FactOf<T>) => number } = {
  executionStarted: () => 1,
  stepEntered: () => 2,
  stepSucceeded: () => 2,
  stepFailed: ({ caught, again }) => (caught || again ? 2 : 1),
  taskScheduled: () => 2,
  taskSubmitted: () => 1,
  tasksSubmitted: ({ runs }) => countOf(runs),
  taskSubmitFailed: () => 1,
  tasksLate: () => 0,
  taskSucceeded: ({ impliesSubmitted }) => (impliesSubmitted ? 2 : 1),
  taskFailed: ({ impliesSubmitted }) => (impliesSubmitted ? 2 : 1),
  taskTimedOut: () => 1,
  taskHeartbeat: () => 0,
  whereaboutsAsked: () => 0,
  taskLocated: () => 0,
  retryPlanned: () => 0,
  foreachStarted: () => 0,
  iterationsEntered: ({ from, to }) => WAVE_EVENTS * (to - from),
  parallelStarted: () => 0,
  childEntered: () => 1,
  childExited: () => 1,
  childTolerated: () => 1,
  childFailed: () => 0,
  optionEntered: () => 0,
  optionExited: () => 0,
  pauseStarted: () => 0,
  pauseEnded: () => 0,
  executionSucceeded: () => 1,
  executionFailed: () => 1,
  executionStopped: () => 1,
  executionTimedOut: () => 1,
  fanAdjusted: () => 0,
  fanFailed: () => 0,
  itemsSkipped: ({ stopped = [] }) => countOf(stopped),
  itemsRetried: () => 0,
  childReopened: () => 0,
  executionPaused: () => 1,
  executionResumed: () => 1,
  parentJoined: () => 0,
  executionRedriven: () => 1,
  waveScheduled: ({ runs }) => 2 * countOf(runs),
  effectDone: () => 0,
  effectParked: () => 0,
  effectsRetried: () => 0,
};

/** How many visible events a fact stands for. */
export function eventsOf<T extends FactType>(fact: FactOf<T>): number {
  return EVENTS[fact.type](fact);
}
