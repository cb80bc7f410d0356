import * as z from "zod";
import {
  ENDPOINT_LENGTH,
  MESSAGE_BODY_BYTES,
  MESSAGE_SIZE_LIMIT_MIN,
  MESSAGE_TAG_LENGTH,
} from "../../core/limits.ts";
import { NOTIFY_FORMATS, NOTIFY_STRATEGIES } from "../../core/topic/topic.ts";
import { instant, leftOut, nextCursor, queueName, text } from "./common.ts";
import { parked } from "./parked.ts";
import { messageProperties } from "./queues.ts";

const topicName = queueName.meta({ description: "Name of a topic", examples: ["news"] });
export const topicParams = z.strictObject({ topic: topicName });
export const subscriptionParams = topicParams.extend({
  subscription: queueName.meta({ description: "Name of a subscription", examples: ["mail-room"] }),
});
const count = z.int().min(0);
const attributes = z.strictObject({
  maximumMessageSize: z.int().min(MESSAGE_SIZE_LIMIT_MIN).max(MESSAGE_BODY_BYTES),
  loggingEnabled: z.boolean(),
});
export const putTopicBody = attributes.partial();
export const topicAnswer = z
  .strictObject({
    name: queueName,
    attributes,
    createdAt: instant,
    updatedAt: instant,
    messages: count.describe("On their way to some subscription"),
    subscriptions: count,
    parked,
  })
  .meta({ id: "Topic" });
export const topicsAnswer = z
  .strictObject({ items: z.array(topicAnswer), cursor: nextCursor, leftOut })
  .meta({ id: "TopicPage" });

const endpoint = z
  .union([
    z.strictObject({ queue: queueName }),
    z.strictObject({ url: text(ENDPOINT_LENGTH, 1).describe("An http(s) address that gets a POST") }),
  ])
  .describe("Where the messages go");
const tag = text(MESSAGE_TAG_LENGTH, 1);
export const putSubscriptionBody = z.strictObject({
  endpoint,
  strategy: z.enum(NOTIFY_STRATEGIES).default("backoff").describe("How often an endpoint is tried again"),
  format: z.enum(NOTIFY_FORMATS).default("json").describe("An envelope as XML or JSON, or the body alone"),
  filterTag: tag.optional().describe("Only messages with this tag"),
});
export const subscriptionAnswer = z
  .strictObject({
    name: queueName,
    endpoint,
    strategy: z.enum(NOTIFY_STRATEGIES),
    format: z.enum(NOTIFY_FORMATS),
    filterTag: tag.optional(),
    createdAt: instant,
    updatedAt: instant,
    messages: count.describe("On their way to it"),
    deadLetters: count.describe("Messages that it did not get"),
  })
  .meta({ id: "Subscription" });
export const subscriptionsAnswer = z
  .strictObject({ items: z.array(subscriptionAnswer), cursor: nextCursor })
  .meta({ id: "SubscriptionPage" });
export const publishBody = z.strictObject({
  body: z.string().min(1),
  tag: tag.optional(),
  properties: messageProperties.optional(),
});
export const publishAnswer = z.strictObject({ id: z.string() });
