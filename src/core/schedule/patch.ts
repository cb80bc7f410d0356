import { given } from "../given.ts";
import { patched } from "../merge-patch.ts";
import type { ChangeSchedule, ScheduleOutcome } from "./command.ts";
import { scheduleNotExists } from "./preconditions.ts";
import { putSchedule } from "./put.ts";
import type { ScheduleSpec } from "./schedule.ts";
import type { ScheduleContext } from "./schedule-context.ts";

type Patch = Extract<ChangeSchedule, { type: "patch" }>;

/** Changes what is given of a schedule and keeps the rest, as if all of it had been put. */
export function patchSchedule(
  { store, entry, now }: ScheduleContext,
  { flow, name, patch, generation = 0 }: Patch,
): ScheduleOutcome {
  const { flow: _, name: __, createdAt: ___, updatedAt: ____, generation: own, ...stored } = entry.whole;
  // A schedule of a flow that was deleted and made again is none of the new one's.
  if ((own ?? generation) < generation) return scheduleNotExists(flow, name);
  const changed = patched<ScheduleSpec>(stored, patch);
  const { cron = stored.cron, enabled = true, payloadText, ...rest } = changed;
  const isSamePayload = JSON.stringify(changed.payload) === JSON.stringify(stored.payload);
  const spec = { ...rest, cron, enabled, ...(isSamePayload && given({ payloadText })) };
  return putSchedule(store, { type: "putSchedule", flow, name, spec, generation }, now, false);
}
