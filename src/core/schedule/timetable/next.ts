import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../time.ts";
import type { CalendarCron, Cron } from "./cron.ts";
import type { CalendarDate } from "./day-fields.ts";
import { type NumberField, RANGES } from "./field.ts";
import { type Segment, offsetAt, segments } from "./zone.ts";

/** What becomes of local times that do not exist, or exist twice (spec: schedules, "Daylight saving"). */
export interface DaylightSaving {
  readonly gap: "next" | "skip";
  readonly overlap: "first" | "second" | "both" | "skip";
}

export const DEFAULT_DAYLIGHT_SAVING: DaylightSaving = { gap: "next", overlap: "first" };

export interface Calendar {
  readonly timeZone: string;
  /** What `@every` counts from. */
  readonly anchorAt: number;
  /** Whether the anchor itself is an instant, too. */
  readonly startsAtAnchor?: boolean;
  readonly daylightSaving?: DaylightSaving;
}

/** The first instant after `after` (epoch ms, exclusive) at which an expression fires; undefined when there is none. */
export function nextInstant(cron: Cron, calendar: Calendar, after: number): number | undefined {
  switch (cron.kind) {
    case "at":
      return cron.at > after ? cron.at : undefined;
    case "every": {
      const passed = Math.floor((after - calendar.anchorAt) / cron.intervalMs);
      return calendar.anchorAt + Math.max(calendar.startsAtAnchor ? 0 : 1, passed + 1) * cron.intervalMs;
    }
    case "calendar":
      return nextKnown(cron, calendar, after);
  }
}

/** What was found lately for an expression: many schedules that have it are asked in the same moment. */
const found = new WeakMap<CalendarCron, Map<string, number | undefined>>();
const FOUND_MAX = 32;

function nextKnown(cron: CalendarCron, calendar: Calendar, after: number): number | undefined {
  const { timeZone, daylightSaving: { gap, overlap } = DEFAULT_DAYLIGHT_SAVING } = calendar;
  const key = `${after} ${timeZone} ${gap} ${overlap}`;
  let known = found.get(cron);
  if (!known) found.set(cron, (known = new Map()));
  if (known.has(key)) return known.get(key);
  if (known.size >= FOUND_MAX) known.clear();
  const next = nextCalendarInstant(cron, calendar, after);
  known.set(key, next);
  return next;
}

function nextCalendarInstant(cron: CalendarCron, calendar: Calendar, after: number): number | undefined {
  const today = Math.floor((after + offsetAt(calendar.timeZone, after)) / DAY_MS);
  // One day earlier, because a clock that is set back over midnight shows yesterday's times once more.
  for (let day = today - 1; ; day++) {
    const meant = nextMeant(cron, day);
    if (meant === undefined) return undefined;
    day = meant;
    const first = firstOfDay(cron, calendar, day, after);
    if (first === undefined) continue;
    const tomorrow = isMeant(cron, day + 1) ? firstOfDay(cron, calendar, day + 1, after) : undefined;
    return Math.min(first, tomorrow ?? first);
  }
}

/** The first date (days since 1970) from a day on that has any instants; months that are not meant are passed by. */
function nextMeant({ months, years, day: rule }: CalendarCron, from: number): number | undefined {
  let date = new Date(from * DAY_MS);
  while (date.getUTCFullYear() <= RANGES.year.high) {
    const year = date.getUTCFullYear();
    const month = date.getUTCMonth();
    if (!years.isWildcard && !years.values.includes(year)) date = new Date(Date.UTC(year + 1, 0, 1));
    else if (!months.values.includes(month + 1)) date = new Date(Date.UTC(year, month + 1, 1));
    else if (rule(calendarDate(date))) return date.getTime() / DAY_MS;
    else date = new Date(date.getTime() + DAY_MS);
  }
  return undefined;
}

/** Whether a date (days since 1970) has any instants. */
export function isMeant({ months, years, day: rule }: CalendarCron, day: number): boolean {
  const date = new Date(day * DAY_MS);
  if (!months.values.includes(date.getUTCMonth() + 1)) return false;
  return years.values.includes(date.getUTCFullYear()) && rule(calendarDate(date));
}

function calendarDate(date: Date): CalendarDate {
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() + 1;
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return { year, month, day: date.getUTCDate(), weekday: date.getUTCDay(), lastDay };
}

/** Wall times [low, high) of a day, and the offset that turns them into instants. */
interface Walls {
  readonly low: number;
  readonly high: number;
  readonly offset: number;
}

