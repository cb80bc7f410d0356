import type { AnyEffect } from "../machine.ts";

/** What an execution wants done outside. Its id is made of the number of the fact that asked for it. */
export type ExecutionEffect = SendTasks | Withdraw | ReportEnd;

/** Bring the messages of waiting tasks to their queue, until the queue confirmed them. */
export interface SendTasks extends AnyEffect {
  readonly kind: "sendTasks";
  readonly queue: string;
  /** Of the task; of the foreach when `wave` is given. */
  readonly frame: string;
  /** First index of a wave. */
  readonly wave?: number;
  /** Of one task: which visit of the frame's step is meant, by its StepEntered event. */
  readonly entered?: number;
  readonly attempt: number;
}

/** Take messages back that nobody needs to work on any more. */
export interface Withdraw extends AnyEffect {
  readonly kind: "withdraw";
  readonly queue: string;
  /** One task's message; without it all of the execution. */
  readonly task?: { readonly path: string; readonly attempt: number };
}

/** Tell the flow's index how the execution ended. */
export interface ReportEnd extends AnyEffect {
  readonly kind: "reportEnd";
}
