import { CATCH_UP_MAX, MISSED_AFTER_MS } from "../../limits.ts";
import { SECOND_MS } from "../../time.ts";
import type { CatchUp } from "../schedule.ts";

/** An instant whose time has come. */
export interface Due {
  readonly at: number;
  /** With its delay. */
  readonly startsAt: number;
}

export interface Chosen {
  /** On time, or as good as. */
  readonly onTime: readonly Due[];
  /** Missed, and to be started all the same, oldest first. */
  readonly caughtUp: readonly Due[];
  readonly expired: readonly (Due & { readonly reason: string })[];
}

/**
 * Chooses among instants that are due together, oldest first (spec: schedules, "catchUp"): all but the newest are missed,
 * and the newest is if it is too late.
 */
export function chooseDue(due: readonly Due[], now: number, catchUp: CatchUp | undefined): Chosen {
  const newest = due.at(-1);
  if (!newest) return { onTime: [], caughtUp: [], expired: [] };
  const isOnTime = now - newest.startsAt <= MISSED_AFTER_MS;
  const missed = isOnTime ? due.slice(0, -1) : due;
  return { onTime: isOnTime ? [newest] : [], ...chooseMissed(missed, now, catchUp, isOnTime) };
}

/** Chooses among missed instants only: after an outage, or when a pause is over; `newerStarts` if one on time does. */
export function chooseMissed(
  missed: readonly Due[],
  now: number,
  { mode, windowSeconds = Number.POSITIVE_INFINITY, max = CATCH_UP_MAX }: CatchUp = { mode: "last" },
  newerStarts = false,
): Omit<Chosen, "onTime"> {
  const isInWindow = ({ startsAt }: Due) => now - startsAt <= windowSeconds * SECOND_MS;
  const most = { none: 0, last: newerStarts ? 0 : 1, all: Math.min(max, CATCH_UP_MAX) }[mode];
  const inWindow = missed.filter(isInWindow);
  const caughtUp = most === 0 ? [] : inWindow.slice(-most);
  const chosen = new Set(caughtUp);
  const reasons = {
    none: "missed: the schedule does not catch up",
    last: "missed: a newer instant was due as well",
    all: `missed: only ${most} are caught up`,
  };
  const expired = missed
    .filter((one) => !chosen.has(one))
    .map((one) => ({
      ...one,
      reason:
        mode === "none" || isInWindow(one)
          ? reasons[mode]
          : `missed: later than the ${windowSeconds} s that are caught up`,
    }));
  return { caughtUp, expired };
}
