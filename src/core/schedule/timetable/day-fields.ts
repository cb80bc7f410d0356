import type { Result } from "../../result.ts";
import { type FieldName, WEEKDAYS, parseNumberField, parsePart, refuse } from "./field.ts";

/** A date in the calendar of a zone. */
export interface CalendarDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** Days of the month. */
  readonly lastDay: number;
}

export type DayRule = (date: CalendarDate) => boolean;

/** Undefined: the field does not restrict. */
type ParsedDay = Result<{ rule: DayRule | undefined }>;

const MONTH_FORMS = ", ?, L (last day), or alone 15W (weekday nearest to the 15th) or LW (last weekday)";
const WEEK_FORMS =
  ", ?, 5L or 5#L (last Friday), 5#2 (second Friday), + before it all (both day fields must match)";

/** Numbers and ranges, `L` the last day, `nW` the weekday nearest to day n, `LW` the last weekday. */
export function parseDayOfMonth(text: string): ParsedDay {
  if (text === "?") return { ok: true, rule: undefined };
  // A day nearest to another stands for one day only.
  if (/W/i.test(text) && text.includes(",")) return refuse("day of the month", text, MONTH_FORMS);
  return anyOf(text, (part) => {
    if (/^L$/i.test(part)) return { ok: true, rule: ({ day, lastDay }) => day === lastDay };
    if (/^LW$/i.test(part))
      return { ok: true, rule: (date) => date.day === nearestWeekday(date, date.lastDay) };
    const nearest = /^(\d{1,2})W$/i.exec(part)?.[1];
    if (nearest === undefined) return numbers("day of the month", part, MONTH_FORMS, ({ day }) => day);
    const wanted = Number(nearest);
    if (wanted < 1 || wanted > 31) return refuse("day of the month", part, MONTH_FORMS);
    return { ok: true, rule: (date) => wanted <= date.lastDay && date.day === nearestWeekday(date, wanted) };
  });
}

/** Numbers, names and ranges, `nL` the last such day of the month, `n#k` the kth. 0 and 7 are Sunday. */
export function parseDayOfWeek(text: string): ParsedDay {
  if (text === "?") return { ok: true, rule: undefined };
  return anyOf(text, (part) => {
    const [, name = "", last, nth] = /^(\w+?)(?:#?(L)|#([1-5]))$/i.exec(part) ?? [];
    if (!last && nth === undefined) return numbers("weekday", part, WEEK_FORMS, ({ weekday }) => weekday, 7);
    const parsed = parseNumberField("weekday", name);
    const [wanted, ...others] = parsed.ok ? parsed.field.values : [];
    if (wanted === undefined || others.length > 0) return refuse("weekday", part, WEEK_FORMS);
    const isWanted: DayRule = ({ weekday }) => weekday === wanted % WEEKDAYS.length;
    if (last) return { ok: true, rule: (date) => isWanted(date) && date.day > date.lastDay - 7 };
    return { ok: true, rule: (date) => isWanted(date) && Math.ceil(date.day / 7) === Number(nth) };
  });
}

/** A list whose first part is `*` does not restrict; its other parts must be right all the same. */
function anyOf(text: string, parse: (part: string) => Result<{ rule: DayRule }>): ParsedDay {
  const rules: DayRule[] = [];
  const parts = text.split(",");
  for (const part of parts) {
    const parsed = parse(part);
    if (!parsed.ok) return parsed;
    rules.push(parsed.rule);
  }
  const isRestricted = parts[0] !== "*";
  return { ok: true, rule: isRestricted ? (date) => rules.some((rule) => rule(date)) : undefined };
}

function numbers(
  name: FieldName,
  part: string,
  forms: string,
  read: (date: CalendarDate) => number,
  modulo = Number.POSITIVE_INFINITY,
): Result<{ rule: DayRule }> {
  const parsed = parsePart(name, part);
  if (!parsed.ok) return refuse(name, part, forms);
  const wanted = new Set(parsed.values.map((value) => value % modulo));
  return { ok: true, rule: (date) => wanted.has(read(date)) };
}

/** The weekday (Monday to Friday) nearest to a day, within its month. */
function nearestWeekday({ day, weekday, lastDay }: CalendarDate, wanted: number): number {
  const wantedWeekday = (((weekday + wanted - day) % 7) + 7) % 7;
  if (wantedWeekday === 6) return wanted > 1 ? wanted - 1 : wanted + 2;
  if (wantedWeekday === 0) return wanted < lastDay ? wanted + 1 : wanted - 2;
  return wanted;
}
