import { given } from "../given.ts";
import type { Entry } from "./entry.ts";
import { nextStart } from "./timetable/preview.ts";
import type { Schedule } from "./schedule.ts";

/** A schedule as it is shown. */
export function scheduleView({ spec, state, timetable, refusal }: Entry): Schedule {
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
