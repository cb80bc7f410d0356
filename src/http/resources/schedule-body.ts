import type * as z from "zod";
import type { Schedule, SchedulePatch, ScheduleSpec } from "../../core/schedule/schedule.ts";
import type { patchScheduleBody, putScheduleBody } from "../contract/schedules.ts";
import { toInstant, withTimes } from "../times.ts";

/** A schedule from a request, in the words of the inside. */
export function specOf({ cron, ...rest }: z.output<typeof putScheduleBody>): ScheduleSpec {
  return { cron, ...fieldsOf(rest) };
}

/** What a request changes of a schedule, in the words of the inside. */
export function patchOf({ cron, ...rest }: z.output<typeof patchScheduleBody>): SchedulePatch {
  const entries = Object.entries(rest);
  const nulls = entries.filter(([, value]) => value === null);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets the keys
  const given = Object.fromEntries(entries.filter(([, value]) => value !== null)) as Given<typeof rest>;
  return { ...(cron !== undefined && { cron }), ...fieldsOf(given), ...Object.fromEntries(nulls) };
}

type Given<T> = { [K in keyof T]: Exclude<T[K], null> };

/** All but the expression. */
function fieldsOf(body: Omit<z.output<typeof putScheduleBody>, "cron">) {
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
  const { skips, leftOut, parked, payloadText: _text, ...rest } = schedule;
  return {
    ...withTimes(rest),
    ...(parked && { parked: withTimes(parked) }),
    ...(leftOut && { leftOut: withTimes(leftOut) }),
    ...(skips && { skips: skips.map(withTimes) }),
  };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the keys that have no value: the inside leaves them away. */
export function defined<T extends object>(object: T): Defined<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else is left of it
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}
