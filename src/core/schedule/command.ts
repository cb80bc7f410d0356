import type { ExecutionStatus } from "../engine/state/execution-state.ts";
import type { JsonObject } from "../json.ts";
import type { EffectOver, EffectParked, RetryEffects } from "../machine.ts";
import type { WhichDead } from "../durable/dead-letters.ts";
import type { Nonce } from "../durable/nonces.ts";
import type { Rejection } from "../result.ts";
import type { BackfillRequest, BackfillView } from "./backfill-state.ts";
import type { CheckRunning, ScheduleEffect, StartFiring } from "./effect.ts";
import type { OnlyIf } from "./preconditions.ts";
import type { BoardTold } from "../telling.ts";
import type { CatchUp, FiringKind, Said, Schedule, SchedulePatch, ScheduleSpec } from "./schedule.ts";

/** Which schedule a command is for. */
interface OfSchedule {
  readonly flow: string;
  readonly name: string;
}

export type ScheduleCommand =
  | ({
      readonly type: "putSchedule";
      readonly spec: ScheduleSpec;
      readonly only?: OnlyIf;
      readonly nonce?: Nonce;
      /** Of the flow that it is for: a flow that was made again has none of its predecessor's schedules. */
      readonly generation?: number;
      /** Who asks for it: who pauses is told in the ledger. */
      readonly by?: string;
    } & OfSchedule)
  | ({ readonly type: "deleteSchedule"; readonly nonce?: Nonce } & OfSchedule)
  /** A generation of the flow is gone. */
  | { readonly type: "deleteFlow"; readonly flow: string; readonly generation: number }
  | ChangeSchedule
  /** Starts what is due. */
  | { readonly type: "fire"; readonly firedBy: "alarm" | "cron" }
  | ChangeNotices
  | EffectAnswer
  | ExecutionOver
  | BoardTold
  | EffectParked<ScheduleEffect>
  | RetryEffects;

/** What is asked of one schedule that exists. */
export type ChangeSchedule =
  | ({
      readonly type: "patch";
      readonly patch: SchedulePatch;
      /** Of the flow that it is for, as of a put. */
      readonly generation?: number;
    } & OfSchedule)
  | ({ readonly type: "setEnabled"; readonly enabled: boolean } & Said & OfSchedule)
  | ({ readonly type: "resume"; readonly catchUp?: CatchUp; readonly dryRun?: boolean } & Said & OfSchedule)
  /** Gives instants that passed in a pause their rows. */
  | ({ readonly type: "writePassed" } & OfSchedule)
  | ({
      readonly type: "skip";
      readonly at: number;
      readonly by: string;
      readonly reason?: string;
    } & OfSchedule)
  | ({ readonly type: "unskip"; readonly at: number } & OfSchedule)
  | ({ readonly type: "backfill" } & BackfillRequest & OfSchedule)
  | ({ readonly type: "stopBackfill"; readonly id: string } & OfSchedule)
  | ({ readonly type: "executionAgain" } & AgainFiring & OfSchedule)
  /** Tries again what failed. */
  | ({ readonly type: "retry" } & OfSchedule)
  | RunNow;

/** Tells the webhook again what it did not take, or removes that. */
export interface ChangeNotices extends WhichDead {
  readonly type: "redriveNotices" | "purgeNotices";
}

export interface RunNow {
  readonly type: "runNow";
  readonly flow: string;
  readonly name: string;
  readonly payload?: JsonObject;
  readonly firedBy: string;
  readonly reason?: string;
  /** The same request again has the same one, and finds its own run. */
  readonly runId: string;
  /** Of a request with an idempotency key: the execution's name made from the key, and what tells its body. */
  readonly keyed?: { readonly executionName: string; readonly startId: string };
}

/** What came of an effect. */
export type EffectAnswer =
  | { readonly type: "startTaken"; readonly effect: StartFiring }
  | { readonly type: "startRefused"; readonly effect: StartFiring; readonly reason: string }
  | {
      readonly type: "runningChecked";
      readonly effect: CheckRunning;
      readonly ended: readonly EndedFiring[];
      /** Those that run. */
      readonly began?: readonly BegunFiring[];
    }
  | EffectOver<ScheduleEffect>;

/** An execution that a schedule started is over. */
export interface ExecutionOver extends EndedFiring {
  readonly type: "executionOver";
  readonly flow: string;
  readonly name: string;
}

/** A firing's execution that runs. Times are epoch milliseconds. */
export interface BegunFiring {
  readonly at: number;
  readonly kind: FiringKind;
  readonly executionName: string;
  readonly startedAt: number;
}

/** The execution of a firing, which ended, is to go on. */
export interface AgainFiring extends Omit<BegunFiring, "startedAt"> {
  /** How often it will have by then. */
  readonly redrives: number;
  /** Although another execution runs that it must not overlap. */
  readonly force?: boolean;
  /** Only asks. */
  readonly dryRun?: boolean;
}

/** The real end of a firing's execution. Times are epoch milliseconds. */
export interface EndedFiring extends Omit<BegunFiring, "startedAt"> {
  /** Absent: it never began, or nothing is known of it. */
  readonly startedAt?: number;
  /** Absent: nothing is known of it any more. */
  readonly status?: ExecutionStatus;
  readonly endedAt: number;
  /** How often it had gone on by then; absent: never. */
  readonly redrives?: number;
  readonly error?: string;
}

export type ScheduleOutcome =
  | {
      readonly ok: true;
      readonly schedule?: Schedule;
      readonly created?: boolean;
      readonly executionName?: string;
      /** What a resume starts, or would start. */
      readonly starts?: readonly number[];
      readonly backfill?: BackfillView;
      /** Of redriveNotices and purgeNotices: how many it were, and how many dead notices are left. */
      readonly count?: number;
      readonly left?: number;
    }
  | Rejection;
