import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../time.ts";
import { offsetAt } from "./zone.ts";

export type CellUnit = "day" | "hour" | "minute";

/** A day, an hour or a minute of a zone. */
export interface Cell {
  /** When it begins, epoch milliseconds. */
  readonly at: number;
  /** The same on the zone's clocks, such as `2026-11-25`, `2026-11-25T18:00` or `2026-11-25T18:05`. */
  readonly local: string;
}

/** The one that an instant lies in: an hour or minute that clocks show twice is two; a day is one, however long. */
export function cellAt(at: number, zone: string, unit: CellUnit): Cell {
  const offset = offsetAt(zone, at);
  const wall = at + offset;
  if (unit !== "day") {
    const begin = wall - (wall % STEPS[unit]);
    return { at: begin - offset, local: new Date(begin).toISOString().slice(0, 16) };
  }
  const midnight = wall - (wall % DAY_MS);
  const begin = midnight - offsetAt(zone, midnight - offset);
  return { at: begin, local: new Date(midnight).toISOString().slice(0, 10) };
}

const STEPS = { hour: HOUR_MS, minute: MINUTE_MS } as const;

/** Behind the longest day, and before the end of the shortest that follows. */
const INTO_NEXT_DAY_MS = DAY_MS + 4 * HOUR_MS;

/** Those from the one of an instant to the one of another, without a gap. */
export function cellsBetween(from: number, to: number, zone: string, unit: CellUnit): Cell[] {
  const step = unit === "day" ? INTO_NEXT_DAY_MS : STEPS[unit];
  const cells: Cell[] = [];
  for (let cell = cellAt(from, zone, unit); cell.at <= to; cell = cellAt(cell.at + step, zone, unit))
    cells.push(cell);
  return cells;
}
