import * as z from "zod";
import {
  ABOUT_TEXT_LENGTH,
  DESCRIPTION_LENGTH,
  SESSION_LENGTH,
  WORKER_NAME_LENGTH,
} from "../../core/limits.ts";
import { instant, leftOut, nextCursor, pageBy, queueName, text } from "./common.ts";
import { queueParams } from "./queues.ts";

const count = z.int().min(0);
const workerName = text(WORKER_NAME_LENGTH, 1);

export const workerParams = queueParams.extend({
  worker: workerName.meta({ description: "Name of a worker", examples: ["north"] }),
});
const ESCAPED = "[A-Za-z0-9_.!~*'()%-]*";
export const queueWorkersQuery = z.strictObject(pageBy(new RegExp(`^${ESCAPED}/${ESCAPED}$`)));
export const workersQuery = z.strictObject(
  pageBy(new RegExp(`^[A-Za-z0-9_-]{1,256}(?:/${ESCAPED}/${ESCAPED})?$`)),
);
const runningTask = z
  .strictObject({
    flow: z.string(),
    execution: z.string(),
    step: z.string(),
    path: z.string(),
    attempt: z.int().min(1),
    since: instant,
  })
  .meta({ id: "RunningTask" });
const finishedTask = z
  .strictObject({
    flow: z.string(),
    execution: z.string(),
    step: z.string(),
    path: z.string(),
    attempt: z.int().min(1),
    at: instant.describe("When it was reported"),
    ms: count.optional().describe("From its delivery to its report, where that is known"),
    error: z.string().optional().describe("Absent: it succeeded"),
  })
  .meta({ id: "FinishedTask" });
const until = instant
  .optional()
  .describe("When it takes messages again by itself; absent: when it is resumed");
const reason = text(DESCRIPTION_LENGTH).optional();
export const drainBody = z.strictObject({ until, reason });
export const worker = z
  .strictObject({
    queue: queueName,
    name: workerName.optional(),
    session: text(SESSION_LENGTH, 1)
      .optional()
      .describe("One process of a runner; without it all programs that call under this name"),
    key: z.string().optional().describe("Name of the access key that it calls with"),
    state: z
      .enum(["live", "late", "gone"])
      .describe("It waits or called a moment ago; it is silent; it said goodbye, or is silent for long"),
    draining: z.boolean().describe("It is to take no more messages"),
    drain: z
      .strictObject({ since: instant, until, reason })
      .optional()
      .describe("What was said when it was told so"),
    trouble: z
      .enum(["failing", "slow"])
      .optional()
      .describe(
        "Its last five tasks all failed, or half of its last twenty; it takes over twice as long as is usual here",
      ),
    since: instant,
    lastSeenAt: instant,
    version: text(ABOUT_TEXT_LENGTH).optional(),
    host: text(ABOUT_TEXT_LENGTH).optional(),
    os: text(ABOUT_TEXT_LENGTH).optional(),
    pid: count.optional(),
    slots: count.optional(),
    startedAt: instant.optional(),
    leases: count.describe("Messages that it holds"),
    running: z.array(runningTask).describe("Tasks that it holds, longest held first; the first of them"),
    done: count,
    failed: count.describe("Tasks that it reported as failed"),
    lost: count.describe("Messages that it held when it was lost"),
    lately: z
      .string()
      .optional()
      .describe("Its last verdicts, at most twenty, newest last: s succeeded, f failed, l lost"),
    medianMs: count.optional().describe("Of its last tasks, from delivery to report"),
    lastError: finishedTask.optional().describe("The last task that it reported as failed"),
    failingSince: instant.optional().describe("Of one that fails, as far as is known"),
    hours: z
      .array(z.strictObject({ at: instant, done: count, failed: count }))
      .optional()
      .describe("Hours of the last day in which it reported tasks, with how many, and how many as failed"),
  })
  .meta({ id: "Worker" });
export const workersAnswer = z
  .strictObject({ items: z.array(worker), cursor: nextCursor, leftOut })
  .meta({ id: "WorkerPage" });
export const workerAnswer = z
  .strictObject({
    queue: queueName,
    name: workerName,
    processes: z.array(worker).describe("All of this name, those that called last first"),
    finished: z.array(finishedTask).describe("Its last tasks, newest first; at most fifty"),
    usualMs: count.optional().describe("The median of its queue's workers"),
  })
  .meta({ id: "WorkerDetail" });
export const drainAnswer = z
  .strictObject({ queue: queueName, name: workerName, draining: z.boolean() })
  .meta({ id: "WorkerDrain" });
