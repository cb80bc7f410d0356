import type { FlowStats, FlowStatsBucket } from "../api/types.ts";
import { roundUp } from "./charts.ts";
import { scaleOf } from "./run-times.ts";
import type { Tone } from "./states.ts";

export const SPANS = ["day", "week", "month", "quarter"] as const;
/** Of which time the statistics are. */
export type Span = (typeof SPANS)[number];

const DAYS: Readonly<Record<Span, number>> = { day: 1, week: 7, month: 30, quarter: 90 };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What to ask for, so that the last bucket is the current hour or day. */
export function askedFor(span: Span, now: number): { readonly from: string; readonly by: "hour" | "day" } {
  const by = span === "day" ? "hour" : "day";
  const size = by === "hour" ? HOUR_MS : DAY_MS;
  const first = now - DAYS[span] * DAY_MS + size;
  // Within an hour it is one address, which the browser remembers.
  return { from: new Date(Math.floor(first / HOUR_MS) * HOUR_MS).toISOString(), by };
}

export function startedIn({ succeeded, failed, timedOut, stopped, running }: FlowStats["counts"]): number {
  return succeeded + failed + timedOut + stopped + running;
}

/** A count in a colour: from the bottom of a bar to its top. */
export interface Part {
  readonly tone: Tone;
  readonly value: number;
}

/** What is well lies at the bottom, so that the rest stands out. */
export function partsOf({ succeeded, failed, timedOut, stopped, running }: FlowStats["counts"]): Part[] {
  const parts: Part[] = [
    { tone: "ok", value: succeeded },
    { tone: "run", value: running },
    { tone: "idle", value: stopped },
    { tone: "bad", value: failed + timedOut },
  ];
  return parts.filter(({ value }) => value > 0);
}

/** Round counts for the lines of a chart of all of them. */
export function countScale(buckets: readonly FlowStatsBucket[]): number[] {
  const top = roundUp(Math.max(0, ...buckets.map(startedIn)));
  return [top / 2, top];
}

/** Round times for those of a chart of how long they took. */
export function timeScale(buckets: readonly FlowStatsBucket[]): number[] {
  return scaleOf(Math.max(1, ...buckets.map(({ p95Ms = 0 }) => p95Ms)));
}

const PERCENT = 100;

/** Never 100 while one failed, and never 0 while one succeeded. */
export function percentOf(rate: number): number {
  const percent = Math.round(rate * PERCENT * 10) / 10;
  if (rate < 1 && percent >= PERCENT) return 99.9;
  return rate > 0 && percent <= 0 ? 0.1 : percent;
}
