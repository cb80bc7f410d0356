import { type Result, reject } from "../../result.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, parseRfc3339 } from "../../time.ts";
import { type DayRule, parseDayOfMonth, parseDayOfWeek } from "./day-fields.ts";
import { type NumberField, parseNumberField } from "./field.ts";
import { zoneProblem } from "./zone-names.ts";
import { isTimeZone } from "./zone.ts";

/** When a schedule fires. */
export type Cron = CalendarCron | EveryCron | AtCron;

/** By the calendar of a time zone. */
export interface CalendarCron {
  readonly kind: "calendar";
  readonly seconds: NumberField;
  readonly minutes: NumberField;
  readonly hours: NumberField;
  readonly months: NumberField;
  readonly years: NumberField;
  /** Whether a date's day is meant. */
  readonly day: DayRule;
}

/** At equal distances, counted from the schedule's anchor. */
export interface EveryCron {
  readonly kind: "every";
  readonly intervalMs: number;
}

export interface AtCron {
  readonly kind: "at";
  readonly at: number;
}

export interface ParsedCron {
  readonly cron: Cron;
  /** From `CRON_TZ=` or `TZ=`. */
  readonly timeZone?: string;
}

const NICKNAMES: Readonly<Record<string, string>> = {
  "@yearly": "0 0 0 1 1 *",
  "@annually": "0 0 0 1 1 *",
  "@monthly": "0 0 0 1 * *",
  "@weekly": "0 0 0 * * 0",
  "@daily": "0 0 0 * * *",
  "@midnight": "0 0 0 * * *",
  "@hourly": "0 0 * * * *",
};

const UNITS: Readonly<Record<string, number>> = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

/** Many schedules have the same expression: it is read once. */
const parsed = new Map<string, Result<ParsedCron>>();
const PARSED_MAX = 2000;

/**
 * Reads an expression (spec: schedules, "Expressions"): five, six (seconds first) or seven fields (year last), a
 * nickname, `@every 90m`, `@at 2026-12-24T18:00:00Z`, each after an optional `CRON_TZ=Zone` or `TZ=Zone`. Rejects with
 * `InvalidCron`, naming the field, its value and what is allowed.
 */
export function parseCron(text: string): Result<ParsedCron> {
  let known = parsed.get(text);
  if (!known) {
    if (parsed.size >= PARSED_MAX) parsed.clear();
    known = readCron(text);
    parsed.set(text, known);
  }
  return known;
}

function readCron(text: string): Result<ParsedCron> {
  const [first = "", ...rest] = text.trim().split(/[ \t]+/);
  const zone = /^(?:CRON_)?TZ=(.*)$/.exec(first)?.[1];
  if (zone !== undefined && !isTimeZone(zone)) {
    return reject("InvalidCron", `${zoneProblem(zone)}`);
  }
  const words = zone === undefined ? [first, ...rest] : rest;
  const read = parseExpression(words);
  if (!read.ok) return read;
  return { ok: true, cron: read.cron, ...(zone !== undefined && { timeZone: zone }) };
}

function parseExpression(words: readonly string[]): Result<{ cron: Cron }> {
  const [first = "", second, ...more] = words;
  if (first === "@every" && second !== undefined && more.length === 0) return parseEvery(second);
  if (first === "@at" && second !== undefined && more.length === 0) return parseAt(second);
  const nickname = Object.hasOwn(NICKNAMES, first) ? NICKNAMES[first] : undefined;
  if (nickname !== undefined && words.length === 1) return parseFields(nickname.split(" "));
  if (first === "@reboot" && words.length === 1) {
    return reject(
      "InvalidCron",
      "@reboot is not supported: a service without servers has no start to run at",
    );
  }
  if (first.startsWith("@")) {
    const known = [...Object.keys(NICKNAMES), "@every <n>m", "@at <time>"].join(", ");
    return reject("InvalidCron", `"${words.join(" ")}" is not known: use ${known}`);
  }
  return parseFields(words);
}

function parseEvery(text: string): Result<{ cron: EveryCron }> {
  const match = /^([1-9]\d{0,8})([smhd])$/.exec(text);
  const unit = UNITS[match?.[2] ?? ""];
  if (!match || unit === undefined) {
    return reject(
      "InvalidCron",
      `"${text}" is not an interval: use a whole number and s, m, h or d, such as 90m`,
    );
  }
  return { ok: true, cron: { kind: "every", intervalMs: Number(match[1]) * unit } };
}

function parseAt(text: string): Result<{ cron: AtCron }> {
  const at = parseRfc3339(text);
  if (at === undefined) {
    return reject("InvalidCron", `"${text}" is not a time: use RFC 3339, such as 2026-12-24T18:00:00Z`);
  }
  return { ok: true, cron: { kind: "at", at } };
}

function parseFields(words: readonly string[]): Result<{ cron: CalendarCron }> {
  if (words.length < 5 || words.length > 7 || words[0] === "") {
    const count = words[0] === "" ? 0 : words.length;
    return reject(
      "InvalidCron",
      `an expression has 5 fields (minute hour day month weekday), 6 (second first) or 7 (year last), not ${count}`,
    );
  }
  const [second = "", minute = "", hour = "", day = "", month = "", weekday = "", year = "*"] =
    words.length === 5 ? ["0", ...words] : words;
  if (day === "?" && weekday === "?") {
    return reject("InvalidCron", `"?" may stand in the day of the month or in the weekday, not in both`);
  }
  const seconds = parseNumberField("second", second);
  const minutes = parseNumberField("minute", minute);
  const hours = parseNumberField("hour", hour);
  const months = parseNumberField("month", month);
  const years = parseNumberField("year", year);
  const dayOfMonth = parseDayOfMonth(day);
  const isBoth = weekday.startsWith("+") && weekday !== "+?";
  const dayOfWeek = parseDayOfWeek(isBoth ? weekday.slice(1) : weekday);
  if (!seconds.ok) return seconds;
  if (!minutes.ok) return minutes;
  if (!hours.ok) return hours;
  if (!dayOfMonth.ok) return dayOfMonth;
  if (!months.ok) return months;
  if (!dayOfWeek.ok) return dayOfWeek;
  if (!years.ok) return years;
  return {
    ok: true,
    cron: {
      kind: "calendar",
      seconds: seconds.field,
      minutes: minutes.field,
      hours: hours.field,
      months: months.field,
      years: years.field,
      day: combineDays(dayOfMonth.rule, dayOfWeek.rule, isBoth),
    },
  };
}

/** With both day fields restricted a date that fits one of them is meant, or both if asked; an unrestricted field does not count. */
function combineDays(ofMonth: DayRule | undefined, ofWeek: DayRule | undefined, isBoth: boolean): DayRule {
  if (!ofMonth || !ofWeek) return ofMonth ?? ofWeek ?? (() => true);
  return isBoth ? (date) => ofMonth(date) && ofWeek(date) : (date) => ofMonth(date) || ofWeek(date);
}
