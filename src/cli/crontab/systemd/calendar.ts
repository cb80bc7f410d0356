import { isTimeZone } from "../../../core/schedule/timetable/zone.ts";
import { parseCron } from "../../../core/schedule/timetable/cron.ts";

/** An `OnCalendar=`, as a cron expression. */
export type Calendar =
  | { readonly ok: true; readonly cron: string; readonly timeZone?: string }
  | { readonly ok: false; readonly reason: string };

const WORDS: Readonly<Record<string, string>> = {
  minutely: "* * * * *",
  hourly: "0 * * * *",
  daily: "0 0 * * *",
  weekly: "0 0 * * 1",
  monthly: "0 0 1 * *",
  yearly: "0 0 1 1 *",
  annually: "0 0 1 1 *",
  quarterly: "0 0 1 1,4,7,10 *",
  semiannually: "0 0 1 1,7 *",
};
/** From Monday, as systemd counts them; cron knows a seventh day as well. */
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY = /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*$/i;
/** The highest of a field, for a step without an end. */
const LAST = { second: 59, minute: 59, hour: 23, day: 31, month: 12, year: 2199 } as const;
const PART = /^(\d+)(?:\.\.(\d+))?(?:\/(\d+))?$/;

class Unreadable extends Error {}

/** Reads `[weekdays] [date] [time] [zone]` and the words for them (systemd.time(7), "Calendar Events"). */
export function readCalendar(text: string): Calendar {
  const words = text.trim().split(/\s+/);
  const zone = words.length > 1 ? zoneIn(words.at(-1) ?? "") : undefined;
  const rest = zone === undefined ? words : words.slice(0, -1);
  try {
    const cron = cronOf(rest);
    const parsed = parseCron(cron);
    if (!parsed.ok) return { ok: false, reason: `"${text}": ${parsed.detail}` };
    return { ok: true, cron, ...(zone !== undefined && { timeZone: zone }) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ok: false, reason: `"${text}": ${error.message}` };
  }
}

function zoneIn(word: string): string | undefined {
  return /^(?:UTC|[A-Za-z_]+\/[\w/+-]+)$/.test(word) && isTimeZone(word) ? word : undefined;
}

function cronOf(words: readonly string[]): string {
  const [only = ""] = words;
  const known = words.length === 1 ? WORDS[only.toLowerCase()] : undefined;
  if (known !== undefined) return known;
  const rest = [...words];
  const days = /^[A-Za-z]/.test(only) ? weekdaysOf(rest.shift() ?? "") : "*";
  const date = rest[0]?.includes("-") === true ? rest.shift() : undefined;
  const time = rest[0]?.includes(":") === true ? rest.shift() : undefined;
  const [left] = rest;
  if (left !== undefined) throw new Unreadable(`"${left}" is neither a date nor a time nor a time zone`);
  if (days === "*" && date === undefined && time === undefined) throw new Unreadable("it is empty");
  const { year, month, day } = dateOf(date);
  const { hour, minute, second } = timeOf(time);
  // In cron one of two day fields is enough; here both count.
  const weekday = days !== "*" && day !== "*" ? `+${days}` : days;
  const five = [minute, hour, day, month, weekday];
  if (year !== "*") return [second, ...five, year].join(" ");
  return (second === "0" ? five : [second, ...five]).join(" ");
}

function weekdaysOf(word: string): string {
  const parts = word.replace(/,$/, "").split(",");
  return parts
    .map((part) => {
      const [from = "", to = from] = part.split(/\.\.|-/);
      const [first, last] = [numberOfDay(from), numberOfDay(to)];
      if (last < first) throw new Unreadable(`"${part}" runs backwards`);
      return first === last ? String(first) : `${first}-${last}`;
    })
    .join(",");
}

function numberOfDay(name: string): number {
  const [, short = ""] = DAY.exec(name) ?? [];
  const found = DAYS.indexOf(short.toLowerCase());
  if (found < 0) throw new Unreadable(`"${name}" is no weekday`);
  return found + 1;
}

function dateOf(date = "*-*-*") {
  if (date.includes("~"))
    throw new Unreadable("days counted from the end of the month (~) are not known to cron");
  const parts = date.split("-");
  if (parts.length > 3) throw new Unreadable(`"${date}" is no date`);
  const [year = "*", month = "*", day = "*"] = parts.length === 2 ? ["*", ...parts] : parts;
  return { year: field("year", year), month: field("month", month), day: field("day", day) };
}

function timeOf(time = "0:0") {
  const parts = time.split(":");
  if (parts.length > 3) throw new Unreadable(`"${time}" is no time of day`);
  const [hour = "0", minute = "0", second = "0"] = parts;
  return { hour: field("hour", hour), minute: field("minute", minute), second: field("second", second) };
}

function field(name: keyof typeof LAST, text: string): string {
  return text
    .split(",")
    .map((part) => partOf(name, part))
    .join(",");
}

function partOf(name: keyof typeof LAST, part: string): string {
  if (part === "*") return part;
  const [whole, from, to, step] = PART.exec(part) ?? [];
  if (whole === undefined)
    throw new Unreadable(
      `${name}: "${part}" is not *, a number, a range a..b, or one of these two with /step`,
    );
  const first = Number(from);
  const last = Number(to ?? (step === undefined ? from : LAST[name]));
  if (last < first) throw new Unreadable(`${name}: "${part}" runs backwards`);
  // systemd does not take it, either.
  if (step !== undefined && to === undefined && first + Number(step) > LAST[name])
    throw new Unreadable(`${name}: the step of "${part}" leads past ${LAST[name]}`);
  if (first === last || (step !== undefined && first + Number(step) > last)) return String(first);
  return step === undefined ? `${first}-${last}` : `${first}-${last}/${step}`;
}

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(?:us|usec|µs)$/, 1e-6],
  [/^(?:ms|msec)$/, 1e-3],
  [/^(?:|s|sec|seconds?)$/, 1],
  [/^(?:m|min|minutes?)$/, 60],
  [/^(?:h|hr|hours?)$/, 3600],
  [/^(?:d|days?)$/, 86_400],
  [/^(?:w|weeks?)$/, 7 * 86_400],
];

/** A time span such as `1h 30min` in whole seconds; undefined if it is none. */
export function readSpan(text: string): number | undefined {
  if (!/^(?:\s*\d+(?:\.\d+)?\s*[a-zµ]*)+\s*$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, number, unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)\s*([a-zµ]*)/g)) {
    const found = UNITS.find(([names]) => names.test(unit));
    if (!found) return undefined;
    seconds += Number(number) * found[1];
  }
  return Math.ceil(seconds);
}
