import { LEDGER_ROWS_MAX, MISSED_NOTICES_MAX, OPEN_FIRINGS_MAX } from "../../limits.ts";
import type { ScheduleContext } from "../schedule-context.ts";
import { NO_ROOM } from "../shard-memory.ts";
import { isDecided, settleUntil } from "../settled.ts";
import type { ScheduleState, Waiting } from "../state.ts";
import { type Chosen, type Due, chooseDue } from "./catch-up.ts";
import { startByOf } from "./promises.ts";
import { writeFiring } from "./rows.ts";

/** Gives verdicts to instants that are due, and lines up those that may start. */
export function takeInDue(context: ScheduleContext, firedBy: "alarm" | "cron"): void {
  const { entry, store, now } = context;
  const due = entry.spec.enabled ? takeDue(context) : undefined;
  if (!due) return;
  store.touch(entry);
  const { onTime, caughtUp, expired } = chooseDue(
    writeExceptions(context, due.due, firedBy),
    now,
    entry.spec.catchUp,
  );
  writeExpired(context, expired, firedBy, due.more);
  const lineUp = (one: Due, by: string): Waiting => {
    const startBy = startByOf(entry, one.startsAt);
    return { ...one, firedBy: by, ...(startBy !== undefined && { startBy }) };
  };
  entry.state.waiting.push(...caughtUp.map((one) => lineUp(one, "catchUp")));
  entry.state.waiting.push(...onTime.map((one) => lineUp(one, firedBy)));
  giveUpWaiting(context);
}

/** In case nobody can tell for very long whether an execution runs: the state must stay small enough to be written. */
function giveUpWaiting(context: ScheduleContext): void {
  const { waiting } = context.entry.state;
  const { isFull } = context.store.memory;
  const over = waiting.splice(0, Math.max(0, waiting.length - (isFull ? 1 : OPEN_FIRINGS_MAX)));
  const reason = isFull
    ? NO_ROOM
    : `more than ${OPEN_FIRINGS_MAX} instants waited to hear whether an execution runs`;
  for (const { at, firedBy } of over) {
    writeFiring(context, {
      at,
      kind: "scheduled",
      verdict: "expired",
      firedBy,
      firedAt: context.now,
      reason,
    });
  }
}

/** Instants whose time has come, oldest first; the schedule's next instant is then the first whose time has not. */
function takeDue({ entry, now }: ScheduleContext): { due: Due[]; more: boolean } | undefined {
  const { state, timetable } = entry;
  if (state.nextAt === undefined || entry.dueAt(state.nextAt) > now) return undefined;
  const { instants, more } = timetable.until(state.nextAt, now, LEDGER_ROWS_MAX);
  const come = instants
    .map((at) => ({ at, startsAt: entry.dueAt(at) }))
    .filter(({ startsAt }) => startsAt <= now);
  const due = come.filter(({ at }) => !isDecided(entry, at, now));
  settleUntil(entry, come.at(-1)?.at ?? now, now);
  return { due, more };
}

/** Writes the rows of instants that are excluded or to be skipped; gives the others. */
export function writeExceptions(context: ScheduleContext, due: readonly Due[], firedBy: string): Due[] {
  const { entry, now } = context;
  const { state, timetable, spec } = entry;
  return due.filter(({ at }) => {
    const row = { at, kind: "scheduled", firedAt: now } as const;
    const exclusion = spec.exclude && timetable.exclusionOf(at);
    const skip = state.skips.find((one) => one.at === at);
    if (skip) state.skips = state.skips.filter((one) => one !== skip);
    if (exclusion !== undefined)
      writeFiring(context, { ...row, verdict: "excluded", firedBy, reason: exclusion });
    else if (skip) {
      const reason = skip.reason === undefined ? {} : { reason: skip.reason };
      writeFiring(context, { ...row, verdict: "skipped", firedBy: skip.by, ...reason });
    }
    return exclusion === undefined && !skip;
  });
}

function writeExpired(
  context: ScheduleContext,
  expired: Chosen["expired"],
  firedBy: string,
  more: boolean,
): void {
  for (const [position, { at, reason }] of expired.entries()) {
    const others = more && position === 0 ? "; so it was for older ones, which have no rows" : "";
    const row = { at, kind: "scheduled", verdict: "expired", firedBy, firedAt: context.now } as const;
    const isTold = position >= expired.length - MISSED_NOTICES_MAX;
    writeFiring(context, { ...row, reason: reason + others }, isTold);
  }
}

/** Instants that passed in a pause get their rows. */
export function writePassed(context: ScheduleContext): void {
  const due = takeDue(context);
  if (!due) return;
  const { entry, store } = context;
  store.touch(entry);
  for (const [position, { at }] of writeExceptions(context, due.due, "alarm").entries()) {
    writePaused(context, at, entry.state.paused, due.more && position === 0);
  }
}

/** The row of an instant that passed in a pause: who made it, and why. */
export function writePaused(
  context: ScheduleContext,
  at: number,
  paused: ScheduleState["paused"],
  hasOlder = false,
): void {
  const { by: firedBy = "alarm", reason } = paused ?? {};
  const older = hasOlder ? "so were older ones, which have no rows" : undefined;
  const why = [reason, older].filter((one) => one !== undefined).join("; ");
  const row = { at, kind: "scheduled", verdict: "paused", firedBy, firedAt: context.now } as const;
  writeFiring(context, why === "" ? row : { ...row, reason: why });
}
