import { SHARD_PAGE_SIZE } from "../core/limits.ts";
import { type Page, pageOf } from "../core/lists.ts";
import type { SchedulesQuery } from "../core/objects.ts";
import type { Schedule } from "../core/schedule/schedule.ts";
import type { ScheduleMachine } from "../core/schedule/schedule-machine.ts";
import { scheduleSize } from "../core/schedule/view.ts";

/** What a shard tells of its schedules. */
export function readSchedules(
  machine: ScheduleMachine,
  { withPayloads = false, limit, ...range }: SchedulesQuery,
): Page<Schedule> {
  return pageOf(machine.list({ ...range, withPayloads }), limit, scheduleSize, SHARD_PAGE_SIZE);
}
