import { given } from "../given.ts";
import type { Entry } from "./entry.ts";
import { messageOf } from "../result.ts";
import type { Judgement } from "./judgement.ts";
import type { ParkedSchedule } from "./parking.ts";
import { type Schedule, parseScheduleKey } from "./schedule.ts";
import type { StoredSchedule } from "./state.ts";
import { utf8Length } from "../text.ts";
import type { ScheduleStore } from "./store.ts";
import { nextStart } from "./timetable/preview.ts";

/** A schedule in a list. */
export interface ListedSchedule extends Schedule {
  /** How its newest firings went, the newest last; only if it was asked for. */
  readonly recent?: readonly Judgement[];
  /** Their instants. */
  readonly recentAt?: readonly number[];
}

/** A schedule as it is shown. */
export function scheduleView(entry: Entry): Schedule {
  return view(entry, entry.whole);
}

function view({ state, timetable, refusal }: Entry, spec: StoredSchedule): Schedule {
  const { nextAt, paused, skips, counts } = state;
  const { generation: _, ...stored } = spec;
  const isComing = stored.enabled && nextAt !== undefined;
  return {
    ...stored,
    ...(isComing && nextStart(timetable, nextAt, skips)),
    ...(!stored.enabled && given({ pausedAt: paused?.at, pauseReason: paused?.reason })),
    ...(skips.length > 0 && { skips: [...skips] }),
    counts: { ...counts },
    ...given({ refusedToday: refusal }),
  };
}

/** A schedule as it is shown, whatever is wrong with it; undefined when there is none. */
export function viewOf(store: ScheduleStore, key: string, withPayload: boolean): Schedule | undefined {
  const entry = store.byKey(key);
  const parked = store.parked.get(key);
  if (!entry) return parked && bareView(key, parked);
  try {
    return { ...(withPayload ? scheduleView(entry) : viewWithout(entry)), ...given({ parked }) };
  } catch (error) {
    return bareView(key, parked ?? { reason: messageOf(error) });
  }
}

function viewWithout(entry: Entry): Schedule {
  const { payload: _, payloadText: __, ...spec } = entry.spec;
  return view(entry, spec);
}

/** All that can be said of what cannot be read. */
function bareView(key: string, parked: ParkedSchedule): Schedule {
  const { at = 0 } = parked;
  return { ...parseScheduleKey(key), cron: [], enabled: false, createdAt: at, updatedAt: at, parked };
}

/** Bytes of a schedule as JSON. */
export function scheduleSize(schedule: Schedule): number {
  return utf8Length(JSON.stringify(schedule));
}
