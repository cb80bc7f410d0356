import { type Result, reject } from "../../result.ts";

/** The values a field allows, ascending. */
export interface NumberField {
  readonly values: readonly number[];
  /** A plain `*`. */
  readonly isWildcard: boolean;
}

export interface FieldRange {
  readonly low: number;
  readonly high: number;
  readonly names?: readonly string[];
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
export const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
export const WEEKDAY_NAMES = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

export const RANGES = {
  second: { low: 0, high: 59 },
  minute: { low: 0, high: 59 },
  hour: { low: 0, high: 23 },
  "day of the month": { low: 1, high: 31 },
  month: { low: 1, high: 12, names: MONTHS },
  weekday: { low: 0, high: 7, names: WEEKDAYS },
  year: { low: 1970, high: 2199 },
} as const satisfies Record<string, FieldRange>;

export type FieldName = keyof typeof RANGES;

/** A field of numbers: `*`, values, ranges `a-b`, steps `*` with `/n`, `a-b/n`, `a/n` (from a, every n), and lists of these. */
export function parseNumberField(name: FieldName, text: string): Result<{ field: NumberField }> {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const parsed = parsePart(name, part);
    if (!parsed.ok) return parsed;
    for (const value of parsed.values) values.add(value);
  }
  return { ok: true, field: { values: [...values].toSorted((a, b) => a - b), isWildcard: text === "*" } };
}

/** One part of a list. */
export function parsePart(name: FieldName, part: string): Result<{ values: readonly number[] }> {
  const range: FieldRange = RANGES[name];
  const match = /^(?:(\*)|([^-/*]+)(?:-([^-/*]+))?)(?:\/(\d{1,4}))?$/.exec(part);
  if (!match) return refuse(name, part);
  const [, star, from, to, step] = match;
  const low = star ? range.low : toNumber(range, from ?? "");
  const high = highEnd(range, star, low, to, step);
  const every = step === undefined ? 1 : Number(step);
  if (
    low === undefined ||
    high === undefined ||
    low < range.low ||
    high > range.high ||
    low > high ||
    every < 1
  ) {
    return refuse(name, part);
  }
  const values: number[] = [];
  for (let value = low; value <= high; value += every) values.push(value);
  return { ok: true, values };
}

function highEnd(
  range: FieldRange,
  star: string | undefined,
  low: number | undefined,
  to: string | undefined,
  step: string | undefined,
): number | undefined {
  // A weekday's 7 is Sunday again: "every" runs over the week once.
  const last = range.names === WEEKDAYS ? 6 : range.high;
  if (star) return last;
  // A week that is told as MON-SUN ends with its Sunday.
  if (to?.toUpperCase() === WEEKDAYS[0] && low !== undefined && low > 0) return WEEKDAYS.length;
  if (to !== undefined) return toNumber(range, to);
  return step === undefined ? low : Math.max(last, low ?? 0);
}

function toNumber({ names, low }: FieldRange, text: string): number | undefined {
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return named + low;
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}

export function refuse(name: FieldName, part: string, more = "") {
  const { low, high, names }: FieldRange = RANGES[name];
  const words = names ? ` or ${names[0]} to ${names.at(-1)}` : "";
  const what = part === "" ? "is empty" : `"${part}" is not allowed`;
  return reject(
    "InvalidCron",
    `${name}: ${what}: use ${low} to ${high}${words}, *, a-b, a/n, or lists of these${more}`,
  );
}
