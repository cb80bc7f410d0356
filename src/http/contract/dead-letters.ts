import * as z from "zod";
import { instant, nextCursor } from "./common.ts";
import { messageProperties } from "./queues.ts";

const deadNotification = z
  .strictObject({
    id: z.string(),
    message: z.string().describe("Id of the message, as publishing answered it"),
    body: z.string(),
    tag: z.string().optional(),
    properties: messageProperties.optional(),
    publishedAt: instant,
    diedAt: instant,
    reason: z
      .enum(["givenUp", "pushedOut"])
      .describe(
        "`givenUp`: the endpoint did not take it. `pushedOut`: too many were on their way to the subscription",
      ),
    detail: z.string().optional().describe("Of `givenUp`: what the last try met"),
  })
  .meta({ id: "DeadNotification" });
export const deadNotificationsAnswer = z
  .strictObject({ items: z.array(deadNotification), cursor: nextCursor })
  .meta({ id: "DeadNotificationPage" });