/** The first instant after `after` among those of one date. */
function firstOfDay(cron: CalendarCron, calendar: Calendar, day: number, after: number): number | undefined {
  const start = day * DAY_MS;
  const end = start + DAY_MS;
  // No zone is further from UTC than this, even around a change of the date line.
  const stretches = segments(calendar.timeZone, start - 26 * HOUR_MS, end + 26 * HOUR_MS);
  const rules = calendar.daylightSaving ?? DEFAULT_DAYLIGHT_SAVING;
  // A plain `*` hour follows real time: nothing is made up, nothing is left out.
  const isFixed = !cron.hours.isWildcard;
  let first: number | undefined;
  const offer = (at: number) => {
    if (at > after && (first === undefined || at < first)) first = at;
  };
  for (const [position, stretch] of stretches.entries()) {
    const previous = stretches[position - 1];
    const walls = isFixed
      ? withoutRepeats(previous, stretch, stretches[position + 1], rules)
      : wallsOf(stretch);
    const low = Math.max(walls.low, start, nextSecond(after) + walls.offset);
    const wall = firstTime(cron, start, low, Math.min(walls.high, end));
    if (wall !== undefined) offer(wall - walls.offset);
    if (!isFixed || rules.gap === "skip" || !previous || previous.offset >= stretch.offset) continue;
    const gapLow = Math.max(start, stretch.from + previous.offset);
    const gapHigh = Math.min(end, stretch.from + stretch.offset);
    if (firstTime(cron, start, gapLow, gapHigh) !== undefined) offer(stretch.from);
  }
  return first;
}

function wallsOf({ from, to, offset }: Segment): Walls {
  return { low: from + offset, high: to + offset, offset };
}

/** A stretch's wall times less those that another stretch stands for, where the clock was set back. */
function withoutRepeats(
  previous: Segment | undefined,
  stretch: Segment,
  next: Segment | undefined,
  { overlap }: DaylightSaving,
): Walls {
  const { low, high, offset } = wallsOf(stretch);
  const dropsSecond = overlap === "first" || overlap === "skip";
  const dropsFirst = overlap === "second" || overlap === "skip";
  return {
    low: previous && dropsSecond ? Math.max(low, stretch.from + previous.offset) : low,
    high: next && dropsFirst ? Math.min(high, stretch.to + next.offset) : high,
    offset,
  };
}

function nextSecond(after: number): number {
  return (Math.floor(after / SECOND_MS) + 1) * SECOND_MS;
}

/** The first wall time of a date within [low, high) that the time fields allow. */
function firstTime(cron: CalendarCron, dayStart: number, low: number, high: number): number | undefined {
  if (low >= high) return undefined;
  const { hours, minutes, seconds } = cron;
  const from = Math.ceil((Math.max(low, dayStart) - dayStart) / SECOND_MS);
  const [hour, minute, second] = [Math.floor(from / 3600), Math.floor(from / 60) % 60, from % 60];
  const time =
    timeFrom(hours, minutes, seconds, hour, minute, second) ??
    timeFrom(hours, minutes, seconds, hour, minute + 1, 0) ??
    timeFrom(hours, minutes, seconds, hour + 1, 0, 0);
  return time !== undefined && dayStart + time < high ? dayStart + time : undefined;
}

/** The first allowed time whose hour, minute and second are each not before the given ones' order. */
function timeFrom(
  hours: NumberField,
  minutes: NumberField,
  seconds: NumberField,
  hour: number,
  minute: number,
  second: number,
): number | undefined {
  const h = atLeast(hours, hour);
  if (h === undefined) return undefined;
  const m = atLeast(minutes, h > hour ? 0 : minute);
  if (m === undefined) return undefined;
  const s = atLeast(seconds, h > hour || m > minute ? 0 : second);
  return s === undefined ? undefined : h * HOUR_MS + m * MINUTE_MS + s * SECOND_MS;
}

function atLeast({ values }: NumberField, low: number): number | undefined {
  return values.find((value) => value >= low);
}

/**
 * The newest instants in [from, to], oldest first, at most `max` of them, and whether there are older ones. `next` gives
 * the first instant after another. Looks back from the end, so that a long outage of a frequent schedule costs no more
 * than a short one.
 */
export function instantsUntil(
  next: (after: number) => number | undefined,
  from: number,
  to: number,
  max: number,
): { readonly instants: readonly number[]; readonly more: boolean } {
  for (let window = MINUTE_MS; ; window *= 4) {
    const start = Math.max(from, to - window);
    const instants: number[] = [];
    for (let at = next(start - 1); at !== undefined && at <= to; at = next(at)) instants.push(at);
    if (start === from || instants.length > max) {
      const kept = instants.slice(-max);
      return { instants: kept, more: start > from || kept.length < instants.length };
    }
  }
}
