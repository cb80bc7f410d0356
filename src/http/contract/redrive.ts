import * as z from "zod";
import { REDRIVE_STEPS_SHOWN } from "../../core/redrive-limits.ts";
import { name } from "./common.ts";
import { reason } from "./pauses.ts";

const count = z.int().min(0);
export const redriveBody = z.strictObject({
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
