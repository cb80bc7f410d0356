import { type JsonObject, jsonSize } from "../json.ts";
import { SCHEDULE_PAYLOAD_SIZE } from "../limits.ts";
import { type Rejection, reject } from "../result.ts";
import type { ParkedSchedule } from "./parking.ts";
import type { Schedule } from "./schedule.ts";

/** When a schedule may be written: only if there is none yet, or only if it is as it was when it was read. */
export type OnlyIf = "none" | Pick<Schedule, "createdAt" | "updatedAt">;

/** Why a schedule may not be written, if it may not. */
export function conflictWith(
  only: OnlyIf | undefined,
  flow: string,
  name: string,
  schedule: Schedule | undefined,
): Rejection | undefined {
  if (only === undefined) return undefined;
  if (only === "none") {
    return schedule && reject("ScheduleAlreadyExists", `flow "${flow}" has a schedule "${name}" already`);
  }
  if (!schedule) return scheduleNotExists(flow, name);
  const isAsRead = only.createdAt === schedule.createdAt && only.updatedAt === schedule.updatedAt;
  if (isAsRead) return undefined;
  return reject("ConcurrentUpdateError", `schedule "${name}" was changed by somebody else: try again`);
}

export function scheduleNotExists(flow: string, name: string): Rejection {
  return reject("ScheduleNotExists", `flow "${flow}" has no schedule "${name}"`);
}

/** What an execution is to be started with; a payload that was stored by an earlier release stays. */
export function payloadTooLarge(payload: JsonObject = {}, stored?: JsonObject): Rejection | undefined {
  if (jsonSize(payload, SCHEDULE_PAYLOAD_SIZE) <= SCHEDULE_PAYLOAD_SIZE) return undefined;
  if (stored && JSON.stringify(payload) === JSON.stringify(stored)) return undefined;
  const remedy = "keep what is large elsewhere, and name the place of it";
  return reject("PayloadTooLarge", `payload: it is larger than ${SCHEDULE_PAYLOAD_SIZE} bytes: ${remedy}`);
}

/** What can be done with a schedule that does not fire because something is wrong with it. */
export function scheduleParked(name: string, { reason }: ParkedSchedule): Rejection {
  const remedy = "resume it to try again, put it anew without its ledger, or delete it";
  return reject("ScheduleParked", `schedule "${name}" is parked (${reason}): ${remedy}`);
}
