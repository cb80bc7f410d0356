import { reject } from "../result.ts";
import { type Due, chooseMissed } from "./phases/catch-up.ts";
import type { ScheduleOutcome } from "./command.ts";
import { proceed, processPassed } from "./process.ts";
import type { CatchUp, Said } from "./schedule.ts";
import type { ScheduleContext } from "./schedule-context.ts";
import { instantBytes } from "./shard-memory.ts";
import { scheduleView } from "./view.ts";
import { SKIPS_MAX } from "../limits.ts";
import { SECOND_MS } from "../time.ts";

export function setEnabled(
  context: ScheduleContext,
  enabled: boolean,
  { by, reason }: Said,
): ScheduleOutcome {
  const { entry, store, now } = context;
  processPassed(context);
  if (entry.spec.enabled !== enabled) {
    const said = { ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) };
    entry.state.paused = enabled ? undefined : { at: now, ...said };
    store.writeSpec(entry, { ...entry.whole, enabled, updatedAt: now });
    proceed(context);
  }
  store.arm(entry);
  return { ok: true, schedule: scheduleView(entry) };
}

/** Lets a schedule fire again; of the instants that passed in the pause those start that `catchUp` asks for. */
export function resume(
  context: ScheduleContext,
  { catchUp = { mode: "none" }, dryRun, ...said }: { catchUp?: CatchUp; dryRun?: boolean } & Said,
): ScheduleOutcome {
  const { entry, now } = context;
  processPassed(context);
  const passed = entry.spec.enabled ? [] : passedInPause(context);
  const chosen = chooseMissed(passed, now, catchUp).caughtUp;
  const starts = chosen.map(({ at }) => at);
  if (dryRun) return { ok: true, schedule: scheduleView(entry), starts };
  const reason = whyCaughtUp(entry.state.paused?.reason, said);
  entry.state.waiting.push(...chosen.map((one) => ({ ...one, firedBy: "catchUp", reason })));
  const outcome = setEnabled(context, true, said);
  return outcome.ok ? { ...outcome, starts } : outcome;
}

function whyCaughtUp(pause: string | undefined, { by, reason }: Said): string {
  const first = `passed in a pause${pause === undefined ? "" : ` (${pause})`}`;
  const who = by === undefined ? "" : ` by ${by}`;
  return `${first}, and was caught up${who} when it was over${reason === undefined ? "" : `: ${reason}`}`;
}

/** Instants of this pause that have no execution, oldest first: also those that came before it and were to start in it. */
function passedInPause({ entry }: ScheduleContext): Due[] {
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
export function skip(context: ScheduleContext, at: number, by: string, reason?: string): ScheduleOutcome {
  const { entry, store, now } = context;
  processPassed(context);
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
  const full = store.memory.take(entry, instantBytes(skipped));
  if (full) return full;
  state.skips = [...others, skipped].toSorted((a, b) => a.at - b.at);
  store.touch(entry);
  return { ok: true, schedule: scheduleView(entry) };
}

export function unskip(context: ScheduleContext, at: number): ScheduleOutcome {
  const { entry, store } = context;
  processPassed(context);
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
