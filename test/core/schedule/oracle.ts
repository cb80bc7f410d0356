/**
 * A second, slow and simple answer to when an expression fires: walk every minute of a stretch, look at the clock on the
 * wall, and compare. It shares no code with what it judges: it has its own reading of expressions (five fields) and asks the
 * platform for offsets, one quarter of an hour at a time, since no zone changes its clock at other times any more.
 */

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const DAY = 86_400_000;
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** Wall times of a zone as if they were UTC, for every minute from a start on. */
export function wallClock(zone: string, from: number, to: number): Float64Array {
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "medium",
    calendar: "gregory",
  });
  const walls = new Float64Array((to - from) / MINUTE);
  for (let quarter = from, minute = 0; quarter < to; quarter += QUARTER) {
    const wall = Date.parse(`${format.format(quarter).replace(" ", "T")}Z`);
    for (let step = 0; step < 15; step++) walls[minute++] = wall + step * MINUTE;
  }
  return walls;
}

/** Every minute at which an expression fires, with the default rules for changes of the clock. */
export function walk(expression: string, walls: Float64Array, from: number): number[] {
  const allows = reader(expression);
  const isRealTime = expression.split(" ")[1] === "*";
  const found: number[] = [];
  let latest = (walls[0] ?? 0) - MINUTE;
  for (let minute = 0; minute < walls.length; minute++) {
    const wall = walls[minute] ?? 0;
    const isNew = wall > latest;
    let fires = allows(wall) && (isRealTime || isNew);
    // What the clock on the wall leaps over happens where it lands.
    for (let left = latest + MINUTE; !isRealTime && left < wall && !fires; left += MINUTE)
      fires = allows(left);
    if (fires) found.push(from + minute * MINUTE);
    if (isNew) latest = wall;
  }
  return found;
}

function reader(expression: string): (wall: number) => boolean {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = expression.split(" ");
  const minutes = numbers(minute, 0, 59);
  const hours = numbers(hour, 0, 23);
  const months = numbers(month, 1, 12, MONTHS);
  const dates = new Map<number, boolean>();
  const isDay = (date: number): boolean => {
    const known = dates.get(date);
    if (known !== undefined) return known;
    const isFree = (field: string) => field.split(",")[0] === "*" || field === "?";
    const ofMonth = day.split(",").some((part) => isDayOfMonth(part, date));
    const ofWeek = weekday
      .replace("+", "")
      .split(",")
      .some((part) => isDayOfWeek(part, date));
    let answer = weekday.startsWith("+") ? ofMonth && ofWeek : ofMonth || ofWeek;
    if (isFree(day)) answer = isFree(weekday) || ofWeek;
    else if (isFree(weekday)) answer = ofMonth;
    dates.set(date, answer);
    return answer;
  };
  // Read once into a table, because every minute of a year asks it.
  const times = Uint8Array.from({ length: DAY / MINUTE }, (_, time) =>
    Number(hours.has(Math.floor(time / 60)) && minutes.has(time % 60)),
  );
  return (wall) => {
    if (times[(wall % DAY) / MINUTE] !== 1) return false;
    const date = wall - (wall % DAY);
    return months.has(new Date(date).getUTCMonth() + 1) && isDay(date);
  };
}

function numbers(field: string, low: number, high: number, names: readonly string[] = []): Set<number> {
  const all = new Set<number>();
  for (const part of field.split(",")) {
    const [range = "", step] = part.split("/");
    const [first = "", last] = range === "*" ? [String(low), String(high)] : range.split("-");
    const value = (text: string) => (names.includes(text) ? names.indexOf(text) + low : Number(text));
    const end = last === undefined ? (step === undefined ? value(first) : high) : value(last);
    for (let number = value(first); number <= end; number += Number(step ?? 1)) all.add(number);
  }
  return all;
}

function isDayOfMonth(part: string, date: number): boolean {
  const own = new Date(date);
  const last = new Date(Date.UTC(own.getUTCFullYear(), own.getUTCMonth() + 1, 0)).getUTCDate();
  if (part === "L") return own.getUTCDate() === last;
  if (!part.endsWith("W")) return numbers(part, 1, 31).has(own.getUTCDate());
  const wanted = part === "LW" ? last : Number(part.slice(0, -1));
  // The nearest by trying: the wanted day, one before, one after, two after, two before; in this month.
  for (const distance of [0, -1, 1, 2, -2]) {
    const day = new Date(Date.UTC(own.getUTCFullYear(), own.getUTCMonth(), wanted + distance));
    const isHere = day.getUTCMonth() === own.getUTCMonth() && wanted <= last;
    if (isHere && day.getUTCDay() % 6 !== 0) return day.getTime() === date;
  }
  return false;
}

function isDayOfWeek(part: string, date: number): boolean {
  const own = new Date(date);
  const [, name = "", mark, nth] = /^([A-Z]{3}|\d)(?:#?(L)|#(\d))$/.exec(part) ?? [];
  const sameMonth = (days: number) => new Date(date + days * DAY).getUTCMonth() === own.getUTCMonth();
  const isNamed = (text: string) => numbers(text, 0, 6, DAYS).has(own.getUTCDay());
  if (mark) return isNamed(name) && !sameMonth(7);
  if (nth !== undefined)
    return isNamed(name) && sameMonth(-7 * (Number(nth) - 1)) && !sameMonth(-7 * Number(nth));
  const week = numbers(part.replace("-SUN", "-7"), 0, 6, DAYS);
  return week.has(own.getUTCDay()) || (week.has(7) && own.getUTCDay() === 0);
}
