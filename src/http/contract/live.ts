import * as z from "zod";
import { ITEM_RUNS_MAX } from "../../core/item-limits.ts";
import {
  FAILURE_GROUPS_MAX,
  FAILURE_INDEXES_MAX,
  FAILURE_PATHS_MAX,
  FAILURE_WORKERS_MAX,
  TIMELINE_LANES_MAX,
  TIMELINE_WIDTH_DEFAULT,
  TIMELINE_WIDTH_MAX,
} from "../../core/view-limits.ts";
import { from, instant, queryNumber, text, to } from "./common.ts";
import { executionHead, fanLimits } from "./executions.ts";

const count = z.int().min(0);
const milliseconds = z.int().min(0);

const stepMore = z.strictObject({
  option: count.optional().describe("Of a choice: the option that it took"),
  goto: z.string().optional().describe("Where it jumped to, or went on when its failure was caught"),
  child: z.strictObject({ flow: z.string(), execution: z.string() }).optional(),
  error: z.string().optional(),
});
const stepTuple = z
  .tuple([
    z.string().describe("Its path"),
    z.enum(["Running", "Retrying", "Succeeded", "Failed", "TimedOut", "Stopped"]),
    count.describe("Attempts"),
    milliseconds.describe("When it was entered, in milliseconds since 1970"),
    milliseconds.describe("When it was over; 0 while it is not"),
    stepMore.optional(),
  ])
  .meta({
    id: "StepVisit",
    description: "The last visit of a step: path, state, attempts, begin, end, more",
  });
const bodyCounts = z.tuple([count, count, count, count, count]).meta({
  id: "VisitCounts",
  description: "How many visits of a step run, wait for a retry, succeeded, failed, were stopped",
});
const letters = z
  .string()
  .describe(
    "A letter for each iteration, and how often it comes in a row if more than once: `.` not started, " +
      "`r` running, `y` waiting for a retry, `s` succeeded, `f` failed, `x` stopped, `k` skipped",
  );
const body = z.record(z.string(), bodyCounts).describe("By the step's path inside an iteration");
export const snapshotAnswer = z
  .strictObject({
    seq: count.describe("So many facts are in it; what `live` is asked with"),
    head: executionHead,
    steps: z.array(stepTuple).describe("Steps that were visited, those inside a foreach left out"),
    foreach: z
      .record(z.string(), z.strictObject({ n: count, limits: fanLimits.optional(), states: letters, body }))
      .describe("By path without rounds; those inside another foreach are counted there"),
  })
  .meta({ id: "Snapshot", description: "An execution for whoever draws it" });

/** What is new since a snapshot or an earlier delta: each part takes the place of what was there. */
export const executionDelta = z.strictObject({
  type: z.literal("delta"),
  since: count,
  seq: count,
  head: executionHead.pick({
    status: true,
    endedAt: true,
    error: true,
    cause: true,
    counts: true,
    paused: true,
    redrives: true,
    redrivenAt: true,
  }),
  steps: z.array(stepTuple),
  /** Paths without rounds of steps that are to be visited anew, with the list that they are in. */
  gone: z.array(z.string()),
  /** Letters of all iterations, or of those that changed. */
  foreach: z.record(
    z.string(),
    z.strictObject({
      n: count,
      limits: fanLimits.optional(),
      states: letters.optional(),
      items: z.array(z.tuple([count, z.string()])).optional(),
      body,
    }),
  ),
});
/** What is sent over `live`. */
export const liveMessage = z.discriminatedUnion("type", [
  executionDelta,
  z.strictObject({ type: z.literal("resync") }),
]);

export const liveQuery = z.strictObject({
  since: queryNumber(0, Number.MAX_SAFE_INTEGER)
    .default(0)
    .describe("The `seq` of the snapshot that is known: what is new since then is told first"),
});

export const failuresQuery = z.strictObject({
  step: text(4096)
    .optional()
    .describe("Only of this step and those inside it: its path without rounds and indexes of iterations"),
});
const failureGroup = z
  .strictObject({
    step: z.string().describe("Path without rounds and indexes of iterations, such as `each[]/work`"),
    error: z.string(),
    cause: z.string().describe("The beginning of it"),
    count,
    firstAt: instant,
    lastAt: instant,
    paths: z.array(z.string()).max(FAILURE_PATHS_MAX).describe("Some of the steps"),
    indexes: z.array(count).max(FAILURE_INDEXES_MAX).describe("Of iterations, the first ones"),
    runs: z
      .array(z.tuple([count, z.int().min(1)]))
      .max(ITEM_RUNS_MAX)
      .describe("Of iterations that failed so, as `[first, count]`, as `retry` of its items takes them"),
    workers: z
      .array(z.tuple([z.string(), count]))
      .max(FAILURE_WORKERS_MAX)
      .describe("Whose work it was"),
  })
  .meta({ id: "FailureGroup" });
export const failuresAnswer = z
  .strictObject({
    total: count.describe("Steps that failed, those that are made of others left out"),
    ungrouped: count.describe("Of these, how many have an error of which there was no room to tell"),
    groups: z.array(failureGroup).max(FAILURE_GROUPS_MAX).describe("The most frequent first"),
    byWorker: z
      .array(
        z.strictObject({
          worker: z.string(),
          succeeded: count.describe("Reports of tasks, each attempt by itself"),
          failed: count,
          medianMs: milliseconds.optional().describe("From taking a task to its report"),
        }),
      )
      .max(FAILURE_WORKERS_MAX)
      .describe("Whose tasks failed most first"),
  })
  .meta({ id: "Failures" });

export const timelineQuery = z.strictObject({
  by: z.enum(["step", "worker"]).default("step").describe("What has a lane of its own"),
  from: from.describe("Where it begins; by default with the execution"),
  to: to.describe("Where it ends; by default with the execution, or now while that runs"),
  width: queryNumber(1, TIMELINE_WIDTH_MAX)
    .default(TIMELINE_WIDTH_DEFAULT)
    .describe("How many pixels the time is divided into"),
});
export const timelineAnswer = z
  .strictObject({
    from: instant,
    to: instant,
    lanes: z
      .array(
        z.strictObject({
          name: z
            .string()
            .describe("Path of a step without rounds and indexes of iterations, or a worker's name"),
          done: count.describe("Attempts, or visits of a step that has none, in the whole execution"),
          failed: count,
          failing: z
            .strictObject({ since: instant, count })
            .optional()
            .describe("Nothing was done well since then: the last `count` of them failed"),
          states: z
            .string()
            .describe(
              "A letter for each pixel, and how often it comes in a row if more than once: `.` nothing, `w` waited for a " +
                "worker, `s` succeeded, `x` stopped, `y` waited for a retry, `r` runs, `f` failed. Of several in one " +
                "pixel the last of these shows. A bar of four or more leaves its last one free.",
            ),
        }),
      )
      .max(TIMELINE_LANES_MAX)
      .describe("Those with the most failures, in the order of the flow or of their names"),
    more: count.describe("How many lanes are not shown"),
  })
  .meta({ id: "Timeline", description: "When what happened in an execution, drawn" });
