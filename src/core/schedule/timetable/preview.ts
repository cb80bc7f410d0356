import { given } from "../../given.ts";
import { NEXT_LOOKED_AT_MAX, PREVIEW_LOOKED_AT_MAX } from "../../limits.ts";
import type { Mark } from "./marks.ts";
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

/** A coming instant that starts nothing, as its row will tell. */
export interface LeftOut {
  readonly at: number;
  readonly verdict: "excluded" | "skipped";
  readonly reason?: string;
}

/** An instant that somebody asked to leave out. */
export type Skip = Omit<LeftOut, "verdict">;

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

/** From an instant on (inclusive), which is the first to start something, and which is the first before it that does not. */
export function nextStart(
  timetable: Timetable,
  from: number,
  skips: readonly Skip[],
): { readonly nextAt?: number; readonly leftOut?: LeftOut } {
  let first: LeftOut | undefined;
  let at: number | undefined = from;
  for (let looked = 0; at !== undefined && looked < NEXT_LOOKED_AT_MAX; looked++) {
    const leftOut = leftOutOf(timetable, at, skips);
    if (!leftOut) return first ? { nextAt: at, leftOut: first } : { nextAt: at };
    first ??= leftOut;
    at = timetable.next(leftOut.verdict === "excluded" ? timetable.excludedUntil(at) - 1 : at);
  }
  return first ? { leftOut: first } : {};
}

/** What an instant is left out by; undefined when it is not. */
export function leftOutOf(timetable: Timetable, at: number, skips: readonly Skip[]): LeftOut | undefined {
  const exclusion = timetable.exclusionOf(at);
  if (exclusion !== undefined) return { at, verdict: "excluded", reason: exclusion };
  const skip = skips.find((one) => one.at === at);
  return skip && { at, verdict: "skipped", ...given({ reason: skip.reason }) };
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
