import { given } from "../../core/given.ts";
import { type Judged, type Judgement, counted, worstOf } from "../../core/schedule/judgement.ts";
import { cellAt, cellsBetween } from "../../core/schedule/timetable/cells.ts";
import { readTimetable } from "../../core/schedule/timetable/timetable.ts";
import type { Schedule } from "../api/types.ts";

/** Something that a schedule starts. */
export interface Start {
  readonly flow: string;
  readonly schedule: string;
  readonly at: number;
  /** What became of it, as far as that is known. */
  readonly went?: Judgement;
}

/** An hour of a week, on the clocks of a zone. */
export interface WeekHour {
  /** Such as `2026-11-26T02:00`. */
  readonly local: string;
  readonly at: number;
  /** In the order of their times. */
  readonly starts: readonly Start[];
  /** What became of those that are known: how many of each, and the worst. Absent: of none. */
  readonly went?: { readonly worst: Judgement; readonly counts: Judged };
}

export interface Week {
  /** Local dates, Monday first. */
  readonly days: readonly string[];
  /** By hour of the day, then by day: absent where the clocks jumped over it. */
  readonly hours: readonly (readonly (WeekHour | undefined)[])[];
  /** Of those that start more often than each hour nothing more is told. */
  readonly often: readonly Schedule[];
}

const DAY_MS = 86_400_000;
const DAYS = 7;
const HOURS = 24;
/** Of one schedule: one more than an hourly one has in the week in which the clocks go back. */
const STARTS_MAX = DAYS * HOURS + 2;
const THURSDAY = 4;

/** The Monday of a day's week, so many weeks later, as a local date. */
export function mondayOf(local: string, weeks = 0): string {
  const at = Date.parse(`${local.slice(0, 10)}T00:00:00Z`);
  const day = Math.floor(at / DAY_MS);
  // The first of January 1970 was a Thursday.
  const monday = day - ((day + THURSDAY - 1) % DAYS) + weeks * DAYS;
  return new Date(monday * DAY_MS).toISOString().slice(0, 10);
}

/** What schedules start in the week of a Monday, by the clocks of a zone; those that are paused start nothing. */
export function weekOf(schedules: readonly Schedule[], monday: string, zone: string): Week {
  const noon = Date.parse(`${monday}T12:00:00Z`);
  const days = cellsBetween(noon, noon + (DAYS - 1) * DAY_MS, zone, "day")
    .map(({ local }) => local)
    .slice(0, DAYS);
  const cells = cellsBetween(noon - DAY_MS, noon + DAYS * DAY_MS, zone, "hour").filter(({ local }) =>
    days.includes(local.slice(0, 10)),
  );
  const [first, last] = [cells[0]?.at ?? 0, (cells.at(-1)?.at ?? 0) + DAY_MS / HOURS - 1];
  const byHour = new Map<string, Start[]>();
  const went = new Map<string, Judged>();
  const often: Schedule[] = [];
  for (const schedule of schedules) {
    const starts = startsOf(schedule, first, last);
    if (starts.length >= STARTS_MAX) often.push(schedule);
    else
      for (const start of starts) {
        const { local } = cellAt(start.at, zone, "hour");
        byHour.set(local, [...(byHour.get(local) ?? []), start]);
        if (start.went) went.set(local, counted(went.get(local) ?? {}, start.went));
      }
  }
  const hours = Array.from({ length: HOURS }, (_, hour) =>
    days.map((day) => {
      const local = `${day}T${String(hour).padStart(2, "0")}:00`;
      const cell = cells.find((one) => one.local === local);
      const starts = (byHour.get(local) ?? []).toSorted((a, b) => a.at - b.at);
      const counts = went.get(local);
      return (
        cell && { local, at: cell.at, starts, ...(counts && { went: { worst: worstOf(counts), counts } }) }
      );
    }),
  );
  return { days, hours, often };
}

/** Its instants from one time to another, both inclusive, as far as they are few. */
function startsOf(schedule: Schedule, from: number, to: number): Start[] {
  const { flow, name, enabled, createdAt, cron, timeZone, startAt, endAt } = schedule;
  const { exclude, daylightSaving, skips = [] } = schedule;
  if (!enabled) return [];
  const read = readTimetable(
    {
      cron,
      ...given({ timeZone, startAt: instantOf(startAt), endAt: instantOf(endAt) }),
      ...(exclude && { exclude: given(exclude) }),
      ...(daylightSaving && { daylightSaving: given(daylightSaving) }),
    },
    Date.parse(createdAt),
    `${flow}/${name}`,
  );
  if (!read.ok) return [];
  const { timetable } = read;
  const skipped = new Set(skips.map(({ at }) => Date.parse(at)));
  const known = knownOf(schedule);
  const starts: Start[] = [];
  let looked = 0;
  for (let at = timetable.next(from - 1); at !== undefined && at <= to; at = timetable.next(at)) {
    if (looked++ >= STARTS_MAX) break;
    if (!skipped.has(at) && timetable.exclusionOf(at) === undefined)
      starts.push({ flow, schedule: name, at, ...given({ went: known.get(at) }) });
  }
  return starts;
}

/** What its newest firings came to, by their instants. */
function knownOf({ recent = [], recentAt = [] }: Schedule): ReadonlyMap<number, Judgement> {
  return new Map(
    recentAt.flatMap((at, nth) => {
      const judgement = recent[nth];
      return judgement === undefined ? [] : [[Date.parse(at), judgement]];
    }),
  );
}

function instantOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}

const LEVELS = 4;

/** How crowded an hour is beside the most crowded one: from 0, nothing, to 4. */
export function levelOf(starts: number, most: number): number {
  return starts === 0 ? 0 : Math.max(1, Math.ceil((starts / most) * LEVELS));
}
