import * as z from "zod";
import { NIGHT_ITEMS_MAX, NIGHT_NEXT_MAX, NIGHT_RUNS_MAX } from "../../core/night-limits.ts";
import { SCHEDULE_SHARDS } from "../../core/limits.ts";
import { instant, name } from "./common.ts";
import { executionEnd } from "./firings.ts";
import { firingVerdict, judgement } from "./schedules.ts";

const count = z.int().min(0);

const counts = z.partialRecord(judgement, count);
const scheduleCounts = z.strictObject({
  schedules: count,
  failed: count.optional(),
  missed: count.optional(),
  late: count.optional(),
  running: count.optional(),
  waiting: count.optional(),
  stopped: count.optional(),
  well: count.optional(),
  skipped: count.optional(),
});

const SHARDS = new RegExp(`^(${shardPattern()})(,(${shardPattern()}))*$`);

/** Of a number from 0 to the last shard's. */
function shardPattern(): string {
  return Array.from({ length: SCHEDULE_SHARDS }, (_, shard) => shard).join("|");
}

export const nightQuery = z.strictObject({
  from: instant.describe("Nothing before this time"),
  to: instant.describe("Nothing after this time; at most two days later"),
  shards: z
    .string()
    .regex(SHARDS, `must be numbers from 0 to ${SCHEDULE_SHARDS - 1} with commas between them`)
    .optional()
    .meta({
      description: "Only what these know: those with another number than last time",
      examples: ["3,7"],
    }),
});

const run = z
  .strictObject({
    at: instant,
    kind: z.enum(["manual", "backfill"]).optional().describe("Absent: by its timetable"),
    verdict: judgement,
    why: firingVerdict.optional().describe("What the ledger says of what did not start"),
    reason: z.string().optional(),
    status: executionEnd.optional(),
    startedAt: instant.optional(),
    endedAt: instant.optional(),
    missedStart: z.boolean().optional(),
    missedEnd: z.boolean().optional(),
    executionName: z.string().optional(),
    error: z.string().optional(),
  })
  .meta({ id: "NightRun" });
const bucket = z.strictObject({ at: instant, worst: judgement, counts });

export const nightItem = z
  .strictObject({
    flow: name,
    schedule: name,
    worst: judgement.describe("Of all its firings"),
    counts: counts.describe("Its firings"),
    promisedEndAt: instant.optional().describe("When the last of its executions is to have ended"),
    runs: z.array(run).max(NIGHT_RUNS_MAX).optional().describe("Oldest first; absent when there are more"),
    buckets: z
      .array(bucket)
      .optional()
      .describe("Instead of so many runs: half hours in which there were some, oldest first"),
    isCut: z
      .boolean()
      .optional()
      .describe("There was more than could be looked at: what is told is the newest"),
  })
  .meta({ id: "NightItem" });

export const nightAnswer = z
  .strictObject({
    from: instant,
    to: instant,
    counts: scheduleCounts.describe("Schedules by the worst of their firings, and all that had any"),
    items: z.array(nightItem).max(NIGHT_ITEMS_MAX).describe("A schedule each, the worst first"),
    next: z
      .array(z.strictObject({ at: instant, flow: name, schedule: name }))
      .max(NIGHT_NEXT_MAX)
      .describe("What starts next, from now on"),
    shards: z
      .array(z.tuple([count, count]))
      .describe("Who was asked, with a number that is another one once anything of it is different"),
  })
  .meta({ id: "Night" });
