import { DAY_MS, HOUR_MS } from "../time.ts";
import { offsetAt } from "./timetable/zone.ts";

/** What somebody looks at as one: a night with its evening and morning, or the day between two of them. */
export interface Stretch {
  readonly kind: "night" | "day";
  /** The local date on which it begins, such as 2026-11-25. */
  readonly date: string;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
}

const EVENING = 18 * HOUR_MS;
const MORNING = 9 * HOUR_MS;
/** Until then people ask for the night that is over. */
const NOON = 12 * HOUR_MS;

/** What somebody in a zone wants to see who looks now: until noon the night before, and the day after that. */
export function stretchAt(now: number, zone: string): Stretch {
  const wall = now + offsetAt(zone, now);
  const midnight = wall - (wall % DAY_MS);
  if (wall - midnight >= EVENING) return nightOf(midnight, zone);
  return wall - midnight < NOON ? nightOf(midnight - DAY_MS, zone) : dayOf(midnight, zone);
}

/** The night that begins on a local date, or the day; undefined when there is no such date. */
export function stretchOf(kind: Stretch["kind"], date: string, zone: string): Stretch | undefined {
  const midnight = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(midnight) || dateOf(midnight) !== date) return undefined;
  return kind === "night" ? nightOf(midnight, zone) : dayOf(midnight, zone);
}

/** The night before. */
export function nightBefore({ date }: Stretch, zone: string): Stretch {
  return nightOf(Date.parse(`${date}T00:00:00Z`) - DAY_MS, zone);
}

/** The night after, or the day that goes on now; undefined when neither has begun. */
export function stretchAfter(stretch: Stretch, now: number, zone: string): Stretch | undefined {
  const midnight = Date.parse(`${stretch.date}T00:00:00Z`);
  const night = nightOf(stretch.kind === "night" ? midnight + DAY_MS : midnight, zone);
  if (night.from <= now) return night;
  const current = stretchAt(now, zone);
  return current.from > stretch.from ? current : undefined;
}

function nightOf(midnight: number, zone: string): Stretch {
  const from = instantOf(midnight + EVENING, zone);
  return { kind: "night", date: dateOf(midnight), from, to: instantOf(midnight + DAY_MS + MORNING, zone) };
}

function dayOf(midnight: number, zone: string): Stretch {
  const from = instantOf(midnight + MORNING, zone);
  return { kind: "day", date: dateOf(midnight), from, to: instantOf(midnight + EVENING, zone) };
}

function dateOf(midnight: number): string {
  return new Date(midnight).toISOString().slice(0, 10);
}

/** Of a local time that no change of the clock is near. */
function instantOf(wall: number, zone: string): number {
  const about = wall - offsetAt(zone, wall);
  return wall - offsetAt(zone, about);
}
