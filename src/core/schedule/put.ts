import { reject } from "../result.ts";
import type { ScheduleCommand, ScheduleOutcome } from "./command.ts";
import type { Entry, StoredSchedule } from "./entry.ts";
import { goOn } from "./fire.ts";
import { conflictWith } from "./only-if.ts";
import { settle } from "./pause.ts";
import { type ScheduleSpec, scheduleKey } from "./schedule.ts";
import type { ScheduleStore } from "./store.ts";
import { readTimetable } from "./timetable.ts";

type Put = Extract<ScheduleCommand, { type: "putSchedule" }>;

/** Creates a schedule, or changes it: what was due before happens as it said before. */
export function putSchedule(
  store: ScheduleStore,
  command: Put,
  now: number,
  isAgain: boolean,
): ScheduleOutcome {
  const { flow, name, spec, only } = command;
  const old = store.get(flow, name);
  const createdAt = old?.spec.createdAt ?? now;
  const read = readTimetable(spec, createdAt, scheduleKey(flow, name));
  if (!read.ok) return read;
  const before = old && readTimetable(old.spec, createdAt, old.key);
  const known = before?.ok ? before.timetable.oneOffs : [];
  if (read.timetable.oneOffs.some((at) => at <= now && !known.includes(at))) {
    return reject("InvalidCron", "the time of @at has passed");
  }
  const enabled = spec.enabled ?? old?.spec.enabled ?? true;
  const isSame = old !== undefined && sameSpec(old.spec, { ...spec, enabled });
  const conflict = isSame && isAgain ? undefined : conflictWith(only, flow, name, old?.spec);
  if (conflict) return conflict;
  if (isSame) return { ok: true, schedule: old.view, created: false };
  const stored: StoredSchedule = { ...spec, enabled, flow, name, createdAt, updatedAt: now };
  if (old) {
    change({ store, entry: old, now }, stored);
    return { ok: true, schedule: old.view, created: false };
  }
  const entry = store.add(stored);
  entry.state.nextAt = read.timetable.next(now);
  if (!enabled) entry.state.paused = { at: now };
  return { ok: true, schedule: entry.view, created: true };
}

function change(turn: { store: ScheduleStore; entry: Entry; now: number }, stored: StoredSchedule): void {
  const { store, entry, now } = turn;
  settle(turn);
  const wasEnabled = entry.spec.enabled;
  entry.spec = stored;
  const { state, timetable } = entry;
  state.nextAt = timetable.next(now);
  state.skips = state.skips.filter(({ at }) => timetable.isInstant(at));
  if (stored.enabled) state.paused = undefined;
  else if (wasEnabled) state.paused = { at: now };
  watchRunning(entry);
  store.writeSpec(entry);
  goOn(turn);
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
  const { flow: _, name: __, createdAt: ___, updatedAt: ____, ...own } = old;
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
