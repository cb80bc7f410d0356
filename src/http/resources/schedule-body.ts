import type * as z from "zod";
import type { Schedule, ScheduleSpec } from "../../core/schedule/schedule.ts";
import type { putScheduleBody } from "../contract/schedules.ts";
import { toInstant, withTimes } from "../times.ts";

/** A schedule from a request, in the words of the inside. */
export function specOf(body: z.output<typeof putScheduleBody>): ScheduleSpec {
  const { startAt, endAt, exclude, daylightSaving, catchUp, expect, ...rest } = body;
  return {
    ...defined(rest),
    ...(startAt !== undefined && { startAt: toInstant(startAt) }),
    ...(endAt !== undefined && { endAt: toInstant(endAt) }),
    ...(exclude && { exclude: defined(exclude) }),
    ...(daylightSaving && { daylightSaving: defined(daylightSaving) }),
    ...(catchUp && { catchUp: defined(catchUp) }),
    ...(expect && { expect: defined(expect) }),
  };
}

/** A schedule as the API shows it. */
export function viewOf(schedule: Schedule): Record<string, unknown> {
  const { skips, ...rest } = schedule;
  return { ...withTimes(rest), ...(skips && { skips: skips.map(withTimes) }) };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the keys that have no value: the inside leaves them away. */
export function defined<T extends object>(object: T): Defined<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else is left of it
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}
