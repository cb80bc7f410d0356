import type { QueueHistory } from "../api/types.ts";

/** A stretch of a queue's history: the most of it, and what came and went. */
export interface DepthBin {
  readonly at: number;
  readonly ready: number;
  readonly inFlight: number;
  readonly oldestMs: number;
  readonly sent: number;
  readonly gone: number;
}

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;

/** At most so many stretches of the same length, whatever was told. */
export function binsOf({ from, stepSeconds, points }: QueueHistory, most: number): DepthBin[] {
  const begin = Date.parse(from);
  const size = Math.max(1, Math.ceil(points.length / most));
  const bins: DepthBin[] = [];
  for (let first = 0; first < points.length; first += size) {
    const own = points.slice(first, first + size);
    const greatest = (at: 0 | 1 | 2) => Math.max(...own.map((point) => point[at]));
    const sum = (at: 3 | 4) => own.reduce((all, point) => all + point[at], 0);
    bins.push({
      at: begin + first * stepSeconds * SECOND_MS,
      ready: greatest(0),
      inFlight: greatest(1),
      oldestMs: greatest(2),
      sent: sum(3),
      gone: sum(4),
    });
  }
  return bins;
}

/** When its first and its last point begin, in epoch milliseconds: the left and the right end of the line. */
export function timeOf({ from, stepSeconds, points }: QueueHistory): readonly [from: number, to: number] {
  const begin = Date.parse(from);
  return [begin, begin + Math.max(0, points.length - 1) * stepSeconds * SECOND_MS];
}

/** What came and went in the last hour of it. */
export function lastHour({ stepSeconds, points }: QueueHistory): { sent: number; gone: number } {
  const steps = Math.ceil(HOUR_MS / (stepSeconds * SECOND_MS));
  const own = points.slice(-steps);
  return {
    sent: own.reduce((all, point) => all + point[3], 0),
    gone: own.reduce((all, point) => all + point[4], 0),
  };
}

/** A line through values from left to right in a field of 100 by 100, which is drawn as large as there is room. */
export function lineOf(values: readonly number[], top: number): string {
  const width = 100 / Math.max(1, values.length - 1);
  return values
    .map((value, nth) => `${nth === 0 ? "M" : "L"}${round(nth * width)} ${round(100 - (value / top) * 100)}`)
    .join("");
}

function round(n: number): number {
  return Math.round(n * 100) / 100;
}
