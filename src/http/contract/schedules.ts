import * as z from "zod";
import {
  BACKFILL_PARALLELISM_MAX,
  BUFFER_LIMIT_DEFAULT,
  BUFFER_LIMIT_MAX,
  CATCH_UP_MAX,
  EXCLUDED_DATES_MAX,
  EXPECT_SECONDS_MAX,
  JITTER_SECONDS_MAX,
  LIST_LIMIT_MAX,
  SCHEDULE_CRONS_MAX,
  SCHEDULE_PAYLOAD_SIZE,
} from "../../core/limits.ts";
import { JUDGEMENTS } from "../../core/schedule/judgement.ts";
import {
  description,
  flowName,
  instant,
  jsonObject,
  mergePatch,
  name,
  nextCursor,
  pageBy,
  queryNumber,
  text,
} from "./common.ts";
import { reason } from "./pauses.ts";

const PREVIEW_COUNT_DEFAULT = 10;
const ODD_MAX = 10;

export const schedulesQuery = z.strictObject({
  ...pageBy(/^[A-Za-z0-9_-]{1,128}\/[A-Za-z0-9_-]{1,128}$/),
  include: z
    .enum(["payload", "recent", "recentAt"])
    .optional()
    .describe(
      "Lists leave out payloads, and how the newest firings went, unless they are asked for; `recentAt`: with their instants",
    ),
});
export const scheduleParams = z.strictObject({
  flow: flowName,
  schedule: name.meta({ description: "Name of a schedule of the flow", examples: ["nightly"] }),
});

const expression = text(256, 1).meta({
  description: "Five to seven fields, @daily, @every 90s, or @at a time",
  examples: ["30 2 * * MON-FRI"],
});
const date = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, "must be a date such as 2026-12-25")
  .meta({ examples: ["2026-12-25"] });
const seconds = (most: number, least = 1) => z.int().min(least).max(most);
const overlap = z
  .enum(["allow", "skip", "bufferOne", "bufferAll", "cancelOther"])
  .describe("What happens at an instant while an execution of the schedule runs");
const catchUp = z
  .strictObject({
    mode: z.enum(["none", "last", "all"]),
    windowSeconds: seconds(EXPECT_SECONDS_MAX).optional().describe("What was missed longer ago expires"),
    max: z.int().min(1).max(CATCH_UP_MAX).optional().describe("With `all`: only so many of the newest"),
  })
  .meta({ description: "Which of the missed instants start after all", examples: [{ mode: "last" }] });

const timetableFields = {
  cron: z
    .union([expression, z.array(expression).min(1).max(SCHEDULE_CRONS_MAX)])
    .describe("One expression, or several: an instant of any of them counts, once"),
  timeZone: text(64, 1)
    .optional()
    .meta({ description: "Of the time zone database; UTC by default", examples: ["Asia/Shanghai"] }),
  startAt: instant.optional().describe("No instant before; @every counts from it"),
  endAt: instant.optional().describe("No instant after"),
  jitterSeconds: seconds(JITTER_SECONDS_MAX, 0)
    .optional()
    .describe("Starts are delayed by up to so much, each instant always by the same; 0 by default"),
  exclude: z
    .strictObject({
      dates: z.array(date).max(EXCLUDED_DATES_MAX).optional(),
      crons: z.array(expression).max(SCHEDULE_CRONS_MAX).optional(),
    })
    .optional()
    .describe("Local dates, and times by expression, at which nothing starts"),
  daylightSaving: z
    .strictObject({
      gap: z.enum(["next", "skip"]).optional(),
      overlap: z.enum(["first", "second", "both", "skip"]).optional(),
    })
    .optional()
    .describe("Local times that do not exist, or exist twice; `next` and `first` by default"),
};

