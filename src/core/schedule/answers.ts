import { backfillEnded } from "./backfill.ts";
import type { BegunFiring, CheckRunning, EndedFiring, StartFiring } from "./command.ts";
import type { Open } from "./entry.ts";
import { goOn } from "./fire.ts";
import { type Turn, amend, refuse } from "./record.ts";
import type { Firing } from "./schedule.ts";
import { openOf } from "./store.ts";

/** A flow has the start of a firing: when its execution begins is another question. */
export function startTaken({ store, entry, now }: Turn, effect: StartFiring): void {
  const { state } = entry;
  const open = openOf(entry, effect);
  if (!open || open.isTaken) return;
  const { startBy } = open;
  const isWatched =
    entry.watchesEnds || startBy !== undefined || open.backfill !== undefined || state.buffer.length > 0;
  state.open = state.open.flatMap((one) => {
    if (one !== open) return [one];
    return isWatched ? [{ ...one, isTaken: true }] : [];
  });
  // Without this a restart would take it for late; anything else it may well ask for again.
  if (startBy !== undefined) store.touch(entry);
  if (state.waiting.length > 0) goOn({ store, entry, now });
  store.arm(entry);
}

/** A firing could not be started at all. */
export function startRefused(turn: Turn, effect: StartFiring, reason: string): void {
  const { store, entry } = turn;
  const open = openOf(entry, effect);
  if (!open || open.isTaken) return;
  refuse(turn, open, reason);
  entry.state.open = entry.state.open.filter((one) => one !== open);
  if (open.backfill !== undefined) backfillEnded(turn, open.backfill, "failedToStart");
  store.touch(entry);
  goOn(turn);
  store.arm(entry);
}

/** The real state of executions that were taken for running. */
export function runningChecked(
  turn: Turn,
  effect: CheckRunning,
  ended: readonly EndedFiring[],
  began: readonly BegunFiring[] = [],
): void {
  const { store, entry } = turn;
  if (entry.checking?.id !== effect.id) return;
  entry.checking = undefined;
  for (const one of ended) settleEnd(turn, one);
  for (const one of began) settleStart(turn, one);
  settlePromises(turn, effect);
  goOn(turn, true);
  store.arm(entry);
}

/** An execution told its end. */
export function executionOver(turn: Turn, ended: EndedFiring): void {
  settleEnd(turn, ended);
  goOn(turn);
  turn.store.arm(turn.entry);
}

function settleEnd(turn: Turn, ended: EndedFiring): void {
  const { store, entry } = turn;
  const { at, kind, executionName, status, startedAt, endedAt } = ended;
  const open = openOf(entry, ended);
  const row = entry.ledger.find(at, kind);
  if (row?.executionName === executionName && row.executionStatus === undefined && status !== undefined) {
    const isLate = open?.endBy !== undefined && endedAt > open.endBy;
    amend(turn, at, kind, {
      executionStatus: status,
      ...(isLate && { missedEnd: true }),
      ...(startedAt !== undefined && startOf(row, startedAt, open)),
    });
  }
  if (!open) return;
  entry.state.open = entry.state.open.filter((one) => one !== open);
  if (open.backfill !== undefined) backfillEnded(turn, open.backfill, status ?? "Stopped");
  store.touch(entry);
}

/** It is known now when an execution began. */
function settleStart(turn: Turn, { startedAt, ...began }: BegunFiring): void {
  const open = openOf(turn.entry, began);
  const row = turn.entry.ledger.find(began.at, began.kind);
  if (row?.executionName !== began.executionName || row.startedAt !== undefined) return;
  amend(turn, began.at, began.kind, startOf(row, startedAt, open));
  forgetPromise(turn, began);
}

/** Whoever was asked for because it was to have begun by now, and has not. */
function settlePromises(turn: Turn, { firings }: CheckRunning): void {
  for (const one of firings) {
    const open = openOf(turn.entry, one);
    if (open?.startBy === undefined || open.startBy > turn.now) continue;
    amend(turn, one.at, one.kind, { missedStart: true });
    forgetPromise(turn, one);
  }
}

function forgetPromise({ store, entry }: Turn, { executionName }: Pick<BegunFiring, "executionName">): void {
  entry.state.open = entry.state.open.flatMap((one) => {
    if (one.executionName !== executionName) return [one];
    const { startBy: _, ...kept } = one;
    const isWatched = entry.watchesEnds || one.backfill !== undefined || entry.state.buffer.length > 0;
    return isWatched ? [kept] : [];
  });
  store.touch(entry);
}

/** What a row tells of the real start: the promise is kept or broken by it, not by the decision. */
function startOf(
  { firedAt, latenessMs }: Firing,
  startedAt: number,
  open: Open | undefined,
): Partial<Firing> {
  const isLate = open?.startBy !== undefined && startedAt > open.startBy;
  const startsAt = firedAt === undefined || latenessMs === undefined ? undefined : firedAt - latenessMs;
  return {
    startedAt,
    ...(startsAt !== undefined && { startLatenessMs: Math.max(0, startedAt - startsAt) }),
    ...(isLate && { missedStart: true }),
  };
}
