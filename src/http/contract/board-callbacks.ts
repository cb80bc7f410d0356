import * as z from "zod";
import { boardStand, contains } from "./board.ts";
import { flowName, instant, name, nextCursor, pageBy } from "./common.ts";

const count = z.int().min(0);

export const boardCallbacksQuery = z.strictObject({
  ...pageBy(/^[0-9]{16}:[A-Za-z0-9_-]{1,128}:[A-Za-z0-9_-]{1,128}:[^:]+$/),
  flow: flowName.optional(),
  contains: contains.describe("Only those whose executions' names, or flows' names, have this in them"),
});
export const boardCallback = z
  .strictObject({
    flow: name,
    execution: name,
    path: z.string().describe("Of the step that waits"),
    attempt: count,
    since: instant.describe("When the attempt began"),
    dueAt: instant.describe("When it fails without an answer: by its own time limit, or its execution's"),
    asked: z
      .strictObject({ kind: z.enum(["topic", "flow", "function", "http"]), name: z.string() })
      .describe("Who was called; of an address only the host"),
  })
  .meta({
    id: "BoardCallback",
    description: "A task for which somebody outside has to answer, whose token no queue has",
  });
export const boardCallbacksAnswer = z
  .strictObject({
    ...boardStand,
    items: z.array(boardCallback).describe("The oldest first"),
    open: count.describe("How many there are"),
    cutFlows: z.array(name).describe("Flows that have more than are kept here"),
    cursor: nextCursor,
  })
  .meta({ id: "BoardCallbackPage" });
