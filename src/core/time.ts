export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** An instant (epoch ms) as RFC 3339 in UTC with milliseconds. */
export function toRfc3339(at: number): string {
  return new Date(at).toISOString();
}

/** An instant as `20261123T040000Z`, the form used inside names. */
export function toCompactUtc(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, "") + "Z";
}
