import { SHARD_PAGE_SIZE } from "../core/limits.ts";
import { type Page, pageOf } from "../core/lists.ts";
import type { SchedulesQuery } from "../core/objects.ts";
import type { ScheduleMachine } from "../core/schedule/schedule-machine.ts";
import { type ListedSchedule, scheduleSize } from "../core/schedule/view.ts";

/** What a shard tells of its schedules. */
export function readSchedules(
  machine: ScheduleMachine,
  { withPayloads = false, withRecent = false, limit, ...range }: SchedulesQuery,
): Page<ListedSchedule> {
  return pageOf(machine.list({ ...range, withPayloads, withRecent }), limit, scheduleSize, SHARD_PAGE_SIZE);
}
