import * as z from "zod";
import { STATS_ERRORS_TOLD, STATS_SLOWEST_TOLD } from "../../core/view-limits.ts";
import { from, instant, name, text, to } from "./common.ts";
import { executionStatus } from "./executions.ts";

const count = z.int().min(0);
const milliseconds = z.number().min(0);
const counts = {
  succeeded: count,
  failed: count,
  timedOut: count,
  stopped: count,
  running: count.describe("Not ended yet"),
};
const percentiles = {
  p50Ms: milliseconds.optional().describe("How long half of those that succeeded took, at the most"),
  p95Ms: milliseconds.optional().describe("19 of 20"),
};

export const flowStatsQuery = z.strictObject({
  from: from.describe("In the first day or hour; by default 30 days ago, by hours 2 days"),
  to: to.describe(
    "No execution that was started later; now by default, and at most 400 days after `from`, by hours 32",
  ),
  by: z.enum(["day", "hour"]).default("day").describe("Days, or hours, of the zone"),
  timeZone: text(64, 1)
    .optional()
    .meta({ description: "Of the time zone database; UTC by default", examples: ["Asia/Shanghai"] }),
});

export const flowStatsAnswer = z
  .strictObject({
    from: instant,
    to: instant,
    timeZone: z.string(),
    counts: z.strictObject(counts).describe("Executions that were started in this time, by how they ended"),
    successRate: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe("Of those that ended by themselves; absent when there are none"),
    ...percentiles,
    buckets: z
      .array(
        z
          .strictObject({
            at: instant.describe("When the day or the hour begins"),
            local: z.string().describe("The same on the zone's clocks, as 2026-11-25 or 2026-11-25T18:00"),
            ...counts,
            ...percentiles,
          })
          .meta({ id: "FlowStatsBucket" }),
      )
      .describe("All of this time, oldest first"),
    errors: z
      .array(
        z.strictObject({
          error: z.string(),
          count,
          execution: name.describe("The newest that failed with it"),
          startedAt: instant,
        }),
      )
      .max(STATS_ERRORS_TOLD)
      .describe("What executions failed with, the most frequent first"),
    slowest: z
      .array(
        z.strictObject({
          execution: name,
          status: executionStatus,
          startedAt: instant,
          tookMs: milliseconds,
        }),
      )
      .max(STATS_SLOWEST_TOLD)
      .describe("Those that took longest"),
    knownFrom: instant
      .optional()
      .describe("Present when there were too many: what was started before this time is not counted"),
  })
  .meta({ id: "FlowStats" });
