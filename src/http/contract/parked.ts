import * as z from "zod";
import { PARKED_SHOWN_MAX } from "../../core/limits.ts";
import { instant } from "./common.ts";

export const parked = z
  .array(
    z.strictObject({
      kind: z
        .string()
        .describe("Of an effect, such as `withdraw`; `row` where something stored cannot be read"),
      id: z.string(),
      at: instant.optional().describe("Since when"),
      tries: z.int().optional(),
      reason: z.string(),
      retryAt: instant.optional().describe("When it is tried again by itself"),
    }),
  )
  .optional()
  .meta({
    description: `What does not go on by itself, so that it holds up nothing else, and what is tried again and again for more than an hour; the first ${PARKED_SHOWN_MAX}`,
  });

export const retriedAnswer = z
  .strictObject({ count: z.int().describe("How many effects were parked, or waited for another try") })
  .meta({ id: "Retried" });
