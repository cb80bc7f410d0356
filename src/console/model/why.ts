import type { NightItem, NightRun } from "../api/types.ts";
import type { Words } from "../words/en/index.ts";
import { duration } from "./durations.ts";
import { overdueMs } from "./night.ts";

/** Why a run needs somebody: the error in its own words, and ours. */
export interface Why {
  readonly error?: string;
  readonly says: string;
}

/** Of one run; of a schedule that runs too often to tell of each, how many of them it is. */
export function whyOf(item: NightItem, run: NightRun | undefined, words: Words, now: number): Why {
  const { overview: texts, schedules, units } = words;
  if (!run) {
    const all = Object.values(item.counts).reduce((sum, count) => sum + count, 0);
    return { says: texts.ranNot(item.counts[item.worst] ?? 0, all) };
  }
  const { verdict, status, error, why, reason = "" } = run;
  if (verdict === "failed") {
    return { ...(error !== undefined && { error }), says: status === "TimedOut" ? texts.timedOut : "" };
  }
  if (why !== undefined) {
    const says = [schedules.verdicts[why], reason].filter((part) => part !== "");
    return { says: says.join(": ") };
  }
  const overdue = overdueMs(item, run, now);
  if (overdue !== undefined) {
    const time = duration(overdue, units);
    return { says: status === undefined ? texts.pastPromise(time) : texts.endedPast(time) };
  }
  if (run.missedEnd === true) return { says: schedules.missedEnd };
  if (verdict !== "late") return { says: "" };
  return { says: run.missedStart === true ? texts.beganLate : texts.caughtUp };
}
