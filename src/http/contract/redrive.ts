import * as z from "zod";
import { REDRIVE_STEPS_SHOWN } from "../../core/redrive-limits.ts";
import { name } from "./common.ts";
import { stepName } from "./executions.ts";
import { reason } from "./pauses.ts";

const count = z.int().min(0);
export const redriveOptions = z.strictObject({
  version: z
    .union([z.int().min(1), z.literal("latest")])
    .optional()
    .describe(
      "The version of the flow that it goes on with, `latest` for the newest; by default the one that it had. What is open must have its place there",
    ),
  from: stepName
    .optional()
    .describe(
      "A step of the flow's own list that was entered: the execution goes on with it, and with all behind it, instead of where it ended",
    ),
  items: stepName
    .optional()
    .describe(
      "A foreach of the flow's own list that is over: its items that failed and were tolerated run again, then all steps behind it. The execution may have succeeded",
    ),
  children: z
    .enum(["redrive", "new"])
    .optional()
    .describe(
      "Executions that tasks waited for: `redrive`, by default: they go on, too, and what succeeded meanwhile is the result. `new`: others are started",
    ),
  reason,
  force: z
    .boolean()
    .optional()
    .describe("Although another execution of its schedule runs which it must not overlap"),
  dryRun: z.boolean().optional().describe("Only tell what would be done"),
});
/** From a step, or with items of one. */
export const redriveBody = z.union([
  redriveOptions.omit({ items: true }),
  redriveOptions.omit({ from: true }).required({ items: true }),
]);
export const redrivePlan = z
  .strictObject({
    again: z
      .array(z.string())
      .max(REDRIVE_STEPS_SHOWN)
      .describe("Paths of steps that run again, the first of them"),
    counts: z.strictObject({
      tasks: count.describe("Attempts that are made at once"),
      iterations: count.describe(
        "Items that have not succeeded, begun or not, of foreach steps in no other one",
      ),
      kept: count.describe("Items that have"),
      waiting: count.describe("Waits and pauses before retries, which keep their ends"),
    }),
    // oxlint-disable-next-line unicorn/no-thenable -- the contract's word for what comes behind
    then: z
      .array(z.string())
      .max(REDRIVE_STEPS_SHOWN)
      .describe("Steps of the flow's own list that stand behind"),
    children: z
      .array(z.strictObject({ flow: name, name }))
      .max(REDRIVE_STEPS_SHOWN)
      .describe("Executions that tasks waited for"),
    warnings: z.array(z.string()),
  })
  .meta({ id: "RedrivePlan" });
