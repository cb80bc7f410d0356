import * as z from "zod";
import { from, instant, nextCursor, pageBy, queryFlag, to } from "./common.ts";
import { firingVerdict } from "./schedules.ts";

export const executionEnd = z.enum(["Starting", "Running", "Succeeded", "Failed", "Stopped", "TimedOut"]);
const kind = z.enum(["scheduled", "manual", "backfill"]);
export const firingsQuery = z.strictObject({
  ...pageBy(/^[0-9]{16}:(scheduled|manual|backfill)$/),
  from,
  to,
  verdict: firingVerdict.optional().describe("Only firings with this verdict"),
  kind: kind.optional().describe("Only firings of this kind"),
  unwell: queryFlag.describe("Only what failed, was missed or was late (`true`)"),
});
export const firing = z
  .strictObject({
    at: instant.describe("The nominal instant; of a manual one the time of the request"),
    kind,
    verdict: firingVerdict,
    firedBy: z.string().describe("alarm, cron, catchUp, key:<id> or backfill:<id>"),
    firedAt: instant.optional().describe("When it was decided"),
    latenessMs: z.int().optional().describe("Of the decision, behind the instant with its delay"),
    executionName: z.string().optional(),
    startedAt: instant
      .optional()
      .describe("When the execution really began; known once it has ended, or the schedule had to ask"),
    startLatenessMs: z.int().optional().describe("Of the real start, behind the instant with its delay"),
    redrives: z
      .int()
      .min(1)
      .optional()
      .describe("How often the execution went on after an end; absent: never"),
    executionStatus: executionEnd.optional().describe("How the execution ended; absent until it has"),
    executionEndedAt: instant.optional(),
    error: z.string().optional().describe("Of an execution that did not succeed"),
    reason: z.string().optional(),
    missedStart: z.boolean().optional().describe("It did not start when `expect` says"),
    missedEnd: z.boolean().optional().describe("It did not end when `expect` says"),
  })
  .meta({ id: "Firing" });
export const firingsAnswer = z
  .strictObject({ items: z.array(firing), cursor: nextCursor })
  .meta({ id: "FiringPage" });