const scheduleFields = {
  ...timetableFields,
  payload: jsonObject.optional().describe(`Of ${SCHEDULE_PAYLOAD_SIZE / 1024} KiB at the most`),
  description: description.optional(),
  overlap: overlap.optional(),
  bufferLimit: z
    .int()
    .min(1)
    .max(BUFFER_LIMIT_MAX)
    .optional()
    .describe(`Of bufferAll: how many instants may wait; ${BUFFER_LIMIT_DEFAULT} by default`),
  catchUp: catchUp.optional(),
  expect: z
    .strictObject({
      startWithinSeconds: seconds(EXPECT_SECONDS_MAX).optional(),
      endWithinSeconds: seconds(EXPECT_SECONDS_MAX).optional(),
    })
    .optional()
    .describe("Promises, counted from the instant with its delay; a broken one is marked and told"),
  notify: z
    .strictObject({ on: z.array(z.enum(["missed", "failed", "late"])) })
    .optional()
    .describe("What the webhook is told; all of it by default, nothing with an empty list"),
};

export const putScheduleBody = z.strictObject({
  ...scheduleFields,
  enabled: z.boolean().optional().describe("By default a paused schedule stays paused, and any other is on"),
});

const { cron, ...optionalFields } = putScheduleBody.shape;
/** An expression is always needed: it can be changed, and not taken away. */
export const patchScheduleBody = mergePatch(optionalFields).extend({ cron: cron.optional() });

const verdicts = [
  "started",
  "skippedOverlap",
  "buffered",
  "bufferFull",
  "expired",
  "paused",
  "excluded",
  "skipped",
  "failedToStart",
] as const;
export const firingVerdict = z.enum(verdicts);

export const judgement = z.enum(JUDGEMENTS).meta({
  id: "Judgement",
  description:
    "How a firing went. `failed`: its execution failed, or timed out; `missed`: nothing ran that should have; `late`: a " +
    "promise was broken, or it was caught up; `waiting`: for the one before; `stopped`: by hand; `skipped`, `paused`: " +
    "somebody wanted nothing to run",
});
export const schedule = z
  .strictObject({
    ...scheduleFields,
    cron: z.union([expression, z.array(expression)]).describe("No expression if the schedule cannot be read"),
    flow: name,
    name,
    enabled: z.boolean(),
    createdAt: instant,
    updatedAt: instant,
    nextAt: instant
      .optional()
      .describe("The next nominal instant that starts something; absent while the schedule is paused"),
    leftOut: z
      .strictObject({
        at: instant,
        verdict: z.enum(["excluded", "skipped"]),
        reason: z.string().optional(),
      })
      .optional()
      .describe("The first coming instant that starts nothing, if it is before the next one that does"),
    pausedAt: instant.optional(),
    pauseReason: z.string().optional(),
    skips: z
      .array(z.strictObject({ at: instant, by: z.string(), reason: z.string().optional() }))
      .optional()
      .describe("Coming instants that will be skipped"),
    counts: z.partialRecord(firingVerdict, z.int()).optional().describe("Firings so far, by verdict"),
    recent: z
      .array(judgement)
      .optional()
      .describe("How its newest firings went, up to 24, the newest last; in lists that are asked for them"),
    recentAt: z.array(instant).optional().describe("The instants of these; in lists that are asked for them"),
    refusedToday: z
      .string()
      .optional()
      .describe("What of it would be refused if it was stored now; it goes on all the same"),
    parked: z
      .strictObject({
        at: instant.optional().describe("Since when"),
        reason: z.string(),
        retryAt: instant.optional().describe("When it is tried again by itself"),
      })
      .optional()
      .describe(
        "It fires no more, because something is wrong with it: resume it to try again, or put it anew",
      ),
  })
  .meta({ id: "Schedule" });
export const schedulesAnswer = z
  .strictObject({ items: z.array(schedule), cursor: nextCursor })
  .meta({ id: "SchedulePage" });
const warnings = z.array(z.string());
export const putScheduleAnswer = schedule.extend({ warnings }).meta({ id: "StoredSchedule" });

