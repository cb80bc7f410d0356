import * as z from "zod";
import { description, instant, jsonObject, name, pageBy } from "./common.ts";

export const schedulesQuery = z.strictObject(pageBy(/^[\w-]{1,128}\/[\w-]{1,128}$/));
export const scheduleParams = z.strictObject({ flow: name, schedule: name });
export const putScheduleBody = z.strictObject({
  cron: z.string().min(1).max(256),
  timeZone: z.string().min(1).max(64).optional(),
  payload: jsonObject.optional(),
  enabled: z.boolean().optional(),
  description: description.optional(),
});
export const schedule = z.strictObject({
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
});
export const schedulesAnswer = z.strictObject({ items: z.array(schedule), cursor: z.string().optional() });
export const putScheduleAnswer = schedule.extend({ warnings: z.array(z.string()) });
export const runBody = z.strictObject({ payload: jsonObject.optional() });
export const runAnswer = z.strictObject({ executionName: name });
const firingVerdict = z.enum(["started", "expired", "failedToStart"]);
export const firingsQuery = z.strictObject({
  ...pageBy(/^\d{16}:(scheduled|manual)$/),
  from: instant.optional(),
  to: instant.optional(),
  verdict: firingVerdict.optional(),
});
export const firing = z.strictObject({
  at: instant,
  kind: z.enum(["scheduled", "manual"]),
  verdict: firingVerdict,
  firedBy: z.string(),
  firedAt: instant.optional(),
  latenessMs: z.int().optional(),
  executionName: z.string().optional(),
  reason: z.string().optional(),
});
export const firingsAnswer = z.strictObject({ items: z.array(firing), cursor: z.string().optional() });
