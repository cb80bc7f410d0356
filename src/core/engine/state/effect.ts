import { type EffectKinds, GIVEN_UP, PARKED, REPEATED } from "../../durable/effects.ts";
import type { AnyEffect } from "../../machine.ts";
import type { ExecutionPause } from "../../pause.ts";
import type { Runs } from "./runs.ts";
import type { TaskAttempt, TaskRef } from "./task-ref.ts";

/** What an execution wants done outside. Its id is made of the number of the fact that asked for it. */
export type ExecutionEffect =
  | SendTasks
  | Locate
  | CallTask
  | Withdraw
  | StopChild
  | ReportParent
  | ReportPaused
  | ReportCallbacks
  | ReportEnd;

export const EXECUTION_EFFECT_KINDS: EffectKinds<ExecutionEffect> = {
  sendTasks: { kept: "journalled", bound: GIVEN_UP },
  callTask: { kept: "journalled", bound: GIVEN_UP },
  locate: { kept: "journalled", bound: REPEATED },
  withdraw: { kept: "journalled", bound: PARKED },
  reportEnd: { kept: "journalled", bound: REPEATED },
  reportPaused: { kept: "journalled", bound: REPEATED },
  reportCallbacks: { kept: "journalled", bound: REPEATED },
  reportParent: { kept: "journalled", bound: REPEATED },
  stopChild: { kept: "journalled", bound: REPEATED },
};

/** Bring the messages of waiting tasks to their queue, until the queue confirmed them. */
export interface SendTasks extends AnyEffect {
  readonly kind: "sendTasks";
  readonly queue: string;
  /** Of the task; of the foreach when `wave` is given. */
  readonly frame: string;
  /** Of a wave: its first event, which no other wave has. */
  readonly wave?: number;
  /** Of one task: which visit of the frame's step is meant, by its StepEntered event. */
  readonly entered?: number;
  readonly attempt: number;
}

/** Ask a queue where the message of an attempt is, of which nobody gave a sign of life. */
export interface Locate extends AnyEffect {
  readonly kind: "locate";
  readonly queue: string;
  readonly frame: string;
  readonly entered: number;
  readonly attempt: number;
}

/** Make the call of one attempt of a task that no queue carries. */
export interface CallTask extends AnyEffect {
  readonly kind: "callTask";
  readonly frame: string;
  readonly entered: number;
  readonly attempt: number;
}

/** Nobody waits any more for a child's end. */
export interface StopChild extends AnyEffect, TaskAttempt {
  readonly kind: "stopChild";
  readonly flow: string;
  readonly name: string;
}

/** Tell a task that waited for this execution how it ended. */
export interface ReportParent extends AnyEffect {
  readonly kind: "reportParent";
  readonly parent: TaskRef;
}

/** Take messages back that nobody needs to work on any more. */
export interface Withdraw extends AnyEffect {
  readonly kind: "withdraw";
  readonly queue: string;
  /** One task's message, or those of all tasks inside a step; without either all of the execution. */
  readonly task?: TaskAttempt;
  readonly inside?: string;
  /** Of a foreach, only those of iterations with these indexes. */
  readonly items?: Runs;
}

/** Tell the flow's index that the execution was paused, or that it goes on. */
export interface ReportPaused extends AnyEffect {
  readonly kind: "reportPaused";
  /** Number of the fact that tells of it: what an older one says has no meaning any more. */
  readonly fact: number;
  readonly paused?: ExecutionPause;
}

/** Tell the flow which callbacks are open, as that stands when it is told; due at `since`. */
export interface ReportCallbacks extends AnyEffect {
  readonly kind: "reportCallbacks";
}

/** Tell the flow's index how the execution ended. */
export interface ReportEnd extends AnyEffect {
  readonly kind: "reportEnd";
}
