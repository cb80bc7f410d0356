import * as z from "zod";
import { given } from "../../core/given.ts";
import {
  LEASE_SECONDS_MAX,
  MESSAGE_BODY_BYTES,
  MESSAGE_GROUP_ID_LENGTH,
  MESSAGE_PROPERTIES_MAX,
  MESSAGE_PROPERTY_NAME_LENGTH,
  MESSAGE_PROPERTY_VALUE_LENGTH,
  MESSAGE_SIZE_LIMIT_MIN,
  POLL_SECONDS_MAX,
  PRIORITY_DEFAULT,
  PRIORITY_MAX,
  QUEUE_DELAY_SECONDS_MAX,
  QUEUE_RETENTION_SECONDS_MAX,
  QUEUE_RETENTION_SECONDS_MIN,
  RECEIPTS_PER_REQUEST,
  RECEIVE_MAX,
  REPORTS_PER_REQUEST,
  SEND_MESSAGES_MAX,
} from "../../core/limits.ts";
import {
  PROPERTY_NAME_PATTERN,
  PROPERTY_NAME_RULE,
  PROPERTY_TYPES,
  wrongProperties,
} from "../../core/message-properties.ts";
import { instant, mergePatch, nextCursor, queueName, text } from "./common.ts";
import { failBody, refused, succeedBody, verdict } from "./tasks.ts";

export const queueParams = z.strictObject({
  queue: queueName.meta({ description: "Name of a queue", examples: ["workers"] }),
});
const count = z.int().min(0);
const attributes = z.strictObject({
  delaySeconds: z.int().min(0).max(QUEUE_DELAY_SECONDS_MAX),
  maximumMessageSize: z.int().min(MESSAGE_SIZE_LIMIT_MIN).max(MESSAGE_BODY_BYTES),
  retentionSeconds: z.int().min(QUEUE_RETENTION_SECONDS_MIN).max(QUEUE_RETENTION_SECONDS_MAX),
  leaseSeconds: z.int().min(1).max(LEASE_SECONDS_MAX),
  pollingWaitSeconds: z.int().min(0).max(POLL_SECONDS_MAX),
  loggingEnabled: z.boolean(),
  maxDeliveries: z.int().min(1).optional(),
});
export const putQueueBody = attributes.partial();
export const patchQueueBody = mergePatch(attributes.shape);
export const queueAnswer = z
  .strictObject({
    name: queueName,
    attributes,
    createdAt: instant,
    updatedAt: instant,
    depth: z.strictObject({ ready: count, delayed: count, inFlight: count, deadLetters: count }),
    oldestAt: instant.optional(),
    waitingPolls: count,
  })
  .meta({ id: "Queue" });
export const queuesAnswer = z
  .strictObject({ items: z.array(queueAnswer), cursor: nextCursor })
  .meta({ id: "QueuePage" });
function propertyList<Type extends (typeof PROPERTY_TYPES)[number]>(types: readonly [Type, ...Type[]]) {
  const name = z.string().regex(PROPERTY_NAME_PATTERN, PROPERTY_NAME_RULE).max(MESSAGE_PROPERTY_NAME_LENGTH);
  const property = { name, value: text(MESSAGE_PROPERTY_VALUE_LENGTH), type: z.enum(types) };
  return z.array(z.strictObject(property)).max(MESSAGE_PROPERTIES_MAX).optional();
}
/** What clients of MNS attach; of the native API's users whoever talks to such a client needs it. */
export const messageProperties = z
  .strictObject({
    user: propertyList(PROPERTY_TYPES),
    system: propertyList(["STRING"]),
    groupId: text(MESSAGE_GROUP_ID_LENGTH, 1).optional(),
  })
  .superRefine((properties, context) => {
    const message = wrongProperties(given(properties));
    if (message !== undefined) context.addIssue({ code: "custom", message });
  })
  .meta({ id: "MessageProperties" });
export const sendBody = z.strictObject({
  messages: z
    .array(
      z.strictObject({
        body: z.string(),
        properties: messageProperties.optional(),
        delaySeconds: z.int().min(0).max(QUEUE_DELAY_SECONDS_MAX).optional(),
        priority: z.int().min(1).max(PRIORITY_MAX).default(PRIORITY_DEFAULT),
      }),
    )
    .min(1)
    .max(SEND_MESSAGES_MAX),
});
export const sendAnswer = z.strictObject({ ids: z.array(z.string()) });
const receive = {
  waitSeconds: z.int().min(0).max(POLL_SECONDS_MAX).optional(),
  leaseSeconds: z.int().min(1).max(LEASE_SECONDS_MAX).optional(),
  worker: text(128, 1).optional().describe("Name of the worker: a new poll takes the place of its old one"),
};
export const receiveBody = z.strictObject({ max: z.int().min(1).max(RECEIVE_MAX).default(1), ...receive });
const receipt = text(128, 1).describe("The receipt that came with the message");
const receipts = z.array(receipt).min(1).max(RECEIPTS_PER_REQUEST);
export const queueSuccess = succeedBody
  .extend({ receipt: receipt.optional() })
  .meta({ id: "QueueSuccessReport" });
export const queueFailure = failBody
  .extend({ receipt: receipt.optional() })
  .meta({ id: "QueueFailureReport" });
const queueReport = z.union([queueSuccess, queueFailure, z.unknown()]);
export const workBody = z.strictObject({
  reports: z.array(queueReport).max(REPORTS_PER_REQUEST).default([]),
  delete: z.array(receipt).max(RECEIPTS_PER_REQUEST).default([]),
  max: z.int().min(0).max(RECEIVE_MAX).default(1),
  ...receive,
});
export const message = z
  .strictObject({
    id: z.string(),
    body: z.string(),
    properties: messageProperties.optional(),
    receipt: z.string(),
    dequeueCount: z.int().min(1),
    enqueuedAt: instant,
    leaseUntil: instant,
    priority: z.int().min(1).max(PRIORITY_MAX),
  })
  .meta({ id: "Message" });
export const receiveAnswer = z.strictObject({ messages: z.array(message) });
export const workAnswer = z.strictObject({ verdicts: z.array(verdict), messages: z.array(message) });
export const deleteBody = z.strictObject({ receipts });
export const releaseBody = z.strictObject({ receipts });
export const extendBody = z.strictObject({ receipts, leaseSeconds: receive.leaseSeconds });
const leaseAccepted = z
  .strictObject({ ok: z.literal(true), leaseUntil: instant.optional() })
  .meta({ id: "LeaseAccepted" });
export const leaseVerdict = z.union([leaseAccepted, refused]).meta({ id: "LeaseVerdict" });
export const leasesAnswer = z.strictObject({ verdicts: z.array(leaseVerdict) }).meta({ id: "LeaseVerdicts" });
