import { offsetAt } from "../../core/schedule/timetable/zone.ts";
import { JUDGEMENTS } from "../../core/schedule/judgement.ts";
import type { CalendarAnswer } from "../api/types.ts";
import { STATE_OF } from "./night.ts";
import type { State } from "./states.ts";

type Cell = CalendarAnswer["cells"][number];
type Judgement = Cell["worst"];

/** A day, an hour or a minute of a schedule's zone. */
export interface CalendarSquare {
  /** As the service names it, such as `2026-11-25`, `2026-11-25T18` or `2026-11-25T18:05`. */
  readonly local: string;
  /** Absent: nothing was to run, or it is still to come. */
  readonly state?: State;
  /** The instant at which it begins; absent when there was nothing. */
  readonly at?: string;
  readonly counts: Readonly<Partial<Record<Judgement, number>>>;
  readonly isNow: boolean;
  readonly isComing: boolean;
  readonly hasClockChange: boolean;
}

const DAY_MS = 86_400_000;
const DAYS = 7;
const HOURS = 24;
const DATE = "2026-11-25".length;
const HOUR = "2026-11-25T18".length;
const MINUTE = "2026-11-25T18:05".length;
const HOUR_MS = 3_600_000;
const MINUTES = 60;

/** Weekdays from Monday on, each with so many weeks up to the one of today. `now` is the zone's wall time. */
export function dayRows(answer: CalendarAnswer, now: string, weeks: number): CalendarSquare[][] {
  const today = Date.parse(`${now.slice(0, DATE)}T00:00:00Z`);
  const monday = today - (((new Date(today).getUTCDay() + DAYS - 1) % DAYS) + DAYS * (weeks - 1)) * DAY_MS;
  const squareOf = squares(answer, DATE);
  return Array.from({ length: DAYS }, (_, weekday) =>
    Array.from({ length: weeks }, (__, week) => {
      const local = dateOf(monday + (week * DAYS + weekday) * DAY_MS);
      return squareOf(local, now.slice(0, DATE));
    }),
  );
}

/** So many days up to today, each with its hours. */
export function hourRows(answer: CalendarAnswer, now: string, days: number): CalendarSquare[][] {
  const today = Date.parse(`${now.slice(0, DATE)}T00:00:00Z`);
  const squareOf = squares(answer, HOUR);
  return Array.from({ length: days }, (_, day) => {
    const date = dateOf(today - (days - 1 - day) * DAY_MS);
    return Array.from({ length: HOURS }, (__, hour) =>
      squareOf(`${date}T${String(hour).padStart(2, "0")}`, now.slice(0, HOUR)),
    );
  });
}

/** So many hours up to the one that `last` names, their minutes in rows of so many. */
export function minuteRows(
  answer: CalendarAnswer,
  now: string,
  last: string,
  hours: number,
  perRow: number,
): CalendarSquare[][] {
  const squareOf = squares(answer, MINUTE);
  const perHour = MINUTES / perRow;
  return Array.from({ length: hours * perHour }, (_, row) => {
    const hour = hourBefore(last, hours - 1 - Math.floor(row / perHour));
    return Array.from({ length: perRow }, (__, minute) =>
      squareOf(`${hour}:${String((row % perHour) * perRow + minute).padStart(2, "0")}`, now.slice(0, MINUTE)),
    );
  });
}

/** On clocks that nobody changes, such as `2026-11-25T18`. */
export function hourBefore(hour: string, hours: number): string {
  return new Date(Date.parse(`${hour}:00:00Z`) - hours * HOUR_MS).toISOString().slice(0, HOUR);
}

/** When the clocks of a zone show the begin of this day, hour or minute; of two such times the first. */
export function instantOf(local: string, zone: string): number {
  const wall = Date.parse(`${local}${"T00:00:00".slice(local.length - DATE)}Z`);
  return wall - offsetAt(zone, wall - offsetAt(zone, wall));
}

function squares({ cells, clockChanges, timeZone }: CalendarAnswer, length: number) {
  const known = new Map<string, Cell>();
  for (const cell of cells) {
    const local = cell.local.slice(0, length);
    const before = known.get(local);
    // An hour that clocks show twice is one square.
    known.set(local, before ? merged(before, cell) : cell);
  }
  const changes = new Set(clockChanges.map(({ at }) => wallOf(Date.parse(at), timeZone).slice(0, length)));
  return (local: string, now: string): CalendarSquare => {
    const cell = known.get(local);
    return {
      local,
      ...(cell && { state: STATE_OF[cell.worst], at: cell.at }),
      counts: cell ? countsOf(cell) : {},
      isNow: local === now,
      isComing: local > now,
      hasClockChange: changes.has(local),
    };
  };
}

function countsOf(cell: Cell): Partial<Record<Judgement, number>> {
  return Object.fromEntries(
    JUDGEMENTS.flatMap((judgement) => {
      const count = cell[judgement];
      return count === undefined ? [] : [[judgement, count]];
    }),
  );
}

function merged(one: Cell, other: Cell): Cell {
  const counts = JUDGEMENTS.flatMap((judgement) => {
    const count = (one[judgement] ?? 0) + (other[judgement] ?? 0);
    return count === 0 ? [] : [[judgement, count] as const];
  });
  return { at: one.at, local: one.local, worst: counts[0]?.[0] ?? one.worst, ...Object.fromEntries(counts) };
}

function dateOf(midnight: number): string {
  return new Date(midnight).toISOString().slice(0, DATE);
}

/** What the clocks of a zone show, such as `2026-11-25T18:00`. */
export function wallOf(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "short",
  }).format(at);
  return parts.replace(" ", "T");
}
