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

/** An RFC 3339 instant as epoch ms; undefined for any other text, dates that no calendar has included. */
export function parseRfc3339(text: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i.exec(text);
  if (!match) return undefined;
  const [, year, month, day] = match.map(Number);
  const daysOfMonth = new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate();
  const at = (day ?? 0) > daysOfMonth ? Number.NaN : Date.parse(text.toUpperCase());
  return Number.isNaN(at) ? undefined : at;
}
