import type { Entry } from "./entry.ts";
import { type Judged, type Judgement, counted, judge, worstOf } from "./judgement.ts";
import { type CellUnit, cellAt } from "./timetable/cells.ts";
import { segments } from "./timetable/zone.ts";

/** How a schedule went on one day, or in one hour or minute, of its zone. */
export interface CalendarCell extends Judged {
  /** When it begins, epoch milliseconds. */
  readonly at: number;
  /** The same on the zone's clocks, such as `2026-11-25`, `2026-11-25T18:00` or `2026-11-25T18:05`. */
  readonly local: string;
  readonly worst: Judgement;
}

/** Of a zone's clocks. */
export interface ClockChange {
  readonly at: number;
  readonly kind: "forward" | "back";
}

export interface Calendar {
  /** Those in which there was something, oldest first. */
  readonly cells: readonly CalendarCell[];
  readonly clockChanges: readonly ClockChange[];
}

/** What became of a schedule's instants from one time to another, both inclusive. */
export function calendarOf(entry: Entry, from: number, to: number, unit: CellUnit): Calendar {
  const { timeZone } = entry.timetable;
  const cells = new Map<string, { readonly at: number; judged: Judged }>();
  const { firings } = entry.ledger.stretch(from, to, Number.POSITIVE_INFINITY);
  for (const firing of firings.toReversed()) {
    const { at, local } = cellAt(firing.at, timeZone, unit);
    const key = `${local} ${at}`;
    const cell = cells.get(key) ?? { at, judged: {} };
    cell.judged = counted(cell.judged, judge(firing));
    cells.set(key, cell);
  }
  return {
    cells: Array.from(cells, ([key, { at, judged }]) => ({
      at,
      local: key.split(" ")[0] ?? "",
      worst: worstOf(judged),
      ...judged,
    })),
    clockChanges: clockChanges(timeZone, from, to),
  };
}

/** When clocks go forward or back. */
export function clockChanges(zone: string, from: number, to: number): ClockChange[] {
  const found = segments(zone, from, to);
  return found.slice(1).map((segment, before) => ({
    at: segment.from,
    kind: segment.offset > (found[before]?.offset ?? 0) ? "forward" : "back",
  }));
}
