import * as z from "zod";
import {
  description,
  flowName,
  from,
  instant,
  jsonObject,
  name,
  nextCursor,
  pageBy,
  text,
  to,
} from "./common.ts";

export const schedulesQuery = z.strictObject(pageBy(/^[A-Za-z0-9_-]{1,128}\/[A-Za-z0-9_-]{1,128}$/));
export const scheduleParams = z.strictObject({
  flow: flowName,
  schedule: name.meta({ description: "Name of a schedule of the flow", examples: ["nightly"] }),
});
export const putScheduleBody = z.strictObject({
  cron: text(256, 1).meta({
    description: "Five to seven fields, @daily, @every 90s, or @at a time",
    examples: ["30 2 * * MON-FRI"],
  }),
  timeZone: text(64, 1)
    .optional()
    .meta({ description: "Of the time zone database; UTC unless given", examples: ["Asia/Shanghai"] }),
  payload: jsonObject.optional(),
  enabled: z.boolean().optional().describe("Unless given, a paused schedule stays paused"),
  description: description.optional(),
});
export const schedule = z
  .strictObject({
    flow: name,
    name,
    cron: z.string(),
    timeZone: z.string().optional(),
    payload: jsonObject.optional(),
    enabled: z.boolean(),
    description: description.optional(),
    createdAt: instant,
    updatedAt: instant,
    nextAt: instant.optional(),
  })
  .meta({ id: "Schedule" });
export const schedulesAnswer = z
  .strictObject({ items: z.array(schedule), cursor: nextCursor })
  .meta({ id: "SchedulePage" });
export const putScheduleAnswer = schedule
  .extend({ warnings: z.array(z.string()) })
  .meta({ id: "StoredSchedule" });
export const runBody = z.strictObject({ payload: jsonObject.optional() });
export const runAnswer = z.strictObject({ executionName: name });
const firingVerdict = z.enum(["started", "expired", "failedToStart"]);
export const firingsQuery = z.strictObject({
  ...pageBy(/^[0-9]{16}:(scheduled|manual)$/),
  from,
  to,
  verdict: firingVerdict.optional().describe("Only firings with this verdict"),
});
export const firing = z
  .strictObject({
    at: instant,
    kind: z.enum(["scheduled", "manual"]),
    verdict: firingVerdict,
    firedBy: z.string(),
    firedAt: instant.optional(),
    latenessMs: z.int().optional(),
    executionName: z.string().optional(),
    reason: z.string().optional(),
  })
  .meta({ id: "Firing" });
export const firingsAnswer = z
  .strictObject({ items: z.array(firing), cursor: nextCursor })
  .meta({ id: "FiringPage" });
