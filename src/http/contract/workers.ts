import * as z from "zod";
import { ABOUT_TEXT_LENGTH, SESSION_LENGTH, WORKER_NAME_LENGTH } from "../../core/limits.ts";
import { instant, nextCursor, pageBy, queueName, text } from "./common.ts";
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
    draining: z.boolean().describe("It is to take no more messages until it is told otherwise"),
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
  })
  .meta({ id: "Worker" });
export const workersAnswer = z
  .strictObject({ items: z.array(worker), cursor: nextCursor })
  .meta({ id: "WorkerPage" });
export const drainAnswer = z
  .strictObject({ queue: queueName, name: workerName, draining: z.boolean() })
  .meta({ id: "WorkerDrain" });
