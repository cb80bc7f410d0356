import * as z from "zod";
import { ITEM_RUNS_MAX } from "../../core/item-limits.ts";
import { FOREACH_CONCURRENCY_MAX, FOREACH_ITEMS_MAX } from "../../core/limits.ts";
import { text } from "./common.ts";
import { reason } from "./pauses.ts";

/** Indexes of items, as [first, count] of each run. */
const runs = z
  .array(z.array(z.int().min(0).max(FOREACH_ITEMS_MAX)).length(2))
  .min(1)
  .max(ITEM_RUNS_MAX);
const most = {
  count: z.int().min(0).max(FOREACH_ITEMS_MAX),
  percentage: z.number().min(0).max(100),
};
const share = z.union([
  z.strictObject({ ...most, percentage: most.percentage.optional() }),
  z.strictObject({ percentage: most.percentage }),
]);

export const itemChanges = z.strictObject({
  step: text(4096, 1).describe("Path of an open foreach, as the steps tell it"),
  concurrency: z
    .int()
    .min(1)
    .max(FOREACH_CONCURRENCY_MAX)
    .optional()
    .describe("How many iterations run at once from now on, for this visit of the step"),
  tolerance: z
    .union([z.int().min(0).max(FOREACH_ITEMS_MAX), share])
    .optional()
    .describe(
      "How many items may fail from now on, as a number or as a definition says it; where more have failed, the foreach fails",
    ),
  stop: z
    .union([z.enum(["notStarted", "all"]), runs])
    .optional()
    .describe(
      "Items that are left out, with those that run or without, or by their indexes as `[first, count]`: their " +
        "results are null, and the foreach succeeds with what it has",
    ),
  retry: z
    .union([z.literal("failed"), runs])
    .optional()
    .describe("Failures that were tolerated and are tried again: all, or those with these indexes"),
  reason,
});
/** One change at least. */
export const itemsBody = z.union([
  itemChanges.required({ concurrency: true }),
  itemChanges.required({ tolerance: true }),
  itemChanges.required({ stop: true }),
  itemChanges.required({ retry: true }),
]);
