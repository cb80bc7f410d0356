import { given } from "../../given.ts";
import { ODD_DAYS_MAX, ODD_LOOKED_AT_MAX } from "../../night-limits.ts";
import { DAY_MS } from "../../time.ts";
import type { Mark } from "./marks.ts";
import { type LeftOut, type Skip, leftOutOf } from "./preview.ts";
import type { Timetable } from "./timetable.ts";
import { segments } from "./zone.ts";

/** A coming instant that is not like the others: a change of the clock moves it, or it starts nothing. */
export interface OddInstant {
  readonly at: number;
  readonly local: string;
  readonly weekday: string;
  readonly offset: string;
  readonly mark?: Mark;
  readonly leftOut?: LeftOut["verdict"];
  readonly reason?: string;
}

/** The next odd ones from a time on; whatever is excluded as a whole is one. */
export function oddOnes(
  timetable: Timetable,
  from: number,
  count: number,
  skips: readonly Skip[] = [],
): OddInstant[] {
  const odd: OddInstant[] = [];
  const end = from + ODD_DAYS_MAX * DAY_MS;
  const isNearChange = nearChanges(timetable.timeZone, from, end);
  let at = timetable.next(from - 1);
  for (let looked = 0; at !== undefined && at <= end && looked < ODD_LOOKED_AT_MAX; looked++) {
    const leftOut = leftOutOf(timetable, at, skips);
    const mark = leftOut || !isNearChange(at) ? undefined : timetable.markOf(at);
    if (leftOut || mark) {
      const { verdict, reason } = leftOut ?? {};
      odd.push({ at, ...timetable.localOf(at), ...given({ mark, leftOut: verdict, reason }) });
      if (odd.length >= count) break;
    }
    at = timetable.next(leftOut?.verdict === "excluded" ? timetable.excludedUntil(at) - 1 : at);
  }
  return odd;
}

/** Only there can an instant be marked: to look at all of a year would take long. */
function nearChanges(zone: string, from: number, to: number): (at: number) => boolean {
  const changes = segments(zone, from - DAY_MS, to + DAY_MS)
    .slice(1)
    .map((segment) => segment.from);
  return (at) => changes.some((change) => Math.abs(change - at) <= 2 * DAY_MS);
}
