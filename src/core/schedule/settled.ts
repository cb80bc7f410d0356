import { RUNNING_CHECK_MS } from "../limits.ts";
import type { Entry } from "./entry.ts";
import type { ScheduleState } from "./state.ts";

/*
 * What is kept is how far instants have their rows, and never which one is next: zone data changes with a release of the
 * platform, and a clock that was ahead comes back. So no stretch without rows is ever left out.
 */

/**
 * Notes that every instant up to a time has its row, or waits, and works out the next one. Without `now` every row counts,
 * also one that a clock wrote which was ahead.
 */
export function settleUntil(entry: Entry, until: number, now = Number.POSITIVE_INFINITY): void {
  entry.state.settledUntil = until;
  entry.state.nextAt = nextUndecided(entry, until, now);
}

/** A state that was just read: its next instant may be another one by the zone data of today. */
export function resettle(entry: Entry): void {
  settleUntil(entry, entry.state.settledUntil ?? settledBefore(entry));
}

/** Gives back the time that a clock which was ahead took away; true if that changes what comes next. Rows from then stay. */
export function returnTo(entry: Entry, now: number): boolean {
  const { state } = entry;
  if (entry.recheckAt !== undefined) entry.recheckAt = Math.min(entry.recheckAt, now + RUNNING_CHECK_MS);
  const settled = state.settledUntil ?? now;
  if (settled <= now && newestRowAt(state) <= settled) return false;
  const until = Math.min(settled, now);
  const next = nextUndecided(entry, until, now);
  if (next === state.nextAt) return false;
  state.settledUntil = until;
  state.nextAt = next;
  return true;
}

/**
 * Whether an instant has its row, or waits for its verdict. That it passed in a pause, by a clock that showed more than `now`,
 * is not final: its time is still to come, and the pause may be over by then.
 */
export function isDecided({ ledger, state }: Entry, at: number, now: number): boolean {
  const row = ledger.find(at, "scheduled");
  if (!row) return state.waiting.some((one) => one.at === at);
  return row.verdict !== "paused" || (row.firedAt ?? at) <= now;
}

function nextUndecided(entry: Entry, after: number, now: number): number | undefined {
  let at = entry.timetable.next(after);
  while (at !== undefined && isDecided(entry, at, now)) at = entry.timetable.next(at);
  return at;
}

/** How far the state of an older release is settled, which kept only the next instant: rather not far enough. */
function settledBefore({ spec, state, ledger }: Entry): number {
  const { nextAt = Number.POSITIVE_INFINITY, waiting } = state;
  // A change of the schedule had everything before it settled, too.
  const known = [spec.updatedAt, ...waiting.map(({ at }) => at)];
  for (const [, { at, kind }] of ledger.newestFirst()) {
    if (kind !== "scheduled") continue;
    known.push(at);
    break;
  }
  return Math.min(nextAt - 1, Math.max(...known));
}

function newestRowAt({ tail }: ScheduleState): number {
  return tail.at(-1)?.at ?? 0;
}
