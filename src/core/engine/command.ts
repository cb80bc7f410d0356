import type { Tolerance } from "../fdl/flow.ts";
import type { Json, JsonObject } from "../json.ts";
import type { ExecutionId } from "../names.ts";
import type { EffectCommand } from "../machine.ts";
import type { Rejection } from "../result.ts";
import type { ExecutionEffect } from "./state/effect.ts";
import type { Beginning, ForkedFrom } from "./state/fork.ts";
import type { TaskWork } from "./state/fact.ts";
import type { AskedRedrive, AskedWay } from "./state/redrive-facts.ts";
import type { Runs } from "./state/runs.ts";
import type { Lineage } from "./state/lineage.ts";
import type { TaskAttempt, TaskRef } from "./state/task-ref.ts";
import type { VainStart } from "./state/vain-start.ts";

/** A request into the engine. */
export type ExecutionCommand =
  | Start
  | ReportSucceeded
  | ReportFailed
  | ConfirmTasks
  | RefuseTasks
  | Heartbeat
  | TasksLocated
  | Join
  | Stop
  | Pause
  | Resume
  | AdjustItems
  | Redrive
  | Wake
  | EffectCommand<ExecutionEffect>;

export interface Start {
  readonly type: "start";
  readonly id: ExecutionId;
  readonly version: number;
  readonly definition: string;
  readonly input: JsonObject;
  /** The input as its client wrote it, to be given back; absent where it is our own writing. */
  readonly inputText?: string;
  /** Who asked: `key:<id>`, `schedule:<name>`. */
  readonly startedBy: string;
  /** Of a child: the task that waits for its end. */
  readonly parent?: TaskRef;
  readonly lineage?: Lineage;
  readonly begin?: Beginning;
  readonly forkedFrom?: ForkedFrom;
  readonly over?: VainStart;
}

export interface ReportSucceeded extends TaskAttempt {
  readonly type: "reportSucceeded";
  readonly output: JsonObject;
  readonly log?: string;
  readonly by?: TaskWork;
  /** The child that the task waits for tells of its own end. */
  readonly isOwnEnd?: boolean;
}

export interface ReportFailed extends TaskAttempt {
  readonly type: "reportFailed";
  readonly error: string;
  readonly cause: string;
  readonly log?: string;
  readonly by?: TaskWork;
  readonly isOwnEnd?: boolean;
}

/** A queue has the messages of these tasks. `output` is the call's answer, the result of a requestResponse task. */
export interface ConfirmTasks {
  readonly type: "confirmTasks";
  /** Where the messages lie, if it is a queue that has them. */
  readonly queue?: string;
  readonly tasks: readonly (TaskAttempt & { readonly output?: JsonObject })[];
}

/** These tasks could not be handed to what they call and never will be. */
export interface RefuseTasks {
  readonly type: "refuseTasks";
  readonly tasks: readonly TaskAttempt[];
  readonly error: string;
  readonly cause: string;
  /** What was called has answered with this failure: where the answer is the result, the task itself failed. */
  readonly isAnswer?: boolean;
}

/** Where a queue has the messages of tasks that it was asked for. */
export interface TasksLocated {
  readonly type: "tasksLocated";
  readonly tasks: readonly LocatedTask[];
}

export interface LocatedTask extends TaskAttempt {
  /** No worker has it: it lies there, or is on its way. A worker has it `since` then. It is there no more. */
  readonly place:
    | {
        readonly is: "lying";
        /** Only this one gets it; when it last called, if it ever did. */
        readonly worker?: string;
        readonly lastSeenAt?: number;
      }
    | { readonly is: "held"; readonly since: number }
    | { readonly is: "gone" };
}

/** The worker of a task is alive. */
export interface Heartbeat extends TaskAttempt {
  readonly type: "heartbeat";
  readonly progress?: Json;
}

/** Another task waits for this execution's end, too. */
export interface Join {
  readonly type: "join";
  readonly parent: TaskRef;
  /** An earlier attempt of the same task was waiting before. */
  readonly takesOver?: true;
}

export interface Stop {
  readonly type: "stop";
  readonly error: string;
  readonly cause: string;
  /** Only if it was started for this task. */
  readonly parent?: TaskRef;
}

/** Nothing new is dispatched until it is resumed: what runs goes on. */
export interface Pause {
  readonly type: "pause";
  readonly by: string;
  readonly reason?: string;
  /** It is resumed by itself then. */
  readonly until?: number;
}

/** Changes how an open foreach goes on; what is absent stays. */
export interface AdjustItems {
  readonly type: "adjustItems";
  /** Path of the foreach. */
  readonly step: string;
  readonly concurrency?: number;
  readonly tolerance?: Tolerance;
  /** What is left out: all that has not begun, what runs as well, or these if they have not ended. */
  readonly stop?: "notStarted" | "all" | Runs;
  /** Which failures are tried again; of those named here, the ones that failed. */
  readonly retry?: "failed" | Runs;
  readonly by: string;
  readonly reason?: string;
}

export interface Resume {
  readonly type: "resume";
  readonly by: string;
}

/** An execution that ended goes on. Its flow's index, which decided it, knows how often that was: repeating it is harmless. */
export interface Redrive extends AskedRedrive, AskedWay {
  readonly type: "redrive";
}

/** Settles what is due and goes on with what was cut into turns. */
export interface Wake {
  readonly type: "wake";
}

/** `eventId` is the event that the command made, where it made one. */
export type ExecutionOutcome =
  | {
      readonly ok: true;
      readonly eventId?: number;
      /** Of a heartbeat: where the task's message is. */
      readonly queue?: string;
    }
  | Rejection;

/** Why a report is refused; every protocol answers with one of these. */
export type ReportRefusal = "TaskAlreadyCompleted" | "TaskSuperseded" | "TaskTimedOut" | "ExecutionEnded";
