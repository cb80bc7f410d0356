import type { Firing, NotifyOn, ScheduleSpec } from "./schedule.ts";

/** What the webhook is told of a firing. Times are epoch milliseconds. */
export interface Notice {
  readonly type: `schedule.${NotifyOn}`;
  readonly flow: string;
  readonly schedule: string;
  readonly firing: Firing;
  readonly noticedAt: number;
}

/** What is told of a schedule that does not say, whenever it was stored: a job that fails at night must not stay unnoticed. */
const NOTIFY_DEFAULT: readonly NotifyOn[] = ["failed", "missed", "late"];

/** Verdicts of instants that should have started an execution. */
const MISSED: ReadonlySet<Firing["verdict"]> = new Set([
  "expired",
  "skippedOverlap",
  "bufferFull",
  "failedToStart",
]);

function isMissed({ verdict }: Firing): boolean {
  return MISSED.has(verdict);
}

/** Whether it broke the promise to start: a skip is what the schedule asked for. */
export function isBroken({ kind, verdict }: Firing): boolean {
  return kind === "scheduled" && verdict !== "skippedOverlap" && MISSED.has(verdict);
}

/** What of a firing's change from `old` to `firing` is worth telling, as the schedule asks for. */
export function noticesOf({ notify }: ScheduleSpec, old: Firing | undefined, firing: Firing): NotifyOn[] {
  const on = notify?.on ?? NOTIFY_DEFAULT;
  const isNew = (holds: (firing: Firing) => boolean) => holds(firing) && !(old && holds(old));
  const found: NotifyOn[] = [];
  if (isNew(isMissed)) found.push("missed");
  if (isNew(hasFailed)) found.push("failed");
  if (isNew(({ missedStart = false }) => missedStart) || isNew(({ missedEnd = false }) => missedEnd))
    found.push("late");
  return found.filter((kind) => on.includes(kind));
}

function hasFailed({ verdict, executionStatus }: Firing): boolean {
  return verdict === "failedToStart" || executionStatus === "Failed" || executionStatus === "TimedOut";
}
