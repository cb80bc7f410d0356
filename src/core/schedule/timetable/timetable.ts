import { type Result, reject } from "../../result.ts";
import { hash } from "../../text.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, parseRfc3339 } from "../../time.ts";
import { type CalendarCron, type Cron, parseCron } from "./cron.ts";
import { RANGES, WEEKDAY_NAMES } from "./field.ts";
import { type Mark, markOf, matchesWall } from "./marks.ts";
import {
  type Calendar,
  DEFAULT_DAYLIGHT_SAVING,
  type DaylightSaving,
  instantsUntil,
  nextInstant,
} from "./next.ts";
import { zoneProblem } from "./zone-names.ts";
import { isTimeZone, offsetAt, segments } from "./zone.ts";

/** What of a schedule says when it fires. Times are epoch milliseconds. */
export interface TimetableSpec {
  /** One expression or several; see cron.ts. */
  readonly cron: string | readonly string[];
  /** Absent: the expression's `CRON_TZ=`, else UTC. */
  readonly timeZone?: string;
  /** No instant lies outside these two; both are allowed themselves. `@every` counts from `startAt`. */
  readonly startAt?: number;
  readonly endAt?: number;
  /** Longest delay of a start behind its instant. */
  readonly jitterSeconds?: number;
  readonly exclude?: {
    /** Local dates, such as 2026-12-25. */
    readonly dates?: readonly string[];
    /** Instants at such times are left out; five fields mean whole minutes. */
    readonly crons?: readonly string[];
  };
  readonly daylightSaving?: Partial<DaylightSaving>;
}

/** As far as expressions can tell years; nothing fires before 1970. */
const LAST_INSTANT = Date.UTC(RANGES.year.high + 1, 0, 1) - 1;

interface Rule {
  readonly cron: Cron;
  readonly calendar: Calendar;
}

interface Exclusion {
  readonly cron: CalendarCron;
  readonly timeZone: string;
  readonly hasSeconds: boolean;
}

/** A schedule's instants: all that follows from a TimetableSpec, ready to be asked. */
export class Timetable {
  /** In which dates and previews are told. */
  readonly timeZone: string;
  private readonly rules: readonly Rule[];
  private readonly exclusions: readonly Exclusion[];
  private readonly excludedDates: ReadonlySet<string>;
  private readonly spec: TimetableSpec;
  /** Spreads delays: schedules with the same times must not start together. */
  private readonly key: string;

  constructor(spec: TimetableSpec, key: string, rules: readonly Rule[], exclusions: readonly Exclusion[]) {
    this.spec = spec;
    this.key = key;
    this.rules = rules;
    this.exclusions = exclusions;
    this.excludedDates = new Set(spec.exclude?.dates);
    this.timeZone = spec.timeZone ?? rules[0]?.calendar.timeZone ?? "UTC";
  }

  /** The first instant after another (exclusive), whether it is excluded or not; undefined when there is none. */
  next(after: number): number | undefined {
    const endAt = Math.min(this.spec.endAt ?? LAST_INSTANT, LAST_INSTANT);
    const from = Math.max(after, (this.spec.startAt ?? 0) - 1, -1);
    let first: number | undefined;
    for (const { cron, calendar } of this.rules) {
      const at = nextInstant(cron, calendar, from);
      if (at !== undefined && at <= endAt && (first === undefined || at < first)) first = at;
    }
    return first;
  }

  /** The newest instants in [from, to], oldest first, at most `max`, and whether there are older ones. */
  until(from: number, to: number, max: number) {
    return instantsUntil((after) => this.next(after), from, to, max);
  }

  isInstant(at: number): boolean {
    return this.next(at - 1) === at;
  }

  /** Why an instant is left out; undefined when it is not. */
  exclusionOf(at: number): string | undefined {
    if (this.excludedDates.size + this.exclusions.length === 0) return undefined;
    const date = this.localOf(at).local.slice(0, 10);
    if (this.excludedDates.has(date)) return `${date} is an excluded date`;
    const found = this.exclusions.findIndex(({ cron, timeZone, hasSeconds }) =>
      matchesWall(cron, at + offsetAt(timeZone, at), hasSeconds),
    );
    return found < 0 ? undefined : `excluded by "${this.spec.exclude?.crons?.[found]}"`;
  }

  /** Until when (exclusive) everything is left out with an instant that is: a local day, an hour or a minute at once. */
  excludedUntil(at: number): number {
    if (this.excludedDates.has(this.localOf(at).local.slice(0, 10))) {
      return endOfStretch(this.timeZone, at, DAY_MS);
    }
    const ends = this.exclusions
      .filter(({ cron, timeZone, hasSeconds }) => matchesWall(cron, at + offsetAt(timeZone, at), hasSeconds))
      .map((exclusion) => endOfStretch(exclusion.timeZone, at, stretchOf(exclusion)));
    return Math.max(at + 1, ...ends);
  }

  /**
   * When an instant's execution starts: delayed by a hash of schedule and instant, so always by the same, and never to
   * the next instant or past it, so that starts keep the order of their instants.
   */
  startsAt(at: number): number {
    const { jitterSeconds = 0 } = this.spec;
    if (jitterSeconds === 0) return at;
    const room = (this.next(at) ?? Number.POSITIVE_INFINITY) - at;
    return at + (hash(`${this.key} ${at}`) % Math.min(jitterSeconds * SECOND_MS + 1, room));
  }

