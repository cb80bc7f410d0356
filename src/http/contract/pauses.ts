import * as z from "zod";
import { REASON_LENGTH } from "../../core/pause-limits.ts";
import { instant, queryFlag, text } from "./common.ts";

export const reason = text(REASON_LENGTH).optional().describe("Why, in your own words");
export const pauseBody = z.strictObject({ reason });
export const pauseFlowBody = z.strictObject({
  starts: z
    .enum(["hold", "refuse"])
    .default("hold")
    .describe("`hold`: what comes waits for the resume. `refuse`: it is refused"),
  reason,
});
export const resumeFlowQuery = z.strictObject({
  dryRun: queryFlag.describe("`true`: only says how many starts wait"),
});
export const held = z
  .enum(["flowPaused", "line"])
  .optional()
  .describe("It waits for its start: its flow is paused, or others that waited go before it");
export const pauseExecutionBody = z.strictObject({
  reason,
  until: instant.optional().describe("It goes on by itself then; absent: when it is resumed"),
});
/** Of what is held up. */
export const pause = z
  .strictObject({
    at: instant,
    by: z.string().describe("`key:` and the access key, or `access:` and a mail address"),
    reason: z.string().optional(),
  })
  .meta({ id: "Pause" });
export const executionPause = pause.extend({ until: instant.optional() }).meta({ id: "ExecutionPause" });
export const flowPause = pause.extend({ starts: z.enum(["hold", "refuse"]) }).meta({ id: "FlowPause" });
