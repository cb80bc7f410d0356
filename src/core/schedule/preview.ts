import { PREVIEW_LOOKED_AT_MAX } from "../limits.ts";
import type { Mark } from "./marks.ts";
import type { Skip } from "./schedule.ts";
import type { Timetable } from "./timetable.ts";

/** A coming instant, as a preview shows it. Times are epoch milliseconds. */
export interface PreviewItem {
  readonly at: number;
  readonly local: string;
  /** Of the local time, such as `Sunday`. */
  readonly weekday: string;
  readonly offset: string;
  readonly mark?: Mark;
  /** With its delay; absent without jitter. */
  readonly startsAt?: number;
  readonly isSkipped?: boolean;
}

/** The next instants from a time on (inclusive), without the excluded ones. */
export function preview(
  timetable: Timetable,
  from: number,
  count: number,
  skips: readonly Skip[] = [],
): PreviewItem[] {
  return look(timetable, from, count, skips).items;
}

/** The same, and how far it was looked if that was not far enough; whatever is excluded as a whole is passed by at once. */
export function look(
  timetable: Timetable,
  from: number,
  count: number,
  skips: readonly Skip[] = [],
): { readonly items: PreviewItem[]; readonly lookedUntil?: number } {
  const items: PreviewItem[] = [];
  let at = timetable.next(from - 1);
  for (let passed = 0; at !== undefined && items.length < count;) {
    if (timetable.exclusionOf(at) === undefined) {
      items.push(itemOf(timetable, at, skips));
      at = timetable.next(at);
    } else if (++passed > PREVIEW_LOOKED_AT_MAX) return { items, lookedUntil: at };
    else at = timetable.next(timetable.excludedUntil(at) - 1);
  }
  return { items };
}

function itemOf(timetable: Timetable, at: number, skips: readonly Skip[]): PreviewItem {
  const mark = timetable.markOf(at);
  const startsAt = timetable.startsAt(at);
  return {
    at,
    ...timetable.localOf(at),
    ...(mark && { mark }),
    ...(startsAt !== at && { startsAt }),
    ...(skips.some((skip) => skip.at === at) && { isSkipped: true }),
  };
}
