import { given } from "../../given.ts";
import { RUNNING_CHECK_MS } from "../../limits.ts";
import { backfillEnded } from "../backfill.ts";
import type { BegunFiring, EndedFiring } from "../command.ts";
import type { CheckRunning, StartFiring } from "../effect.ts";
import { taken } from "../payloads.ts";
import type { Firing } from "../schedule.ts";
import type { ScheduleContext } from "../schedule-context.ts";
import type { Open } from "../state.ts";
import { breakPromises, forgetStartBy } from "./promises.ts";
import { updateFiring, writeRefusal } from "./rows.ts";

/*
 * What comes back of a firing. Each gives whether something that waited for it may go on now: nothing does after an answer to
 * what nobody asks any more.
 */

/** A flow has the start of a firing: when its execution begins is another question. */
export function startTaken({ store, entry }: ScheduleContext, effect: StartFiring): boolean {
  const { state } = entry;
  const open = entry.openOf(effect);
  if (!open || open.isTaken) return false;
  const { startBy } = open;
  const isWatched =
    entry.watchesEnds || startBy !== undefined || open.backfill !== undefined || state.buffer.length > 0;
  state.open = state.open.flatMap((one) => {
    if (one !== open) return [one];
    return isWatched ? [taken(one)] : [];
  });
  // Without this a restart would take it for late; anything else it may well ask for again.
  if (startBy !== undefined) store.touch(entry);
  return state.waiting.length > 0;
}

/** A firing could not be started at all. */
export function startRefused(context: ScheduleContext, effect: StartFiring, reason: string): boolean {
  const { store, entry } = context;
  const open = entry.openOf(effect);
  if (!open || open.isTaken) return false;
  writeRefusal(context, open, reason);
  entry.state.open = entry.state.open.filter((one) => one !== open);
  if (open.backfill !== undefined) backfillEnded(context, open.backfill, "failedToStart");
  store.touch(entry);
  return true;
}

/** The real state of executions that were taken for running. */
export function runningChecked(
  context: ScheduleContext,
  effect: CheckRunning,
  ended: readonly EndedFiring[],
  began: readonly BegunFiring[] = [],
): boolean {
  const { entry } = context;
  if (entry.checking?.id !== effect.id) return false;
  entry.checking = undefined;
  for (const one of ended) if (!isOnItsWay(context, one)) noteEnd(context, one);
  for (const one of began) noteStart(context, one);
  breakPromises(context, effect);
  return true;
}

function isOlder({ redrives = 0 }: Firing, ended: EndedFiring): boolean {
  return (ended.redrives ?? 0) < redrives;
}

/** One that is to go on, of which the flow has not heard yet. */
function isOnItsWay({ entry, now }: ScheduleContext, ended: EndedFiring): boolean {
  const row = entry.ledger.find(ended.at, ended.kind);
  const since = entry.openOf(ended)?.since ?? 0;
  return row !== undefined && isOlder(row, ended) && now < since + RUNNING_CHECK_MS;
}

/** An execution told its end, or is known to have ended. */
export function noteEnd(context: ScheduleContext, ended: EndedFiring): void {
  const { store, entry } = context;
  const { at, kind, executionName, status, startedAt, endedAt, error } = ended;
  const open = entry.openOf(ended);
  const row = entry.ledger.find(at, kind);
  // The end of before it went on, told late.
  if (row?.executionName === executionName && isOlder(row, ended)) return;
  if (row?.executionName === executionName && row.executionStatus === undefined && status !== undefined) {
    const isLate = open?.endBy !== undefined && endedAt > open.endBy;
    updateFiring(context, at, kind, {
      executionStatus: status,
      executionEndedAt: endedAt,
      ...given({ error }),
      ...(isLate && { missedEnd: true }),
      ...(startedAt !== undefined && beginOf(row, startedAt, open)),
    });
  }
  if (!open) return;
  entry.state.open = entry.state.open.filter((one) => one !== open);
  if (open.backfill !== undefined) backfillEnded(context, open.backfill, status ?? "Stopped");
  store.touch(entry);
}

/** It is known now when an execution began. */
function noteStart(context: ScheduleContext, { startedAt, ...began }: BegunFiring): void {
  const open = context.entry.openOf(began);
  const row = context.entry.ledger.find(began.at, began.kind);
  if (row?.executionName !== began.executionName || row.startedAt !== undefined) return;
  updateFiring(context, began.at, began.kind, beginOf(row, startedAt, open));
  forgetStartBy(context, began);
}

/** What a row tells of the real start: the promise is kept or broken by it, not by the decision. */
function beginOf(
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
