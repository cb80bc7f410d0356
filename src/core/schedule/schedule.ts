import type { JsonObject } from "../json.ts";
import { NAME_LENGTH } from "../limits.ts";
import { hash } from "../text.ts";
import { toCompactUtc, toRfc3339 } from "../time.ts";
import { type Cron, parseCron } from "./cron.ts";
import { type Calendar, nextInstant } from "./next.ts";

/** What a user says of a schedule. */
export interface ScheduleSpec {
  /** One expression; see cron.ts. */
  readonly cron: string;
  /** Absent: the expression's `CRON_TZ=`, else UTC. */
  readonly timeZone?: string;
  readonly payload?: JsonObject;
  /** Absent: as it was; a new one is enabled. */
  readonly enabled?: boolean;
  readonly description?: string;
}

/** A recurring start of a flow, as it is kept. Times are epoch milliseconds. */
export interface Schedule extends ScheduleSpec {
  readonly enabled: boolean;
  readonly flow: string;
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The next nominal instant; absent when there is none, or while the schedule is paused. */
  readonly nextAt?: number;
}

export type FiringKind = "scheduled" | "manual";

export type Verdict = "started" | "expired" | "failedToStart";

/** One nominal instant of a schedule and what became of it: a row of the ledger. */
export interface Firing {
  /** The nominal instant; of a manual one the time of the request. */
  readonly at: number;
  readonly kind: FiringKind;
  readonly verdict: Verdict;
  /** `alarm`, `cron`, `key:<id>`. */
  readonly firedBy: string;
  readonly firedAt?: number;
  readonly latenessMs?: number;
  readonly executionName?: string;
  readonly reason?: string;
}

export function scheduleKey(flow: string, name: string): string {
  return `${flow}/${name}`;
}

export function calendarOf({
  cron,
  timeZone,
  createdAt,
}: Pick<Schedule, "cron" | "timeZone" | "createdAt">): {
  cron: Cron;
  calendar: Calendar;
} {
  const parsed = parseCron(cron);
  if (!parsed.ok) throw new Error(`Broken invariant: a stored expression is valid, not "${cron}"`);
  const calendar = { timeZone: timeZone ?? parsed.timeZone ?? "UTC", anchorAt: createdAt };
  return { cron: parsed.cron, calendar };
}

export function nextOf(
  schedule: Pick<Schedule, "cron" | "timeZone" | "createdAt">,
  after: number,
): number | undefined {
  const { cron, calendar } = calendarOf(schedule);
  return nextInstant(cron, calendar, after);
}

/**
 * The execution's name: the schedule's with the instant, so that an instant can start only one execution, whoever
 * starts it. A name that would be too long keeps as much as fits, made unique by a hash of the whole.
 */
export function firingExecutionName(schedule: string, kind: FiringKind, at: number): string {
  const instant = kind === "manual" ? `manual-${toCompactUtc(at)}-${at % 1000}` : toCompactUtc(at);
  const name = `${schedule}-${instant}`;
  if (name.length <= NAME_LENGTH) return name;
  const end = `-${hash(schedule).toString(36)}-${instant}`;
  return `${schedule.slice(0, NAME_LENGTH - end.length)}${end}`;
}

/** Which shard keeps a schedule. Never change it: schedules would no longer be found. */
export function scheduleShard(flow: string, name: string, shards: number): number {
  return hash(scheduleKey(flow, name)) % shards;
}

/** The input of an execution that a schedule starts (spec: FDL section 7). */
export function firingInput(schedule: string, payload: JsonObject, at: number): JsonObject {
  const triggerTime = toRfc3339(at).replace(/\.\d{3}Z$/, "Z");
  return { payload, triggerName: schedule, triggerTime };
}
