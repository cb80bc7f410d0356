import * as z from "zod";
import { boardStand, contains } from "./board.ts";
import { instant, name, namesQuery, nextCursor } from "./common.ts";
import { queueAnswer } from "./queues.ts";
import { topicAnswer } from "./topics.ts";
import { worker, workersQuery } from "./workers.ts";

const count = z.int().min(0);

export const boardQueuesQuery = namesQuery.extend({ contains });
export const boardQueue = queueAnswer
  .omit({ attributes: true })
  .extend({
    workers: z
      .strictObject({ all: count.describe("Those that are not gone"), failing: count })
      .describe("Machines: processes of one name are one"),
    rates: z
      .strictObject({ in: z.number().min(0), out: z.number().min(0) })
      .optional()
      .describe("Messages that came and went a minute, on average of ten; absent: none did"),
  })
  .meta({ id: "BoardQueue" });
export const boardQueuesAnswer = z
  .strictObject({ ...boardStand, items: z.array(boardQueue), cursor: nextCursor })
  .meta({ id: "BoardQueuePage" });

export const boardTopic = topicAnswer
  .omit({ attributes: true, parked: true })
  .extend({
    oldestAt: instant.optional().describe("When the oldest message that is on its way was published"),
    behind: z
      .strictObject({ subscription: z.string(), messages: z.int().min(1) })
      .optional()
      .describe("The subscription that has most messages to come"),
    deadLetters: z.int().min(0).describe("Messages that its subscriptions did not get"),
  })
  .meta({ id: "BoardTopic" });
export const boardTopicsAnswer = z
  .strictObject({ ...boardStand, items: z.array(boardTopic), cursor: nextCursor })
  .meta({ id: "BoardTopicPage" });

export const boardWorkersQuery = workersQuery.extend({
  contains: contains.describe("Only those whose names, or whose queues' names, have this in them"),
});
export const boardWorker = worker.omit({ running: true }).meta({ id: "BoardWorker" });
export const boardWorkersAnswer = z
  .strictObject({
    ...boardStand,
    items: z.array(boardWorker),
    cutQueues: z.array(name).describe("Queues that have more workers than are kept here"),
    cursor: nextCursor,
  })
  .meta({ id: "BoardWorkerPage" });
