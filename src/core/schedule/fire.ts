import { LEDGER_ROWS_MAX, MISSED_NOTICES_MAX, OPEN_FIRINGS_MAX, RUNNING_CHECK_MS } from "../limits.ts";
import { stepBackfill } from "./backfill.ts";
import { type Chosen, type Due, chooseDue } from "./catch-up.ts";
import type { Waiting } from "./entry.ts";
import { decideOverlap } from "./overlap.ts";
import { type Turn, amend, record, startByOf, startScheduled } from "./record.ts";
import { isDecided, settleUntil } from "./settled.ts";

/** Does all that a schedule's time has come for. */
export function wake(turn: Turn, firedBy: "alarm" | "cron"): void {
  collectDue(turn, firedBy);
  goOn(turn);
  checkPromises(turn);
  turn.store.arm(turn.entry);
}

/** What can be decided now is; what hangs on executions that run is first asked for their real state. */
export function goOn(turn: Turn, isChecked = false): void {
  // Also of a paused schedule: what waits for a decision came before the pause.
  decideWaiting(turn, isChecked);
  if (turn.entry.spec.enabled) drainBuffer(turn);
  stepBackfill(turn);
  askAgain(turn);
}

/** Gives verdicts to instants that are due, and lines up those that may start. */
export function collectDue(turn: Turn, firedBy: "alarm" | "cron"): void {
  const { entry, store, now } = turn;
  const due = entry.spec.enabled ? takeDue(turn) : undefined;
  if (!due) return;
  store.touch(entry);
  const { onTime, caughtUp, expired } = chooseDue(
    settleExceptions(turn, due.due, firedBy),
    now,
    entry.spec.catchUp,
  );
  writeExpired(turn, expired, firedBy, due.more);
  const lineUp = (one: Due, by: string): Waiting => {
    const startBy = startByOf(entry, one.startsAt);
    return { ...one, firedBy: by, ...(startBy !== undefined && { startBy }) };
  };
  entry.state.waiting.push(...caughtUp.map((one) => lineUp(one, "catchUp")));
  entry.state.waiting.push(...onTime.map((one) => lineUp(one, firedBy)));
  giveUpWaiting(turn);
}

/** In case nobody can tell for very long whether an execution runs: the state must stay small enough to be written. */
function giveUpWaiting(turn: Turn): void {
  const { waiting } = turn.entry.state;
  const over = waiting.splice(0, Math.max(0, waiting.length - OPEN_FIRINGS_MAX));
  const reason = `more than ${OPEN_FIRINGS_MAX} instants waited to hear whether an execution runs`;
  for (const { at, firedBy } of over) {
    record(turn, { at, kind: "scheduled", verdict: "expired", firedBy, firedAt: turn.now, reason });
  }
}

