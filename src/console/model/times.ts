/** How instants are written: for whom, and seen from when. */
export interface Reader {
  readonly locale: string;
  /** Of the time zone database. */
  readonly zone: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs more than all that is done with it. */
function format({ locale, zone }: Reader, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, zone, options]);
  const made = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
  formats.set(key, made);
  return made;
}

const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
const CLOCK_SECONDS = { ...CLOCK, second: "2-digit" } as const;
const DAY = { weekday: "short", day: "numeric", month: "short" } as const;

export function clock(at: number, reader: Reader): string {
  return format(reader, CLOCK).format(at);
}

export function clockSeconds(at: number, reader: Reader): string {
  return format(reader, CLOCK_SECONDS).format(at);
}

const MINUTE_MS = 60_000;

/** Of what is exact, as an instant of a schedule: with seconds where there are some, or two of a minute look like one. */
export function instantClock(at: number, reader: Reader): string {
  return at % MINUTE_MS === 0 ? clock(at, reader) : clockSeconds(at, reader);
}

/** Such as `Thu 26 Nov`. */
export function day(at: number, reader: Reader): string {
  return format(reader, DAY).format(at).replaceAll(",", "");
}

function dateKey(at: number, reader: Reader): string {
  return format(reader, { year: "numeric", month: "2-digit", day: "2-digit" }).format(at);
}

export function isSameDay(a: number, b: number, reader: Reader): boolean {
  return dateKey(a, reader) === dateKey(b, reader);
}

function year(at: number, reader: Reader): string {
  return format(reader, { year: "numeric" }).format(at);
}

/** The clock, with the day if it is not today, and with the year if it is another. */
export function shortTime(at: number, now: number, reader: Reader, tell = clock): string {
  if (isSameDay(at, now, reader)) return tell(at, reader);
  const date = year(at, reader) === year(now, reader) ? day(at, reader) : fullDay(at, reader);
  return `${date} ${tell(at, reader)}`;
}

export function fullDay(at: number, reader: Reader): string {
  return format(reader, { ...DAY, year: "numeric" })
    .format(at)
    .replaceAll(",", "");
}

/** To the second, with day, year and zone: what stands behind each shorter one. */
export function exactTime(at: number, reader: Reader): string {
  return `${fullDay(at, reader)} ${clockSeconds(at, reader)} ${reader.zone}`;
}

const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];

/** Such as `7 h ago` and `in 17 min`. */
export function relativeTime(at: number, now: number, locale: string): string {
  const distance = at - now;
  const [unit, ms] = STEPS.find(([, size]) => Math.abs(distance) >= size) ?? ["second", 1000];
  return relative(locale).format(Math.trunc(distance / ms), unit);
}

const relatives = new Map<string, Intl.RelativeTimeFormat>();

function relative(locale: string): Intl.RelativeTimeFormat {
  const made =
    relatives.get(locale) ?? new Intl.RelativeTimeFormat(locale, { style: "short", numeric: "auto" });
  relatives.set(locale, made);
  return made;
}

/** How far the zone is from UTC at an instant, such as `GMT+8`. */
export function offset(at: number, reader: Reader): string {
  const parts = format(reader, { timeZoneName: "shortOffset" }).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
}

/** `Asia/Shanghai` is `Shanghai` to who lives there. */
export function zoneName(zone: string): string {
  // These are named from the other side: it is an hour earlier there than in UTC.
  const turned = /^Etc\/GMT([+-])(\d+)$/.exec(zone);
  if (turned) return `UTC${turned[1] === "+" ? "-" : "+"}${turned[2]}`;
  return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}
