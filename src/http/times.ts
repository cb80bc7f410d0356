import type { ExecutionPause } from "../core/pause.ts";
import { toRfc3339 } from "../core/time.ts";

/** Instants of the inside (epoch ms, keys that end in `At`, and `at`) as RFC 3339 times; other keys as they are. */
export function withTimes(view: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(view).map(([key, value]: [string, unknown]) => [
      key,
      typeof value === "number" && (key === "at" || key.endsWith("At")) ? toRfc3339(value) : value,
    ]),
  );
}

/** By whom, since and until when something is held up. */
export function toPause({ until, ...pause }: ExecutionPause): Record<string, unknown> {
  return withTimes({ ...pause, ...(until !== undefined && { until: toRfc3339(until) }) });
}

/** A time from a request; its form was checked. */
export function toInstant(text: string): number {
  return Date.parse(text);
}
