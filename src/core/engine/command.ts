import type { JsonObject } from "../json.ts";
import type { ExecutionId } from "../names.ts";
import type { Rejection } from "../result.ts";
import type { ExecutionEffect } from "./effect.ts";

/** A request into the engine. */
export type ExecutionCommand =
  | Start
  | ReportSucceeded
  | ReportFailed
  | ConfirmTasks
  | RefuseTasks
  | Stop
  | GoOn
  | EffectDone
  | EffectFailed;

export interface Start {
  readonly type: "start";
  readonly id: ExecutionId;
  readonly version: number;
  readonly definition: string;
  readonly input: JsonObject;
  /** Who asked: `key:<id>`, `schedule:<name>`. */
  readonly startedBy: string;
}

/** Names one attempt of one task: what a task token carries. */
export interface TaskAttempt {
  readonly path: string;
  readonly attempt: number;
}

export interface ReportSucceeded extends TaskAttempt {
  readonly type: "reportSucceeded";
  readonly output: JsonObject;
}

export interface ReportFailed extends TaskAttempt {
  readonly type: "reportFailed";
  readonly error: string;
  readonly cause: string;
}

/** A queue has the messages of these tasks. `output` is the call's answer, the result of a requestResponse task. */
export interface ConfirmTasks {
  readonly type: "confirmTasks";
  readonly tasks: readonly (TaskAttempt & { readonly output?: JsonObject })[];
}

/** These tasks could not be handed to their queue and never will be. */
export interface RefuseTasks {
  readonly type: "refuseTasks";
  readonly tasks: readonly TaskAttempt[];
  readonly error: string;
  readonly cause: string;
}

export interface Stop {
  readonly type: "stop";
  readonly error: string;
  readonly cause: string;
}

/** Settles what is due and goes on with what was cut into turns. */
export interface GoOn {
  readonly type: "goOn";
}

export interface EffectDone {
  readonly type: "effectDone";
  readonly effect: ExecutionEffect;
}

export interface EffectFailed {
  readonly type: "effectFailed";
  readonly effect: ExecutionEffect;
  readonly reason: string;
}

/** `eventId` is the event that the command made, where it made one. */
export type ExecutionOutcome = { readonly ok: true; readonly eventId?: number } | Rejection;

/** Why a report is refused; every protocol answers with one of these. */
export type ReportRefusal = "TaskAlreadyCompleted" | "TaskSuperseded" | "TaskTimedOut" | "ExecutionEnded";
