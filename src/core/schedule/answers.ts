import { backfillEnded } from "./backfill.ts";
import type { CheckRunning, EndedFiring, StartFiring } from "./command.ts";
import { goOn } from "./fire.ts";
import { type Turn, amend, refuse } from "./record.ts";
import { openOf } from "./store.ts";

/** A flow has the start of a firing. */
export function startTaken({ store, entry, now }: Turn, effect: StartFiring): void {
  const { state } = entry;
  const open = openOf(entry, effect);
  if (!open || open.isTaken) return;
  const { startBy, ...rest } = open;
  const isLate = startBy !== undefined && startBy < now;
  if (isLate) amend({ store, entry, now }, open.at, open.kind, { missedStart: true });
  const isWatched = entry.watchesEnds || open.backfill !== undefined || state.buffer.length > 0;
  state.open = state.open.flatMap((one) => {
    if (one !== open) return [one];
    return isWatched ? [{ ...rest, isTaken: true }] : [];
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
export function runningChecked(turn: Turn, effect: CheckRunning, ended: readonly EndedFiring[]): void {
  const { store, entry } = turn;
  if (entry.checking?.id !== effect.id) return;
  entry.checking = undefined;
  for (const one of ended) settleEnd(turn, one);
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
  const { at, kind, executionName, status, endedAt } = ended;
  const open = openOf(entry, ended);
  const row = entry.ledger.find(at, kind);
  if (row?.executionName === executionName && row.executionStatus === undefined && status !== undefined) {
    const isLate = open?.endBy !== undefined && endedAt > open.endBy;
    amend(turn, at, kind, { executionStatus: status, ...(isLate && { missedEnd: true }) });
  }
  if (!open) return;
  entry.state.open = entry.state.open.filter((one) => one !== open);
  if (open.backfill !== undefined) backfillEnded(turn, open.backfill, status ?? "Stopped");
  store.touch(entry);
}