const count = queryNumber(1, LIST_LIMIT_MAX).default(PREVIEW_COUNT_DEFAULT).describe("How many instants");
const previewFrom = instant.optional().describe("From this time on; now by default");
const odd = queryNumber(0, ODD_MAX)
  .default(0)
  .describe(
    "So many of the next odd ones too: instants that a change of the clock moves, or that start nothing",
  );
export const previewQuery = z.strictObject({ count, from: previewFrom, odd });
export const previewBody = z.strictObject({
  ...scheduleFields,
  enabled: z.boolean().optional(),
  count: z.int().min(1).max(LIST_LIMIT_MAX).default(PREVIEW_COUNT_DEFAULT),
  from: previewFrom,
});
const mark = z.enum(["gap", "overlapFirst", "overlapSecond"]);
export const previewAnswer = z
  .strictObject({
    items: z.array(
      z.strictObject({
        at: instant,
        local: z.string(),
        weekday: z.string().describe("Of the local time"),
        offset: z.string(),
        mark: mark.optional(),
        startsAt: instant.optional().describe("With its delay"),
        isSkipped: z.boolean().optional(),
      }),
    ),
    odd: z
      .array(
        z.strictObject({
          at: instant,
          local: z.string(),
          weekday: z.string(),
          offset: z.string(),
          mark: mark.optional(),
          leftOut: z.enum(["excluded", "skipped"]).optional(),
          reason: z.string().optional(),
        }),
      )
      .optional()
      .describe("If they were asked for"),
    warnings,
  })
  .meta({ id: "Preview" });

export const runBody = z.strictObject({ payload: jsonObject.optional(), reason });
export const runAnswer = z.strictObject({ executionName: name });
export const resumeBody = z.strictObject({
  catchUp: catchUp.optional().describe("For the instants that passed in the pause; none start by default"),
  dryRun: z.boolean().optional().describe("Only says what would start"),
  reason,
});
const instants = z.array(z.strictObject({ at: instant }));
export const resumeAnswer = z.union([schedule, z.strictObject({ items: instants })]);
export const skipBody = z.strictObject({ at: instant, reason });
export const unskipBody = z.strictObject({ at: instant });

export const backfillBody = z.strictObject({
  from: instant,
  to: instant,
  overlap: overlap.optional().describe("Once all places are taken: bufferAll waits, and is the default"),
  parallelism: z
    .int()
    .min(1)
    .max(BACKFILL_PARALLELISM_MAX)
    .optional()
    .describe("Executions at the same time; 1 by default, 10 with `allow`"),
  payload: jsonObject.optional().describe("By default the schedule's"),
  force: z.boolean().optional().describe("Also instants that have an execution or were skipped"),
  dryRun: z.boolean().optional().describe("Only says what would start"),
});
export const backfillPlan = z
  .strictObject({ count: z.int(), alreadyRun: z.int(), skipped: z.int(), items: instants })
  .meta({ id: "BackfillPlan" });
export const backfillStarted = z.strictObject({
  id: z.string(),
  count: z.int(),
  alreadyRun: z.int(),
  skipped: z.int(),
});
export const backfillParams = scheduleParams.extend({
  backfill: text(32, 1).meta({ description: "Id of a backfill", examples: ["b1"] }),
});
export const backfillView = z
  .strictObject({
    id: z.string(),
    from: instant,
    to: instant,
    overlap,
    parallelism: z.int(),
    payload: jsonObject.optional(),
    createdBy: z.string(),
    createdAt: instant,
    endedAt: instant.optional(),
    status: z.enum(["running", "done", "stopped"]),
    count: z.int().describe("Instants that start an execution"),
    started: z.int().describe("How many of them had their turn"),
    alreadyRun: z.int().describe("Instants left out because they have an execution"),
    skipped: z.int().optional().describe("Instants left out because somebody had them skipped"),
    ended: z.record(z.string(), z.int()).describe("Executions that are over, by their status"),
  })
  .meta({ id: "Backfill" });