  /** The local time, its weekday and its distance from UTC, as `2026-03-29T03:00:00`, `Sunday` and `+02:00`. */
  localOf(at: number): { readonly local: string; readonly weekday: string; readonly offset: string } {
    const offset = offsetAt(this.timeZone, at);
    const minutes = Math.floor(Math.abs(offset) / 60_000);
    const wall = new Date(at + offset);
    return {
      local: wall.toISOString().slice(0, 19),
      weekday: WEEKDAY_NAMES[wall.getUTCDay()] ?? "",
      offset: `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`,
    };
  }

  markOf(at: number): Mark | undefined {
    const rule = this.rules.find(({ cron, calendar }) => nextInstant(cron, calendar, at - 1) === at);
    return rule && markOf(rule.cron, rule.calendar, at);
  }

  /** The one-off times among the expressions. */
  get oneOffs(): readonly number[] {
    return this.rules.flatMap(({ cron }) => (cron.kind === "at" ? [cron.at] : []));
  }
}

/** What an exclusion leaves out as a whole where it leaves out one instant of it. */
function stretchOf({ cron: { hours, minutes, seconds }, hasSeconds }: Exclusion): number {
  if (hasSeconds && seconds.values.length < 60) return SECOND_MS;
  if (minutes.values.length < 60) return MINUTE_MS;
  return hours.values.length < 24 ? HOUR_MS : DAY_MS;
}

/** The end of a local day, hour or minute, or the next change of the clock if that comes before. */
function endOfStretch(timeZone: string, at: number, length: number): number {
  const wall = at + offsetAt(timeZone, at);
  const end = at + length - (wall % length);
  return Math.min(end, segments(timeZone, at, end)[0]?.to ?? end);
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

/** Reads what says when a schedule fires. Rejects with `InvalidCron` or `InvalidSchedule`, naming the place, its value and what is allowed. */
export function readTimetable(
  spec: TimetableSpec,
  createdAt: number,
  key: string,
): Result<{ timetable: Timetable }> {
  const { timeZone, startAt, exclude, daylightSaving } = spec;
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    return reject("InvalidCron", `timeZone: ${zoneProblem(timeZone)}`);
  }
  if (startAt !== undefined && spec.endAt !== undefined && spec.endAt < startAt) {
    return reject("InvalidSchedule", "endAt is before startAt: nothing lies between them");
  }
  const wrong = exclude?.dates?.find((date) => parseRfc3339(`${date}T00:00:00Z`) === undefined);
  if (wrong !== undefined) {
    return reject(
      "InvalidSchedule",
      `exclude.dates: "${wrong}" is in no calendar: use dates such as 2026-12-25`,
    );
  }
  const expressions = typeof spec.cron === "string" ? [spec.cron] : spec.cron;
  const rules: Rule[] = [];
  for (const [position, text] of expressions.entries()) {
    const parsed = parseIn(text, timeZone);
    if (!parsed.ok) return atPlace(typeof spec.cron === "string" ? "" : `cron[${position}]: `, parsed);
    const calendar: Calendar = {
      timeZone: parsed.timeZone,
      // Whole seconds: the names of executions tell their instants so.
      anchorAt: startAt ?? Math.floor(createdAt / SECOND_MS) * SECOND_MS,
      startsAtAnchor: startAt !== undefined,
      daylightSaving: { ...DEFAULT_DAYLIGHT_SAVING, ...daylightSaving },
    };
    rules.push({ cron: parsed.cron, calendar });
  }
  const ownZone = timeZone ?? rules[0]?.calendar.timeZone;
  const exclusions: Exclusion[] = [];
  for (const [position, text] of (exclude?.crons ?? []).entries()) {
    const parsed = parseIn(text, timeZone, ownZone);
    const place = `exclude.crons[${position}]: `;
    if (!parsed.ok) return atPlace(place, parsed);
    if (parsed.cron.kind !== "calendar") {
      return reject("InvalidCron", `${place}"${text}" has no calendar: use fields, or dates for whole days`);
    }
    const hasSeconds =
      text
        .replace(/^\s*(?:CRON_)?TZ=\S*/, "")
        .trim()
        .split(/[ \t]+/).length !== 5;
    exclusions.push({ cron: parsed.cron, timeZone: parsed.timeZone, hasSeconds });
  }
  return { ok: true, timetable: new Timetable(spec, key, rules, exclusions) };
}

function parseIn(
  text: string,
  timeZone: string | undefined,
  otherwise = "UTC",
): Result<{ cron: Cron; timeZone: string }> {
  const parsed = parseCron(text);
  if (!parsed.ok) return parsed;
  if (contradicts(parsed.timeZone, timeZone)) {
    const [written] = text.trim().split("=", 1);
    return reject(
      "InvalidCron",
      `${written}=${parsed.timeZone} contradicts timeZone ${timeZone}: keep one of them`,
    );
  }
  return { ok: true, cron: parsed.cron, timeZone: timeZone ?? parsed.timeZone ?? otherwise };
}

/** Names of zones are the same in any letters. */
function contradicts(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one.toLowerCase() !== other.toLowerCase();
}

function atPlace(place: string, { code, detail }: { readonly code: string; readonly detail: string }) {
  return reject(code, `${place}${detail}`);
}
