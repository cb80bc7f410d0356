import type { ScheduleCommand, ScheduleOutcome } from "./command.ts";
import type { Entry } from "./entry.ts";
import { writeExceptions, writePaused } from "./phases/due.ts";
import { conflictWith, payloadTooLarge } from "./preconditions.ts";
import { proceed, processPassed } from "./process.ts";
import { withoutPayload } from "./payloads.ts";
import type { ScheduleContext } from "./schedule-context.ts";
import { refusalOfNew } from "./timetable/refusal.ts";
import { type ScheduleSpec, scheduleKey } from "./schedule.ts";
import { settleUntil } from "./settled.ts";
import type { Open, ScheduleState, StoredSchedule } from "./state.ts";
import type { ScheduleStore } from "./store.ts";
import { readTimetable } from "./timetable/timetable.ts";
import { scheduleView } from "./view.ts";

type Put = Extract<ScheduleCommand, { type: "putSchedule" }>;

/** Creates a schedule, or changes it: what was due before happens as it said before. */
export function putSchedule(
  store: ScheduleStore,
  command: Put,
  now: number,
  isAgain: boolean,
): ScheduleOutcome {
  const { flow, name, spec, only, generation } = command;
  const old = oldOf(store, command);
  const known = old?.whole;
  const createdAt = known?.createdAt ?? now;
  const refusal =
    payloadTooLarge(spec.payload, known?.payload) ?? refusalOfNew(spec, scheduleKey(flow, name), now, known);
  if (refusal) return refusal;
  const enabled = spec.enabled ?? known?.enabled ?? true;
  const isSame = known !== undefined && sameSpec(known, { ...spec, enabled });
  const conflict = isSame && isAgain ? undefined : conflictWith(only, flow, name, known);
  if (conflict) return conflict;
  const isParked = old !== undefined && store.isHeld(old);
  if (old && isSame && !isParked) return { ok: true, schedule: scheduleView(old), created: false };
  const stored: StoredSchedule = {
    ...spec,
    enabled,
    flow,
    name,
    createdAt,
    updatedAt: now,
    ...(generation !== undefined && { generation: Math.max(generation, known?.generation ?? 0) }),
  };
  const full = store.memory.refuseSchedule(withoutPayload(stored) ?? stored, old);
  if (full) return full;
  if (old && !isParked) {
    change({ store, entry: old, now }, stored, pausedBy(command, now));
    return { ok: true, schedule: scheduleView(old), created: false };
  }
  // What is wrong with a parked one may be what it keeps: it begins anew.
  const predecessor = store.get(flow, name);
  if (predecessor) store.remove(predecessor);
  else if (store.parked.get(scheduleKey(flow, name))) store.removeRows(scheduleKey(flow, name));
  const entry = store.add(stored);
  settleUntil(entry, now, now);
  if (!enabled) entry.state.paused = pausedBy(command, now);
  return { ok: true, schedule: scheduleView(entry), created: !old };
}

function pausedBy({ by }: Put, now: number): ScheduleState["paused"] {
  return by === undefined ? { at: now } : { at: now, by };
}

function change(context: ScheduleContext, stored: StoredSchedule, paused: ScheduleState["paused"]): void {
  const { store, entry, now } = context;
  processPassed(context);
  const wasEnabled = entry.spec.enabled;
  keepPayloads(context, stored);
  const delayed = takeDelayed(context, stored, paused);
  store.writeSpec(entry, stored);
  const { state, timetable } = entry;
  settleUntil(entry, delayed === undefined ? now : delayed - 1, now);
  state.skips = state.skips.filter(({ at }) => timetable.isInstant(at));
  if (stored.enabled) state.paused = undefined;
  else if (wasEnabled) state.paused = paused;
  watchRunning(entry);
  proceed(context);
}

/** A schedule of a flow that was deleted and made again is none of the new one's. */
function oldOf(store: ScheduleStore, { flow, name, generation = 0 }: Put): Entry | undefined {
  const old = store.get(flow, name);
  return old && (old.spec.generation ?? generation) < generation ? undefined : old;
}

/** Starts that are under way carry the payload that they were decided with. */
function keepPayloads({ store, entry, now }: ScheduleContext, { payload: changed }: StoredSchedule): void {
  const { state } = entry;
  const ofBackfill = entry.backfill?.payload;
  const isOfSchedule = ({ isTaken, payload, payloadIn, backfill }: Open): boolean =>
    !isTaken && !payload && payloadIn === undefined && (backfill === undefined || ofBackfill === undefined);
  if (!state.open.some(isOfSchedule)) return;
  const { payload = {} } = entry.whole;
  if (JSON.stringify(payload) === JSON.stringify(changed ?? {})) return;
  const kept = store.keepPayload(entry, `until:${now}`, payload);
  state.open = state.open.map((one) => (isOfSchedule(one) ? { ...one, ...kept } : one));
}

/**
 * An instant that has come and waits for the end of its delay, if the changed schedule has it, too; else it gets its verdict
 * now, as the schedule said before.
 */
function takeDelayed(
  context: ScheduleContext,
  stored: StoredSchedule,
  paused: ScheduleState["paused"],
): number | undefined {
  const { entry, now } = context;
  const { nextAt } = entry.state;
  if (nextAt === undefined || nextAt > now) return undefined;
  const changed = readTimetable(stored, stored.createdAt, entry.key);
  if (changed.ok && changed.timetable.isInstant(nextAt)) return nextAt;
  const due = [{ at: nextAt, startsAt: entry.dueAt(nextAt) }];
  for (const one of writeExceptions(context, due, "alarm")) {
    if (entry.spec.enabled && stored.enabled) entry.state.waiting.push({ ...one, firedBy: "alarm" });
    else writePaused(context, nextAt, paused ?? entry.state.paused);
  }
  return undefined;
}

/** A policy that cares for what runs begins with what was started lately, before anybody cared. */
function watchRunning(entry: Entry): void {
  if (!entry.watchesEnds) return;
  const { state } = entry;
  for (const { at, kind, verdict, executionName, executionStatus, firedAt } of state.tail) {
    if (verdict !== "started" || executionName === undefined || executionStatus !== undefined) continue;
    if (state.open.some((open) => open.executionName === executionName)) continue;
    state.open.push({ at, kind, executionName, since: firedAt ?? at, isTaken: true });
  }
}

function sameSpec(old: StoredSchedule, spec: ScheduleSpec): boolean {
  const { flow: _, name: __, createdAt: ___, updatedAt: ____, generation: _____, ...own } = old;
  return canonical(own) === canonical(spec);
}

/** The same text for the same fields, whatever their order. */
function canonical(spec: ScheduleSpec): string {
  return JSON.stringify(
    Object.entries(spec)
      .filter(([, value]) => value !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
