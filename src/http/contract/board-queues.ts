import * as z from "zod";
import { boardStand, contains } from "./board.ts";
import { name, namesQuery, nextCursor } from "./common.ts";
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
  })
  .meta({ id: "BoardQueue" });
export const boardQueuesAnswer = z
  .strictObject({ ...boardStand, items: z.array(boardQueue), cursor: nextCursor })
  .meta({ id: "BoardQueuePage" });

export const boardTopic = topicAnswer.omit({ attributes: true, parked: true }).meta({ id: "BoardTopic" });
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
