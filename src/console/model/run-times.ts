import type { Firing } from "../api/types.ts";
import type { State } from "./states.ts";
import { verdictOf } from "./verdicts.ts";

/** How long one run took, in milliseconds. */
export interface RunTime {
  readonly firing: Firing;
  readonly ms: number;
  readonly state: State;
}

/** Of runs that have ended, oldest first. */
export function runTimes(firings: readonly Firing[]): RunTime[] {
  return firings
    .flatMap((firing) => {
      const { startedAt, firedAt, executionEndedAt } = firing;
      const begin = startedAt ?? firedAt;
      if (begin === undefined || executionEndedAt === undefined) return [];
      return [
        {
          firing,
          ms: Math.max(0, Date.parse(executionEndedAt) - Date.parse(begin)),
          state: verdictOf(firing),
        },
      ];
    })
    .toReversed();
}

/** The time within which so large a part of the runs ended. */
export function quantile(times: readonly RunTime[], part: number): number {
  const sorted = times.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? 0;
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
const SECOND_MS = 1000;
const LINES = 3;

/** Round times for the lines of a chart that reaches to `most`. */
export function scaleOf(most: number): number[] {
  const step = (STEPS.find((seconds) => seconds * SECOND_MS * LINES >= most) ?? 172_800) * SECOND_MS;
  return Array.from({ length: Math.max(1, Math.ceil(most / step)) }, (_, line) => (line + 1) * step);
}
