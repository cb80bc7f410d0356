import * as z from "zod";
import { boardStand } from "./board.ts";
import { instant, name, nextCursor, pageBy, queueName } from "./common.ts";
import { firing } from "./firings.ts";
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

/** A notice by its number and its shard; a page's cursor is the last one's id. */
const NOTICE_ID = /^[0-9]{1,16}-[0-9]{1,2}$/;
export const deadNoticesQuery = z.strictObject(pageBy(NOTICE_ID));
const deadNotice = z
  .strictObject({
    id: z.string(),
    webhookId: z.string().describe("The `webhook-id` that it goes under, each time"),
    type: z.enum(["schedule.failed", "schedule.missed", "schedule.late"]),
    flow: name,
    schedule: name,
    firing: firing.describe("As the webhook is told of it"),
    noticedAt: instant,
    diedAt: instant,
    detail: z.string().describe("What the last try met"),
  })
  .meta({ id: "DeadNotice" });
export const deadNoticesAnswer = z
  .strictObject({ items: z.array(deadNotice), cursor: nextCursor })
  .meta({ id: "DeadNoticePage" });

const dead = z.int().min(1);
/** Where dead letters lie, as the board was told. */
export const deadLettersAnswer = z
  .strictObject({
    ...boardStand,
    queues: z.array(z.strictObject({ name: queueName, dead })),
    subscriptions: z.array(z.strictObject({ topic: queueName, subscription: queueName, dead })),
    notices: z.int().min(0).describe("Of schedules: what the webhook did not take"),
    more: z.boolean().describe("There are more queues or subscriptions than are listed"),
  })
  .meta({ id: "DeadLetters" });
