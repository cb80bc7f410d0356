import { reject } from "../result.ts";
import { type Due, chooseMissed } from "./catch-up.ts";
import type { Said, ScheduleOutcome } from "./command.ts";
import type { ScheduleState } from "./entry.ts";
import { collectDue, goOn, settleExceptions, takeDue } from "./fire.ts";
import { type Turn, record } from "./record.ts";
import type { CatchUp } from "./schedule.ts";
import { scheduleView } from "./view.ts";
import { SKIPS_MAX } from "../limits.ts";
import { SECOND_MS } from "../time.ts";

/**
 * Everything that is due by now gets its verdict before anything else changes: no instant depends on whether the alarm was
 * there first. While a schedule is paused nothing wakes for it; its instants get their rows when somebody looks.
 */
export function settle(turn: Turn): void {
  const { entry, store } = turn;
  if (entry.spec.enabled) {
    collectDue(turn, "alarm");
    goOn(turn);
  } else {
    const due = takeDue(turn);
    if (!due) return;
    store.touch(entry);
    for (const [position, { at }] of settleExceptions(turn, due.due, "alarm").entries()) {
      recordPaused(turn, at, entry.state.paused, due.more && position === 0);
    }
  }
  store.arm(entry);
}

/** Whether a paused schedule has instants without rows. */
export function isUnsettled({ entry, now }: Omit<Turn, "store">): boolean {
  const { nextAt } = entry.state;
  return !entry.spec.enabled && nextAt !== undefined && nextAt <= now;
}

/** The row of an instant that passed in a pause: who made it, and why. */
export function recordPaused(
  turn: Turn,
  at: number,
  paused: ScheduleState["paused"],
  hasOlder = false,
): void {
  const { by: firedBy = "alarm", reason } = paused ?? {};
  const older = hasOlder ? "so were older ones, which have no rows" : undefined;
  const why = [reason, older].filter((one) => one !== undefined).join("; ");
  const row = { at, kind: "scheduled", verdict: "paused", firedBy, firedAt: turn.now } as const;
  record(turn, why === "" ? row : { ...row, reason: why });
}

export function setEnabled(turn: Turn, enabled: boolean, { by, reason }: Said): ScheduleOutcome {
  const { entry, store, now } = turn;
  settle(turn);
  if (entry.spec.enabled !== enabled) {
    entry.spec = { ...entry.spec, enabled, updatedAt: now };
    const said = { ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) };
    entry.state.paused = enabled ? undefined : { at: now, ...said };
    store.writeSpec(entry);
    goOn(turn);
  }
  store.arm(entry);
  return { ok: true, schedule: scheduleView(entry) };
}

/** Lets a schedule fire again; of the instants that passed in the pause those start that `catchUp` asks for. */
export function resume(
  turn: Turn,
  { catchUp = { mode: "none" }, dryRun, ...said }: { catchUp?: CatchUp; dryRun?: boolean } & Said,
): ScheduleOutcome {
  const { entry, now } = turn;
  settle(turn);
  const passed = entry.spec.enabled ? [] : passedInPause(turn);
  const chosen = chooseMissed(passed, now, catchUp).caughtUp;
  const starts = chosen.map(({ at }) => at);
  if (dryRun) return { ok: true, schedule: scheduleView(entry), starts };
  const reason = whyCaughtUp(entry.state.paused?.reason, said);
  entry.state.waiting.push(...chosen.map((one) => ({ ...one, firedBy: "catchUp", reason })));
  const outcome = setEnabled(turn, true, said);
  return outcome.ok ? { ...outcome, starts } : outcome;
}

function whyCaughtUp(pause: string | undefined, { by, reason }: Said): string {
  const first = `passed in a pause${pause === undefined ? "" : ` (${pause})`}`;
  const who = by === undefined ? "" : ` by ${by}`;
  return `${first}, and was caught up${who} when it was over${reason === undefined ? "" : `: ${reason}`}`;
}

/** Instants of this pause that have no execution, oldest first: also those that came before it and were to start in it. */
function passedInPause({ entry }: Turn): Due[] {
  const since = entry.state.paused?.at ?? Number.POSITIVE_INFINITY;
  const longestDelay = (entry.spec.jitterSeconds ?? 0) * SECOND_MS;
  const ran = new Set<number>();
  const passed: Due[] = [];
  for (const [, { at, verdict, executionName, firedAt = at }] of entry.ledger.newestFirst()) {
    if (at < since - longestDelay) break;
    if (executionName !== undefined) ran.add(at);
    const startsAt = entry.dueAt(at);
    const isOfThisPause = at >= since || (startsAt > since && firedAt >= since);
    if (verdict === "paused" && isOfThisPause) passed.push({ at, startsAt });
  }
  return passed.filter(({ at }) => !ran.has(at)).toReversed();
}

/** Exactly this coming instant will start nothing. */
export function skip(turn: Turn, at: number, by: string, reason?: string): ScheduleOutcome {
  const { entry, store, now } = turn;
  settle(turn);
  const { state, timetable } = entry;
  const isComing = at > now && state.nextAt !== undefined && at >= state.nextAt && timetable.isInstant(at);
  if (!isComing) return instantNotExists(at);
  const first = state.skips.find((one) => one.at === at);
  const others = state.skips.filter((one) => one !== first);
  if (others.length >= SKIPS_MAX)
    return reject("TooManySkips", `at most ${SKIPS_MAX} instants can be skipped`);
  // Who asks again has not asked first.
  const why = first?.reason ?? reason;
  const skipped = { at, by: first?.by ?? by, ...(why !== undefined && { reason: why }) };
  state.skips = [...others, skipped].toSorted((a, b) => a.at - b.at);
  store.touch(entry);
  return { ok: true, schedule: scheduleView(entry) };
}

export function unskip(turn: Turn, at: number): ScheduleOutcome {
  const { entry, store } = turn;
  settle(turn);
  const kept = entry.state.skips.filter((one) => one.at !== at);
  if (kept.length === entry.state.skips.length) return instantNotExists(at, "that is to be skipped");
  entry.state.skips = kept;
  store.touch(entry);
  return { ok: true, schedule: scheduleView(entry) };
}

function instantNotExists(at: number, which = "that could be skipped: see its preview") {
  const time = new Date(at).toISOString();
  return reject("InstantNotExists", `the schedule has no coming instant at ${time} ${which}`);
}
