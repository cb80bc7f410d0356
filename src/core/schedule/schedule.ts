import type { ExecutionStatus } from "../engine/state/execution-state.ts";
import type { JsonObject } from "../json.ts";
import { NAME_LENGTH } from "../limits.ts";
import type { MergePatch } from "../merge-patch.ts";
import { hash } from "../text.ts";
import { toCompactUtc, toRfc3339 } from "../time.ts";
import type { ParkedSchedule } from "./parking.ts";
import type { LeftOut } from "./timetable/preview.ts";
import type { TimetableSpec } from "./timetable/timetable.ts";

/** What to do at an instant while an execution of the schedule still runs. */
export type OverlapPolicy = "allow" | "skip" | "bufferOne" | "bufferAll" | "cancelOther";

/** What to do with instants that were missed. */
export interface CatchUp {
  readonly mode: "none" | "last" | "all";
  /** Older ones expire. */
  readonly windowSeconds?: number;
  /** With `all`: only so many of the newest. */
  readonly max?: number;
}

/** What a schedule promises of its executions, counted from their (delayed) instants. */
export interface Expect {
  readonly startWithinSeconds?: number;
  readonly endWithinSeconds?: number;
}

/** What the webhook is told: instants that started nothing, executions that failed, broken promises. */
export type NotifyOn = "missed" | "failed" | "late";

/** What a user says of a schedule. */
export interface ScheduleSpec extends TimetableSpec {
  readonly payload?: JsonObject;
  /** The payload as its client wrote it. It counts only as long as it says what `payload` is, and is shown by FnF alone. */
  readonly payloadText?: string;
  /** Absent: as it was; a new one is enabled. */
  readonly enabled?: boolean;
  readonly description?: string;
  /** Absent: `allow`. */
  readonly overlap?: OverlapPolicy;
  /** Of `bufferAll`. */
  readonly bufferLimit?: number;
  /** Absent: `{mode: "last"}`. */
  readonly catchUp?: CatchUp;
  readonly expect?: Expect;
  /** Absent: all; nothing when the list is empty. */
  readonly notify?: { readonly on: readonly NotifyOn[] };
}

/** What to change of a schedule; an expression is always needed. */
export type SchedulePatch = MergePatch<Omit<ScheduleSpec, "cron">> & Partial<Pick<ScheduleSpec, "cron">>;

/** A recurring start of a flow, as it is shown. Times are epoch milliseconds. */
export interface Schedule extends ScheduleSpec {
  readonly enabled: boolean;
  readonly flow: string;
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The next nominal instant that will start something; absent when none was found, or while the schedule is paused. */
  readonly nextAt?: number;
  /** The first coming instant that will start nothing, if it is before that one. */
  readonly leftOut?: LeftOut;
  readonly pausedAt?: number;
  readonly pauseReason?: string;
  /** Coming instants that will be skipped. */
  readonly skips?: readonly Skip[];
  /** Firings since the schedule was created. */
  readonly counts?: Counts;
  /** What of it would be refused if it was stored today; it goes on all the same. */
  readonly refusedToday?: string;
  /** It does not fire, because something is wrong with it. */
  readonly parked?: ParkedSchedule;
}

/** Who asks for something, such as `key:<id>`, and why. */
export interface Said {
  readonly by?: string;
  readonly reason?: string;
}

export type Counts = Readonly<Partial<Record<Verdict, number>>>;

export interface Skip {
  readonly at: number;
  readonly by: string;
  readonly reason?: string;
}

export type FiringKind = "scheduled" | "manual" | "backfill";

/** What became of an instant. `buffered` and `paused` may still become another one; the others are final. */
export type Verdict =
  | "started"
  | "skippedOverlap"
  | "buffered"
  | "bufferFull"
  | "expired"
  | "paused"
  | "excluded"
  | "skipped"
  | "failedToStart";

/** One nominal instant of a schedule and what became of it: a row of the ledger. */
export interface Firing {
  /** The nominal instant; of a manual one the time of the request. */
  readonly at: number;
  readonly kind: FiringKind;
  readonly verdict: Verdict;
  /** `alarm`, `cron`, `catchUp`, `key:<id>`, `backfill:<id>`. */
  readonly firedBy: string;
  readonly firedAt?: number;
  /** Behind the instant and its delay; not of manual ones and backfills. */
  readonly latenessMs?: number;
  readonly executionName?: string;
  /** When the execution really began; known once it has ended, or somebody had to ask. */
  readonly startedAt?: number;
  /** How far that was behind the instant and its delay; not of manual ones and backfills. */
  readonly startLatenessMs?: number;
  /** Once it has ended. */
  readonly executionStatus?: ExecutionStatus;
  readonly executionEndedAt?: number;
  /** How often the execution went on after an end; absent: never. */
  readonly redrives?: number;
  /** Of an execution that did not succeed. */
  readonly error?: string;
  readonly reason?: string;
  /** What `expect` asked for did not happen. */
  readonly missedStart?: boolean;
  readonly missedEnd?: boolean;
}

export function scheduleKey(flow: string, name: string): string {
  return `${flow}/${name}`;
}

/**
 * The execution's name: the schedule's with the instant, so that an instant can start only one execution, whoever
 * starts it. A name that would be too long keeps as much as fits, made unique by a hash of the whole.
 */
export function firingExecutionName(schedule: string, kind: FiringKind, at: number, backfill = ""): string {
  const compact = toCompactUtc(at);
  const ends = {
    scheduled: compact,
    manual: `manual-${compact}-${at % 1000}`,
    backfill: `${backfill}-${compact}`,
  };
  // Instants of `@every` may lie within one second, since it counts from a moment.
  const instant = kind === "manual" || at % 1000 === 0 ? ends[kind] : `${ends[kind]}-${at % 1000}`;
  const name = `${schedule}-${instant}`;
  if (name.length <= NAME_LENGTH) return name;
  const end = `-${hash(schedule).toString(36)}-${instant}`;
  return `${schedule.slice(0, NAME_LENGTH - end.length)}${end}`;
}

/** By what an execution is started: the same firing again is the same start. */
export function firingId(key: string, kind: FiringKind, at: number, backfill?: string): string {
  return `${key}:${kind}:${at}${backfill === undefined ? "" : `:${backfill}`}`;
}

/** Which firing a start was for; undefined when no schedule made it. */
export function parseFiringId(
  text: string,
):
  | { readonly flow: string; readonly name: string; readonly kind: FiringKind; readonly at: number }
  | undefined {
  const [, flow, name, kind, at] =
    /^([^/:]+)\/([^/:]+):(scheduled|manual|backfill):(\d+)(?::b\d+)?$/.exec(text) ?? [];
  if (flow === undefined || name === undefined || !isFiringKind(kind)) return undefined;
  return { flow, name, kind, at: Number(at) };
}

function isFiringKind(text: string | undefined): text is FiringKind {
  return text === "scheduled" || text === "manual" || text === "backfill";
}

/** The flow and the name that a key is made of. */
export function parseScheduleKey(key: string): { readonly flow: string; readonly name: string } {
  const [flow = "", name = ""] = key.split("/");
  return { flow, name };
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
