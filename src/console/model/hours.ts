/** What ended in an hour. */
export interface EndedHour {
  readonly at: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly other: number;
}

const HOUR_MS = 3_600_000;

/** So many hours up to now, one by one: those in which nothing ended, too. */
export function everyHour(told: readonly EndedHour[], now: number, hours: number): EndedHour[] {
  const last = Math.floor(now / HOUR_MS) * HOUR_MS;
  const known = new Map(told.map((one) => [one.at, one]));
  return Array.from({ length: hours }, (_, nth) => {
    const at = last - (hours - 1 - nth) * HOUR_MS;
    return known.get(at) ?? { at, succeeded: 0, failed: 0, other: 0 };
  });
}

/** The height of a count among others, in pixels: what is there can be seen. */
export function heightOf(count: number, most: number, pixels: number): number {
  return count === 0 ? 0 : Math.max(2, Math.round((count / Math.max(1, most)) * pixels));
}
