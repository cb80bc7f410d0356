import * as z from "zod";
import { FOREACH_CONCURRENCY_MAX } from "../../core/limits.ts";
import { text } from "./common.ts";

export const itemsBody = z.strictObject({
  step: text(4096, 1).describe("Path of an open foreach, as the steps tell it"),
  concurrency: z
    .int()
    .min(1)
    .max(FOREACH_CONCURRENCY_MAX)
    .describe("How many iterations run at once from now on, for this visit of the step"),
});
