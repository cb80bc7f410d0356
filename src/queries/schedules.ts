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
  const found = machine.list(range);
  return pageOf(withPayloads ? found : withoutPayloads(found), limit, scheduleSize, SHARD_PAGE_SIZE);
}

function* withoutPayloads(found: Iterable<Schedule>): Generator<Schedule> {
  for (const { payload: _, payloadText: __, ...rest } of found) yield rest;
}
