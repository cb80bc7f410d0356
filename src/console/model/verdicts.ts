import { judge } from "../../core/schedule/judgement.ts";
import type { Firing } from "../api/types.ts";
import { STATE_OF } from "./night.ts";
import type { State } from "./states.ts";

/** What became of a firing, in one word. */
export function verdictOf(firing: Firing): State {
  return firing.executionStatus === "TimedOut" ? "timedOut" : STATE_OF[judge(firing)];
}
