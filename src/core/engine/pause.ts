import { given } from "../given.ts";
import { PAUSE_CREDIT_MS } from "../pause-limits.ts";
import { reject } from "../result.ts";
import type { Pause } from "./command.ts";
import type { EvolveTable } from "./contract.ts";
import type { Decision } from "./decision.ts";
import { resetTimers, restore } from "./due-timers.ts";
import type { ExecutionState, HeadRecord } from "./state/execution-state.ts";
import { isRunning } from "./state/navigation.ts";

/** What happens to the memory when an execution is paused, and when it goes on. */
export const evolveStandstill: EvolveTable<"executionPaused" | "executionResumed"> = {
  executionPaused({ state }, { by, reason, until }, { at }) {
    const { head } = state;
    head.paused = { at: head.paused?.at ?? at, by, ...given({ reason, until }) };
    resetTimers(state);
    return undefined;
  },
  executionResumed({ state }, _, { at }) {
    const { head } = state;
    const credit = creditOf(head, at);
    head.deadlineAt += credit;
    head.pausedMs = (head.pausedMs ?? 0) + credit;
    delete head.paused;
    restore(state);
    return undefined;
  },
};

/** For so long the time limit has stood still in this pause. */
function creditOf({ paused, pausedMs = 0 }: HeadRecord, now: number): number {
  if (!paused) return 0;
  const ended = Math.min(now, paused.until ?? now);
  return Math.min(PAUSE_CREDIT_MS - pausedMs, Math.max(0, ended - paused.at));
}

/** A repeat changes nothing. */
export function decidePause(state: ExecutionState, { by, reason, until }: Pause, now: number): Decision {
  const { head } = state;
  if (!isRunning(state)) return hasEnded(head);
  if (until !== undefined && until <= now)
    return reject("InvalidRange", "until is over: give a time to come, or none to pause until it is resumed");
  const { paused } = head;
  const why = reason ?? paused?.reason;
  const isSame = paused !== undefined && paused.until === until && paused.reason === why;
  return {
    drafts: isSame ? [] : [{ type: "executionPaused", by, ...given({ reason: why, until }) }],
    outcome: { ok: true },
  };
}

export function decideResume(state: ExecutionState, by: string): Decision {
  if (!isRunning(state)) return hasEnded(state.head);
  return { drafts: state.head.paused ? [{ type: "executionResumed", by }] : [], outcome: { ok: true } };
}

function hasEnded({ status }: HeadRecord): Decision {
  return reject("ExecutionAlreadyCompleted", `the execution has already ended: ${status}`);
}
