import { HOUR_MS, SECOND_MS } from "../time.ts";

const formatters = new Map<string, Intl.DateTimeFormat>();
const FORMATTERS_MAX = 500;

export function isTimeZone(zone: string): boolean {
  try {
    formatter(zone);
    return zone !== "";
  } catch {
    // The platform tells an unknown zone by a RangeError only.
    return false;
  }
}

/** What to add to an instant to get the zone's wall time as if it were UTC, in milliseconds. */
export function offsetAt(zone: string, at: number): number {
  if (zone === "UTC") return 0;
  const whole = Math.floor(at / SECOND_MS) * SECOND_MS;
  const parts: Record<string, number> = {};
  for (const { type, value } of formatter(zone).formatToParts(whole)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
}

function formatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  if (formatters.size >= FORMATTERS_MAX) formatters.clear();
  formatters.set(zone, made);
  return made;
}

/** A stretch of time in which a zone's offset does not change. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

/** No zone ever changed its offset twice within so short a time. */
const PROBE_MS = 6 * HOUR_MS;

/** The stretches that [from, to) is made of, in order. */
export function segments(zone: string, from: number, to: number): Segment[] {
  const found: Segment[] = [];
  let start = from;
  let offset = offsetAt(zone, from);
  for (let probe = from; probe < to; probe += PROBE_MS) {
    const next = Math.min(probe + PROBE_MS, to);
    const nextOffset = offsetAt(zone, next);
    if (nextOffset === offset) continue;
    const change = findChange(zone, probe, next, offset);
    found.push({ from: start, to: change, offset });
    [start, offset] = [change, nextOffset];
  }
  found.push({ from: start, to, offset });
  return found;
}

/** The first whole second after `low` with another offset; `high` has one. */
function findChange(zone: string, low: number, high: number, offset: number): number {
  let before = Math.floor(low / SECOND_MS);
  let after = Math.ceil(high / SECOND_MS);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(zone, middle * SECOND_MS) === offset) before = middle;
    else after = middle;
  }
  return after * SECOND_MS;
}
