import * as z from "zod";
import { REASON_LENGTH } from "../../core/pause-limits.ts";
import { instant, text } from "./common.ts";

export const reason = text(REASON_LENGTH).optional().describe("Why, in your own words");
export const pauseBody = z.strictObject({ reason });
export const pauseExecutionBody = z.strictObject({
  reason,
  until: instant.optional().describe("It goes on by itself then; absent: when it is resumed"),
});
/** Of what is held up. */
export const pause = z
  .strictObject({
    at: instant,
    by: z.string().describe("`key:` and the access key"),
    reason: z.string().optional(),
  })
  .meta({ id: "Pause" });
export const executionPause = pause.extend({ until: instant.optional() }).meta({ id: "ExecutionPause" });
