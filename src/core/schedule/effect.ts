import { type EffectKinds, GIVEN_UP, REPEATED } from "../durable/effects.ts";
import type { AnyEffect } from "../machine.ts";
import type { TellBoard } from "../telling.ts";
import type { Notice } from "./notice.ts";
import type { FiringKind } from "./schedule.ts";

export type ScheduleEffect = StartFiring | CheckRunning | TellWebhook | TellBoard;

/** Starts and questions follow from a schedule's state; what the webhook is told was, and is kept by itself. */
export const SCHEDULE_EFFECT_KINDS: EffectKinds<ScheduleEffect> = {
  startFiring: { kept: "derived", bound: GIVEN_UP },
  checkRunning: { kept: "derived", bound: GIVEN_UP },
  notify: { kept: "stored", bound: GIVEN_UP },
  tellBoard: { kept: "derived", bound: REPEATED },
};

/** Whether an effect is about this schedule. */
export function isOf(effect: ScheduleEffect, flow: string, name: string): boolean {
  if (effect.kind === "tellBoard") return false;
  const of = effect.kind === "notify" ? effect.notice : effect;
  return of.flow === flow && of.schedule === name;
}

/** Start the execution of one firing, with the input that the shard gives when that is done. */
export interface StartFiring extends AnyEffect {
  readonly kind: "startFiring";
  readonly flow: string;
  readonly schedule: string;
  readonly at: number;
  readonly firing: FiringKind;
  readonly executionName: string;
}

/** Ask for the real state of a schedule's executions; with `stop`, end them first. */
export interface CheckRunning extends AnyEffect {
  readonly kind: "checkRunning";
  readonly flow: string;
  readonly schedule: string;
  readonly stop: boolean;
  readonly firings: readonly {
    readonly at: number;
    readonly kind: FiringKind;
    readonly executionName: string;
  }[];
}

/** Tell the installation's webhook. */
export interface TellWebhook extends AnyEffect {
  readonly kind: "notify";
  readonly notice: Notice;
}
