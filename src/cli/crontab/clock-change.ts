import { parseCron } from "../../core/schedule/timetable/cron.ts";
import { matchesWall } from "../../core/schedule/timetable/marks.ts";
import { readTimetable } from "../../core/schedule/timetable/timetable.ts";
import { segments } from "../../core/schedule/timetable/zone.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../core/time.ts";

/** What one of the two schedulers does that the other does not, around a change of the clock. Epoch milliseconds. */
export interface ClockChange {
  readonly at: number;
  /** Cron starts it at these, once for each. */
  readonly onlyCron: readonly number[];
  readonly onlyMillrace: readonly number[];
}

interface Line {
  readonly cron: string;
  readonly timeZone: string;
  /** By `CRON_TZ`: cronie makes nothing up there. */
  readonly hasOwnZone: boolean;
}

interface Change {
  readonly at: number;
  /** To be added to instants, before and from the change on. */
  readonly before: number;
  readonly after: number;
}

/** Zones that change their clock do so within this time. */
const LOOKED_AHEAD_MS = 400 * DAY_MS;
/** Cron takes a longer change for a new time, and makes nothing up; and no longer one reaches further. */
const MADE_UP_MS = 3 * HOUR_MS;

/** The difference at the next change of the clock that makes one, within a year. */
export function nextClockChange(line: Line, from: number): ClockChange | undefined {
  for (const change of changesAfter(line.timeZone, from)) {
    const [cron, millrace] = [ofCron(line, change), ofMillrace(line, change)];
    const onlyCron = without(cron, millrace);
    const onlyMillrace = without(millrace, cron);
    if (onlyCron.length + onlyMillrace.length > 0) return { at: change.at, onlyCron, onlyMillrace };
  }
  return undefined;
}

function changesAfter(timeZone: string, from: number): Change[] {
  const stretches = segments(timeZone, from, from + LOOKED_AHEAD_MS);
  return stretches.slice(1).map((stretch, position) => ({
    at: stretch.from,
    before: stretches[position]?.offset ?? stretch.offset,
    after: stretch.offset,
  }));
}

/**
 * As Vixie's cron and its heirs do: what has a `*` at the beginning of its minutes or hours goes by the clock on the wall.
 * All else fires at the end of a gap for each minute of it, and in the first pass alone of what comes twice.
 */
function ofCron({ cron, hasOwnZone }: Line, { at, before, after }: Change): number[] {
  const parsed = parseCron(cron);
  if (!parsed.ok || parsed.cron.kind !== "calendar") return [];
  const fields = parsed.cron;
  const shift = after - before;
  const goesByWall = hasOwnZone || Math.abs(shift) >= MADE_UP_MS || hasStar(cron);
  const found: number[] = [];
  const gapEnd = goesByWall ? 0 : at + after;
  for (let wall = at + before; wall < gapEnd; wall += MINUTE_MS)
    if (matchesWall(fields, wall)) found.push(at);
  for (let minute = at - MADE_UP_MS; minute < at + MADE_UP_MS; minute += MINUTE_MS) {
    const isAgain = minute >= at && minute < at - shift;
    const wall = minute + (minute < at ? before : after);
    if (matchesWall(fields, wall) && (goesByWall || !isAgain)) found.push(minute);
  }
  return found.toSorted((one, other) => one - other);
}

function hasStar(cron: string): boolean {
  const [minute = "", hour = ""] = cron.split(" ");
  return cron === "@hourly" || minute.startsWith("*") || hour.startsWith("*");
}

function ofMillrace({ cron, timeZone }: Line, { at }: Change): number[] {
  const read = readTimetable({ cron, timeZone }, at, "");
  if (!read.ok) return [];
  const found: number[] = [];
  const end = at + MADE_UP_MS;
  for (let next = read.timetable.next(at - MADE_UP_MS - 1); next !== undefined && next < end;) {
    found.push(next);
    next = read.timetable.next(next);
  }
  return found;
}

/** Each instant of the others takes one away. */
function without(instants: readonly number[], others: readonly number[]): number[] {
  const left = [...others];
  return instants.filter((one) => {
    const position = left.indexOf(one);
    if (position >= 0) left.splice(position, 1);
    return position < 0;
  });
}
