/**
 * Vixie's cron as a daemon, minute by minute: its sets of bits, its virtual time, its two kinds of jobs, and what it does
 * when the clock on the wall jumps. It shares no code with what it judges, and asks the platform for the time of a zone.
 */

const MINUTE = 60_000;
const NAMES: Readonly<Record<string, readonly string[]>> = {
  month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  weekday: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};
const NICKNAMES: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

interface Entry {
  readonly minutes: Set<number>;
  readonly hours: Set<number>;
  readonly days: Set<number>;
  readonly months: Set<number>;
  readonly weekdays: Set<number>;
  readonly isDayFree: boolean;
  readonly isWeekdayFree: boolean;
  /** Its minutes or hours begin with a star. */
  readonly isWild: boolean;
}

function bits(field: string, low: number, high: number, names: readonly string[] = []): Set<number> {
  const found = new Set<number>();
  const number = (text: string) => {
    const named = names.indexOf(text.toLowerCase());
    return named < 0 ? Number(text) : named + low;
  };
  for (const part of field.split(",")) {
    const [range = "", step = "1"] = part.split("/");
    const [from, to] =
      range === "*" ? [low, high] : [number(range.split("-")[0]), number(range.split("-").at(-1)!)];
    for (let value = from; value <= to; value += Number(step)) found.add(value);
  }
  return found;
}

export function loadEntry(text: string): Entry {
  const [minute, hour, day, month, weekday] = (NICKNAMES[text] ?? text).split(" ");
  const weekdays = bits(weekday, 0, 7, NAMES.weekday);
  // Both are Sunday.
  if (weekdays.has(0) || weekdays.has(7)) weekdays.add(0).add(7);
  return {
    minutes: bits(minute, 0, 59),
    hours: bits(hour, 0, 23),
    days: bits(day, 1, 31),
    months: bits(month, 1, 12, NAMES.month),
    weekdays,
    isDayFree: day.startsWith("*"),
    isWeekdayFree: weekday.startsWith("*"),
    isWild: minute.startsWith("*") || hour.startsWith("*"),
  };
}

/** Minutes of the clock on the wall, counted as the daemon counts them. */
function isMeant(entry: Entry, wallMinute: number): boolean {
  if (!entry.minutes.has(wallMinute % 60) || !entry.hours.has(Math.floor(wallMinute / 60) % 24)) return false;
  const wall = new Date(wallMinute * MINUTE);
  const isDay = entry.days.has(wall.getUTCDate());
  const isWeekday = entry.weekdays.has(wall.getUTCDay());
  return (
    entry.months.has(wall.getUTCMonth() + 1) &&
    (entry.isDayFree || entry.isWeekdayFree ? isDay && isWeekday : isDay || isWeekday)
  );
}

/** Clocks on walls, for each minute; offsets change at quarters of an hour. */
function wallMinutes(zone: string, from: number, to: number): number[] {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  const walls: number[] = [];
  for (let quarter = from; quarter < to; quarter += 15 * MINUTE) {
    const wall = Date.parse(`${format.format(quarter).replace(" ", "T")}Z`) / MINUTE;
    for (let step = 0; step < 15; step++) walls.push(wall + step);
  }
  return walls;
}

/** When each entry is started in [from, to), the daemon running since long before; twice if it is started twice. */
export function runDaemon(entries: readonly Entry[], zone: string, from: number, to: number): number[][] {
  const starts: number[][] = entries.map(() => []);
  const walls = wallMinutes(zone, from, to);
  let virtual = walls[0] - 1;
  for (const [index, clock] of walls.entries()) {
    const now = from + index * MINUTE;
    const findJobs = (minute: number, wild: boolean, fixed: boolean) => {
      for (const [position, entry] of entries.entries())
        if ((entry.isWild ? wild : fixed) && isMeant(entry, minute)) starts[position].push(now);
    };
    const jump = clock - virtual;
    if (jump === 1) findJobs((virtual = clock), true, true);
    else if (jump > 1 && jump < 180) {
      findJobs(clock, true, false);
      while (virtual < clock) findJobs(++virtual, false, true);
    } else if (jump <= 0 && jump > -180) findJobs(clock, true, false);
    else findJobs((virtual = clock), true, true);
  }
  return starts;
}
