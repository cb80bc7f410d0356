import * as z from "zod";
import { REASON_LENGTH } from "../../core/pause-limits.ts";
import { instant, text } from "./common.ts";

export const reason = text(REASON_LENGTH).optional().describe("Why, in your own words");
export const pauseBody = z.strictObject({ reason });
/** Of what is held up. */
export const pause = z
  .strictObject({
    at: instant,
    by: z.string().describe("`key:` and the access key"),
    reason: z.string().optional(),
  })
  .meta({ id: "Pause" });
