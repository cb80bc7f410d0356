import type { JsonObject } from "../json.ts";
import type { AnyEffect } from "../machine.ts";
import type { Nonce } from "../nonces.ts";
import type { Rejection } from "../result.ts";
import type { OnlyIf } from "./only-if.ts";
import type { FiringKind, Schedule, ScheduleSpec } from "./schedule.ts";

export type ScheduleCommand =
  | {
      readonly type: "putSchedule";
      readonly flow: string;
      readonly name: string;
      readonly spec: ScheduleSpec;
      readonly only?: OnlyIf;
      readonly nonce?: Nonce;
    }
  | {
      readonly type: "deleteSchedule";
      readonly flow: string;
      readonly name: string;
      readonly nonce?: Nonce;
    }
  /** The flow is gone. */
  | { readonly type: "deleteFlow"; readonly flow: string }
  | { readonly type: "setEnabled"; readonly flow: string; readonly name: string; readonly enabled: boolean }
  | RunNow
  /** Starts what is due. */
  | { readonly type: "fire"; readonly firedBy: "alarm" | "cron" }
  | { readonly type: "startTaken"; readonly effect: StartFiring }
  | { readonly type: "startRefused"; readonly effect: StartFiring; readonly reason: string };

export interface RunNow {
  readonly type: "runNow";
  readonly flow: string;
  readonly name: string;
  readonly payload?: JsonObject;
  readonly firedBy: string;
  /** The same request again has the same one, and finds its own run. */
  readonly runId: string;
  /** Of a request with an idempotency key: the execution's name made from the key, and what tells its body. */
  readonly keyed?: { readonly executionName: string; readonly startId: string };
}

export type ScheduleOutcome =
  | {
      readonly ok: true;
      readonly schedule?: Schedule;
      readonly created?: boolean;
      readonly executionName?: string;
    }
  | Rejection;

/** Start the execution of one firing. */
export interface StartFiring extends AnyEffect {
  readonly kind: "startFiring";
  readonly flow: string;
  readonly schedule: string;
  readonly at: number;
  readonly firing: FiringKind;
  readonly executionName: string;
  readonly input: JsonObject;
}
