import type { Telling } from "../board-views.ts";
import type { EffectCommand } from "../machine.ts";
import type { AskSources, RoundStep } from "./round.ts";

export type BoardCommand =
  | { readonly type: "tell"; readonly telling: Telling }
  /** The Cron Trigger: a round goes on, or a new one is due. */
  | { readonly type: "tick" }
  /** Everything is to be asked for anew. */
  | { readonly type: "rebuild" }
  | RoundWent
  | EffectCommand<AskSources>;

/** What those answered who were asked, and how their round goes on. */
export interface RoundWent {
  readonly type: "roundWent";
  readonly effect: AskSources;
  readonly tellings: readonly Telling[];
  readonly step: RoundStep;
}

export type BoardEffect = AskSources;

export interface BoardOutcome {
  readonly ok: true;
  /** Of a telling: how long the board wants to hear nothing more of its source. */
  readonly pauseMs?: number;
}
