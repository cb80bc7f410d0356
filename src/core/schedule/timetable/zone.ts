import { DAY_MS, HOUR_MS, SECOND_MS } from "../../time.ts";

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
  const found = zone === "UTC" ? undefined : block(zone, Math.floor(at / BLOCK_MS));
  return found?.find(({ to }) => at < to)?.offset ?? 0;
}

/** The same, asked from the platform each time. */
function readOffset(zone: string, at: number): number {
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
/** Offsets are looked up and kept for so long a time at once. */
const BLOCK_MS = 32 * DAY_MS;
const BLOCKS_MAX = 5000;
const blocks = new Map<string, readonly Segment[]>();

/** The stretches that [from, to) is made of, in order. */
export function segments(zone: string, from: number, to: number): Segment[] {
  if (zone === "UTC") return [{ from, to, offset: 0 }];
  const found: Segment[] = [];
  for (let number = Math.floor(from / BLOCK_MS); number * BLOCK_MS < to; number++) {
    for (const segment of block(zone, number)) {
      const [start, end] = [Math.max(from, segment.from), Math.min(to, segment.to)];
      if (start >= end) continue;
      const last = found.at(-1);
      if (last?.offset === segment.offset) found[found.length - 1] = { ...last, to: end };
      else found.push({ from: start, to: end, offset: segment.offset });
    }
  }
  return found;
}

function block(zone: string, number: number): readonly Segment[] {
  const key = `${zone} ${number}`;
  let known = blocks.get(key);
  if (!known) {
    if (blocks.size >= BLOCKS_MAX) blocks.clear();
    known = readSegments(zone, number * BLOCK_MS, (number + 1) * BLOCK_MS);
    blocks.set(key, known);
  }
  return known;
}

function readSegments(zone: string, from: number, to: number): Segment[] {
  const found: Segment[] = [];
  let start = from;
  let offset = readOffset(zone, from);
  for (let probe = from; probe < to; probe += PROBE_MS) {
    const next = Math.min(probe + PROBE_MS, to);
    const nextOffset = readOffset(zone, next);
    if (nextOffset === offset) continue;
    const change = findChange(zone, probe, next, offset);
    found.push({ from: start, to: change, offset });
    [start, offset] = [change, nextOffset];
  }
  if (start < to) found.push({ from: start, to, offset });
  return found;
}

/** The first whole second after `low` with another offset; `high` has one. */
function findChange(zone: string, low: number, high: number, offset: number): number {
  let before = Math.floor(low / SECOND_MS);
  let after = Math.ceil(high / SECOND_MS);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (readOffset(zone, middle * SECOND_MS) === offset) before = middle;
    else after = middle;
  }
  return after * SECOND_MS;
}
