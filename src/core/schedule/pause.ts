import { reject } from "../result.ts";
import { chooseMissed } from "./catch-up.ts";
import type { ScheduleOutcome } from "./command.ts";
import { collectDue, goOn, settleExceptions, takeDue } from "./fire.ts";
import { type Turn, record } from "./record.ts";
import type { CatchUp, Firing } from "./schedule.ts";
import { SKIPS_MAX } from "../limits.ts";

/**
 * Everything that is due by now gets its verdict before anything else changes: no instant depends on whether the alarm was
 * there first. While a schedule is paused nothing wakes for it; its instants get their rows when somebody looks.
 */
export function settle(turn: Turn): void {
  const { entry, store, now } = turn;
  if (entry.spec.enabled) {
    collectDue(turn, "alarm");
    goOn(turn);
  } else {
    const due = takeDue(turn);
    if (!due) return;
    store.touch(entry);
    for (const [position, { at }] of settleExceptions(turn, due.due, "alarm").entries()) {
      const more = due.more && position === 0 ? { reason: "and so were older ones, which have no rows" } : {};
      record(turn, { at, kind: "scheduled", verdict: "paused", firedBy: "alarm", firedAt: now, ...more });
    }
  }
  store.arm(entry);
}

/** Whether a paused schedule has instants without rows. */
export function isUnsettled({ entry, now }: Omit<Turn, "store">): boolean {
  const { nextAt } = entry.state;
  return !entry.spec.enabled && nextAt !== undefined && nextAt <= now;
}

export function setEnabled(turn: Turn, enabled: boolean, reason?: string): ScheduleOutcome {
  const { entry, store, now } = turn;
  settle(turn);
  if (entry.spec.enabled !== enabled) {
    entry.spec = { ...entry.spec, enabled, updatedAt: now };
    entry.state.paused = enabled ? undefined : { at: now, ...(reason !== undefined && { reason }) };
    store.writeSpec(entry);
    goOn(turn);
  }
  store.arm(entry);
  return { ok: true, schedule: entry.view };
}

/** Lets a schedule fire again; of the instants that passed in the pause those start that `catchUp` asks for. */
export function resume(turn: Turn, catchUp: CatchUp | undefined, dryRun = false): ScheduleOutcome {
  const { entry, now } = turn;
  settle(turn);
  const rows = entry.spec.enabled ? [] : pausedRows(turn);
  const passed = rows.map(({ at }) => ({ at, startsAt: entry.dueAt(at) }));
  const chosen = chooseMissed(passed, now, catchUp ?? { mode: "none" }).caughtUp;
  const starts = chosen.map(({ at }) => at);
  if (dryRun) return { ok: true, schedule: entry.view, starts };
  entry.state.waiting.push(...chosen.map((one) => ({ ...one, firedBy: "catchUp" })));
  const outcome = setEnabled(turn, true);
  return outcome.ok ? { ...outcome, starts } : outcome;
}

/** Instants of this pause, oldest first. */
function pausedRows({ entry }: Turn): Firing[] {
  const since = entry.state.paused?.at ?? Number.POSITIVE_INFINITY;
  const rows: Firing[] = [];
  for (const [, firing] of entry.ledger.newestFirst()) {
    if (firing.at < since) break;
    if (firing.verdict === "paused") rows.push(firing);
  }
  return rows.toReversed();
}

/** Exactly this coming instant will start nothing. */
export function skip(turn: Turn, at: number, by: string, reason?: string): ScheduleOutcome {
  const { entry, store, now } = turn;
  settle(turn);
  const { state, timetable } = entry;
  const isComing = at > now && state.nextAt !== undefined && at >= state.nextAt && timetable.isInstant(at);
  if (!isComing) return instantNotExists(at);
  const others = state.skips.filter((one) => one.at !== at);
  if (others.length >= SKIPS_MAX)
    return reject("TooManySkips", `at most ${SKIPS_MAX} instants can be skipped`);
  state.skips = [...others, { at, by, ...(reason !== undefined && { reason }) }].toSorted(
    (a, b) => a.at - b.at,
  );
  store.touch(entry);
  return { ok: true, schedule: entry.view };
}

export function unskip(turn: Turn, at: number): ScheduleOutcome {
  const { entry, store } = turn;
  settle(turn);
  const kept = entry.state.skips.filter((one) => one.at !== at);
  if (kept.length === entry.state.skips.length) return instantNotExists(at, "that is to be skipped");
  entry.state.skips = kept;
  store.touch(entry);
  return { ok: true, schedule: entry.view };
}

function instantNotExists(at: number, which = "that could be skipped: see its preview") {
  const time = new Date(at).toISOString();
  return reject("InstantNotExists", `the schedule has no coming instant at ${time} ${which}`);
}
