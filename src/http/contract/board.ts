import * as z from "zod";
import { DESCRIPTION_LENGTH, NAME_LENGTH } from "../../core/limits.ts";
import { NEED_ID_LENGTH } from "../../core/view-limits.ts";
import {
  description,
  flowName,
  from,
  instant,
  name,
  namesQuery,
  nextCursor,
  nothing,
  queryFlag,
  queueName,
  text,
  to,
} from "./common.ts";
import { allExecutionsQuery, executionStatus, executionSummary } from "./executions.ts";
import { flowPause } from "./pauses.ts";

const count = z.int().min(0);
const milliseconds = z.number().min(0);
export const contains = text(NAME_LENGTH, 1)
  .optional()
  .describe("Only those whose names have this in them, in whatever case");

/** What every answer says of itself. */
export const boardStand = {
  seq: count.describe("Grows with whatever the board is told"),
  asOf: instant.optional().describe("When the board was told something last"),
  isWhole: z.boolean().describe("False while it asks around for what it may know nothing of"),
  isCut: z
    .boolean()
    .describe("True when there is more than it, or a shard of schedules that tells it, has room for"),
};

const start = z.strictObject({ at: instant, flow: name, schedule: name }).meta({ id: "NextStart" });
export const need = z
  .strictObject({
    id: z.string().describe("The same for as long as it is about the same"),
    kind: z.enum([
      "failed",
      "missed",
      "late",
      "worker",
      "messages",
      "deadLetters",
      "person",
      "schedule",
      "finding",
    ]),
    since: instant,
    flow: name.optional(),
    schedule: name.optional(),
    execution: name.optional(),
    queue: queueName.optional(),
    worker: z.string().optional(),
    topic: queueName.optional(),
    subscription: queueName.optional(),
    acknowledged: z
      .strictObject({ at: instant, by: z.string(), note: text(DESCRIPTION_LENGTH).optional() })
      .optional()
      .describe("Somebody looks after it, as it stood then"),
    text: z
      .strictObject({
        code: z.string(),
        values: z.record(z.string(), z.union([z.string(), z.number()])),
      })
      .describe("A sentence by its code, and what stands in it"),
  })
  .meta({ id: "Need", description: "Something that somebody has to look after" });
export const boardAnswer = z
  .strictObject({
    ...boardStand,
    now: z
      .strictObject({
        flows: count,
        running: count.describe("Executions"),
        ready: count.optional().describe("Messages that workers can have"),
        inFlight: count.optional(),
        deadLetters: count.optional(),
        oldestAt: instant.optional(),
        callbacks: count.optional().describe("Tasks for which somebody outside has to answer"),
        workers: count.optional(),
        failingWorkers: count.optional(),
      })
      .describe("Sums over all that there is; what nobody told of yet is absent"),
    needs: z.array(need).describe("Newest first"),
    next: z.array(start).describe("What schedules start next"),
    shards: z
      .array(count)
      .describe("A number for each shard of schedules, which changes when one of its does"),
  })
  .meta({ id: "Board" });

export const boardFlowsQuery = namesQuery.extend({ contains });
const end = z
  .strictObject({
    number: count,
    status: executionStatus,
    endedAt: instant,
    tookMs: milliseconds,
    execution: name.optional().describe("Absent: the board does not keep it"),
  })
  .meta({ id: "LastEnd" });
export const boardFlow = z
  .strictObject({
    name,
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
    description: description.optional().describe("Its beginning"),
    running: count,
    held: count.optional().describe("Starts that wait for it to be resumed"),
    paused: flowPause.optional(),
    ends: z.array(end).describe("The last ends, the newest last"),
    day: z
      .strictObject({ succeeded: count, failed: count, other: count })
      .describe("What ended within the last 24 hours"),
    p50Ms: milliseconds.optional().describe("How long half of the last that succeeded took, at the most"),
    p95Ms: milliseconds.optional(),
    callbacks: count.optional().describe("Callbacks that its executions wait for; absent: none"),
    next: start.optional(),
  })
  .meta({ id: "BoardFlow" });
export const boardFlowsAnswer = z
  .strictObject({ ...boardStand, items: z.array(boardFlow), cursor: nextCursor })
  .meta({ id: "BoardFlowPage" });

export const boardExecutionsQuery = allExecutionsQuery.extend({
  flow: flowName.optional(),
  unwell: queryFlag.describe("`true`: only those that failed or took too long"),
  endedFrom: from.describe("Only those that ended then or later"),
  endedTo: to.describe("Only those that ended before that"),
  contains: contains.describe("Only those whose names, or whose flows' names, have this in them"),
});
export const boardExecution = executionSummary
  .extend({
    number: count.describe("In the order of the starts of its flow"),
    usualMs: milliseconds.optional().describe("How long most of its flow's take that succeed: 19 of 20"),
    labelsLeftOut: z.literal(true).optional().describe("Its labels are too many to be kept here"),
  })
  .meta({ id: "BoardExecution" });
export const boardExecutionsAnswer = z
  .strictObject({
    ...boardStand,
    items: z.array(boardExecution),
    cutFlows: z.array(name).describe("Flows that have older ones which are not kept here"),
    cursor: nextCursor,
  })
  .meta({ id: "BoardExecutionPage" });

export const boardHoursQuery = z.strictObject({ from, to, flow: flowName.optional() });
export const boardHoursAnswer = z
  .strictObject({
    ...boardStand,
    hours: z.array(z.strictObject({ at: instant, succeeded: count, failed: count, other: count })),
  })
  .meta({ id: "BoardHours" });
export const searchQuery = z.strictObject({
  q: text(NAME_LENGTH, 1).describe("What is in the names, in whatever case"),
});
export const searchAnswer = z
  .strictObject({
    ...boardStand,
    flows: z.array(name),
    schedules: z.array(z.strictObject({ flow: name, schedule: name })),
    queues: z.array(queueName),
    workers: z.array(z.strictObject({ queue: queueName, worker: z.string(), host: z.string().optional() })),
    executions: z.array(z.strictObject({ flow: name, name, status: executionStatus, startedAt: instant })),
  })
  .meta({
    id: "Found",
    description: "Those that begin with the text first, then by name; executions the newest first",
  });
export const rebuildAnswer = nothing;

export const needParams = z.strictObject({
  need: text(NEED_ID_LENGTH, 1).meta({
    description: "Id of something that needs somebody",
    examples: ["deadLetters:mail:1"],
  }),
});
export const acknowledgeBody = z.strictObject({ note: text(DESCRIPTION_LENGTH).optional() });
