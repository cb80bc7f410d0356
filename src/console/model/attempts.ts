import type { HistoryEvent } from "../api/types.ts";
import type { State } from "./states.ts";

/** One try of a step, as its events tell. Times are epoch milliseconds. */
export interface Attempt {
  /** The event that it began with: nothing else names it. */
  readonly id: number;
  /** Counted from 1 for each visit of the step. */
  readonly nth: number;
  readonly visit: string;
  readonly state: State;
  readonly startedAt: number;
  readonly takenAt?: number;
  readonly endedAt?: number;
  readonly worker?: string;
  readonly error?: string;
  readonly cause?: string;
}

type Open = { -readonly [K in keyof Attempt]: Attempt[K] };

const ENDS: Readonly<Record<string, State>> = {
  TaskSucceeded: "succeeded",
  TaskFailed: "failed",
  TaskTimedOut: "timedOut",
  TaskSubmitFailed: "failed",
};

/** The tries of a task, in the order of their beginnings; of other steps there are none. */
export function attemptsOf(events: readonly HistoryEvent[], isOver: boolean): Attempt[] {
  const attempts: Open[] = [];
  const nths = new Map<string, number>();
  for (const { eventId, type, stepPath, time, detail, worker, takenAt } of events) {
    const at = Date.parse(time);
    const open = attempts.at(-1);
    const end = ENDS[type];
    if (type === "TaskScheduled") {
      const nth = (nths.get(stepPath) ?? 0) + 1;
      nths.set(stepPath, nth);
      attempts.push({
        id: eventId,
        nth,
        visit: stepPath,
        state: isOver ? "stopped" : "running",
        startedAt: at,
      });
    } else if (end !== undefined && open?.endedAt === undefined && open) {
      Object.assign(open, { state: end, endedAt: at, ...(worker !== undefined && { worker }) });
      if (takenAt !== undefined) open.takenAt = Date.parse(takenAt);
      for (const key of ["error", "cause"] as const) {
        const said = detail?.[key];
        if (typeof said === "string") open[key] = said;
      }
    }
  }
  return attempts;
}