/** Instants whose time has come, oldest first; the schedule's next instant is then the first whose time has not. */
export function takeDue({ entry, now }: Turn): { due: Due[]; more: boolean } | undefined {
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
export function settleExceptions(turn: Turn, due: readonly Due[], firedBy: string): Due[] {
  const { entry, now } = turn;
  const { state, timetable, spec } = entry;
  return due.filter(({ at }) => {
    const row = { at, kind: "scheduled", firedAt: now } as const;
    const exclusion = spec.exclude && timetable.exclusionOf(at);
    const skip = state.skips.find((one) => one.at === at);
    if (skip) state.skips = state.skips.filter((one) => one !== skip);
    if (exclusion !== undefined) record(turn, { ...row, verdict: "excluded", firedBy, reason: exclusion });
    else if (skip) {
      const reason = skip.reason === undefined ? {} : { reason: skip.reason };
      record(turn, { ...row, verdict: "skipped", firedBy: skip.by, ...reason });
    }
    return exclusion === undefined && !skip;
  });
}

function writeExpired(turn: Turn, expired: Chosen["expired"], firedBy: string, more: boolean): void {
  for (const [position, { at, reason }] of expired.entries()) {
    const others = more && position === 0 ? "; so it was for older ones, which have no rows" : "";
    const row = { at, kind: "scheduled", verdict: "expired", firedBy, firedAt: turn.now } as const;
    const isTold = position >= expired.length - MISSED_NOTICES_MAX;
    record(turn, { ...row, reason: reason + others }, isTold);
  }
}

function decideWaiting(turn: Turn, isChecked: boolean): void {
  const { entry, store } = turn;
  const { state } = entry;
  const { overlap = "allow", bufferLimit } = entry.spec;
  if (state.waiting.length === 0 || entry.checking) return;
  if (overlap !== "allow" && !isChecked && entry.running.length > 0) {
    // The answer to a start is on its way; after a restart it may be that it ended long ago.
    const isAnswered = entry.running.every(({ isTaken }) => isTaken);
    if (isAnswered) askForRunning(turn, overlap === "cancelOther");
    return;
  }
  const { waiting } = state;
  state.waiting = [];
  store.touch(entry);
  for (const [position, one] of waiting.entries()) {
    const isLast = position === waiting.length - 1;
    const inTheWay = { running: entry.running.length, buffered: state.buffer.length };
    // Of several at once each would stop the one before it.
    const decision =
      overlap === "cancelOther" && !isLast ? "skippedOverlap" : decideOverlap(overlap, inTheWay, bufferLimit);
    if (decision === "start") startScheduled(turn, one);
    else holdBack(turn, one, decision);
  }
}

function holdBack(turn: Turn, one: Waiting, verdict: "skippedOverlap" | "buffered" | "bufferFull"): void {
  const { entry, now } = turn;
  const name = entry.running.at(-1)?.executionName;
  const reasons = {
    skippedOverlap: name === undefined ? "a newer instant was due as well" : `"${name}" was running`,
    buffered: `waits for "${name}"`,
    bufferFull: `"${name}" was running, and ${entry.state.buffer.length} waited already`,
  };
  const { at, firedBy } = one;
  record(turn, { at, kind: "scheduled", verdict, firedBy, firedAt: now, reason: reasons[verdict] });
  if (verdict === "buffered") entry.state.buffer.push(one);
}

/** Starts what waited, once nothing runs any more. */
function drainBuffer(turn: Turn): void {
  const { entry } = turn;
  const { overlap = "allow" } = entry.spec;
  const free = overlap === "allow" ? entry.state.buffer.length : Number(entry.running.length === 0);
  for (const next of entry.state.buffer.splice(0, free)) {
    startScheduled(turn, next, "waited for an execution to end");
  }
}

/** Asks how the executions that are taken for running really are. */
function askForRunning({ entry, store, now }: Turn, stop: boolean): void {
  const { flow, name } = entry.spec;
  const firings = entry.state.open
    .filter(({ isTaken, kind }) => isTaken && !(stop && kind === "backfill"))
    .map(({ at, kind, executionName }) => ({ at, kind, executionName }));
  entry.recheckAt = now + RUNNING_CHECK_MS;
  if (firings.length === 0) return;
  const id = `${entry.key}:check:${now}:${entry.checks++}`;
  entry.checking = { id, kind: "checkRunning", since: now, flow, schedule: name, stop, firings };
  store.effects.add(entry.checking);
}

/** In case nobody told that an execution has ended. */
function askAgain(turn: Turn): void {
  const { entry, now } = turn;
  if (!entry.isHeldUp()) entry.recheckAt = undefined;
  else if (entry.recheckAt === undefined) entry.recheckAt = now + RUNNING_CHECK_MS;
  else if (entry.recheckAt <= now && !entry.checking) askForRunning(turn, false);
}

/** Marks firings that have not started or ended when `expect` says that they should. */
function checkPromises(turn: Turn): void {
  const { entry, now } = turn;
  const { state } = entry;
  const isPast = (time: number | undefined) => time !== undefined && time <= now;
  const late = [...state.buffer, ...state.waiting].filter(({ startBy }) => isPast(startBy));
  for (const { at } of late) amend(turn, at, "scheduled", { missedStart: true });
  const withoutStartBy = <T extends Waiting>(one: T): T =>
    late.includes(one) ? withoutKey(one, "startBy") : one;
  if (late.length > 0) {
    state.buffer = state.buffer.map(withoutStartBy);
    state.waiting = state.waiting.map(withoutStartBy);
  }
  state.open = state.open.map((one) => {
    let kept = one;
    if (isPast(one.startBy) && !one.isTaken) {
      amend(turn, one.at, one.kind, { missedStart: true });
      kept = withoutKey(kept, "startBy");
    }
    if (isPast(one.endBy)) {
      amend(turn, one.at, one.kind, { missedEnd: true });
      kept = withoutKey(kept, "endBy");
    }
    return kept;
  });
  // Its flow has it, but only the execution knows whether it has begun.
  if (!entry.checking && state.open.some(({ startBy }) => isPast(startBy))) askForRunning(turn, false);
}

function withoutKey<T extends object>(object: T, key: keyof T): T {
  const copy = { ...object };
  delete copy[key];
  return copy;
}
