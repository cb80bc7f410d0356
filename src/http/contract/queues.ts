import * as z from "zod";
import { given } from "../../core/given.ts";
import {
  ABOUT_TEXT_LENGTH,
  BURY_REASON_LENGTH,
  DEAD_LETTERS_PER_CALL,
  LEASE_SECONDS_MAX,
  LOST_AFTER_MAX,
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
  SESSION_LENGTH,
  WORKER_NAME_LENGTH,
} from "../../core/limits.ts";
import {
  PROPERTY_NAME_PATTERN,
  PROPERTY_NAME_RULE,
  PROPERTY_TYPES,
  wrongProperties,
} from "../../core/message-properties.ts";
import { PEEK_MAX } from "../../core/view-limits.ts";
import {
  instant,
  json,
  leftOut,
  mergePatch,
  nextCursor,
  pageBy,
  queryNumber,
  queueName,
  text,
} from "./common.ts";
import { pause, reason } from "./pauses.ts";
import { failBody, liveLog, refused, succeedBody, verdict } from "./tasks.ts";

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
  lostAfter: z.int().min(1).max(LOST_AFTER_MAX).optional(),
  notifyLost: z.boolean().optional(),
});
export const putQueueBody = attributes.partial();
export const patchQueueBody = mergePatch(attributes.shape);
export const queueAnswer = z
  .strictObject({
    name: queueName,
    attributes,
    paused: pause.optional().describe("Nobody receives: by whose order, and why"),
    createdAt: instant,
    updatedAt: instant,
    depth: z.strictObject({
      ready: count,
      readyForNamed: count,
      delayed: count,
      inFlight: count,
      deadLetters: count,
    }),
    oldestAt: instant.optional(),
    waitingPolls: count,
  })
  .meta({ id: "Queue" });
export const pausedQueueAnswer = queueAnswer
  .extend({ limited: count.describe("Tasks that wait in it while their time limits run on") })
  .meta({ id: "PausedQueue" });
export const queuesAnswer = z
  .strictObject({ items: z.array(queueAnswer), cursor: nextCursor, leftOut })
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
        worker: text(WORKER_NAME_LENGTH, 1).optional().describe("Only a worker of this name gets it"),
      }),
    )
    .min(1)
    .max(SEND_MESSAGES_MAX),
});
export const sendAnswer = z.strictObject({ ids: z.array(z.string()) });
const receive = {
  waitSeconds: z.int().min(0).max(POLL_SECONDS_MAX).optional(),
  leaseSeconds: z.int().min(1).max(LEASE_SECONDS_MAX).optional(),
  worker: text(WORKER_NAME_LENGTH, 1)
    .optional()
    .describe("Name of the worker: its newest polls without a session stay, older ones are answered"),
  session: text(SESSION_LENGTH, 1)
    .optional()
    .describe("One process of a runner: a new poll takes the place of its old one"),
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
export const beatEntry = z
  .strictObject({
    receipt,
    progress: json.optional().describe("Shown with the step until the next one"),
    log: liveLog,
    alive: z.literal(false).optional().describe("For the lease alone: no sign of life of the task"),
  })
  .meta({ id: "Beat" });
export const releaseEntry = z
  .strictObject({
    receipt,
    delaySeconds: z.int().min(0).max(QUEUE_DELAY_SECONDS_MAX).optional(),
    lost: z.boolean().optional().describe("The worker is gone, and did not give it back"),
  })
  .meta({ id: "Release" });
export const buryEntry = z
  .strictObject({ receipt, reason: text(BURY_REASON_LENGTH, 1) })
  .meta({ id: "Burial" });
export const deleteEntry = receipt;
/** Entries are read one by one: what is malformed has a verdict of its own. */
function entries(entry: z.ZodType) {
  return z
    .array(z.union([entry, z.unknown()]))
    .max(RECEIPTS_PER_REQUEST)
    .default([]);
}
const about = z
  .strictObject({
    version: text(ABOUT_TEXT_LENGTH),
    host: text(ABOUT_TEXT_LENGTH),
    os: text(ABOUT_TEXT_LENGTH),
    pid: z.int().min(0),
    slots: z.int().min(0),
    startedAt: instant,
  })
  .partial()
  .meta({ id: "WorkerAbout" });
export const workBody = z.strictObject({
  reports: z.array(queueReport).max(REPORTS_PER_REQUEST).default([]),
  beats: entries(beatEntry).describe("Messages that are being worked on: their leases begin anew"),
  delete: entries(deleteEntry),
  release: entries(releaseEntry),
  bury: entries(buryEntry).describe("Messages that are no tasks, and that nobody can do anything with"),
  max: z.int().min(0).max(RECEIVE_MAX).default(1),
  ...receive,
  about: about.optional(),
  bye: z.boolean().optional().describe("The session takes no more messages: its waiting call is answered"),
  takesOver: text(SESSION_LENGTH, 1)
    .optional()
    .describe("A session of this worker and key that is dead: its leases end"),
});
const handedTask = z
  .strictObject({
    token: z.string(),
    flow: z.string(),
    execution: z.string(),
    step: z.string(),
    path: z.string(),
    attempt: z.int().min(1),
    remainingSeconds: z.int().optional(),
    heartbeatSeconds: z.number().optional(),
    confirm: z
      .literal(true)
      .optional()
      .describe("It must not begin twice: have a beat accepted before it begins"),
  })
  .meta({ id: "HandedTask" });
export const message = z
  .strictObject({
    id: z.string(),
    body: z.string(),
    properties: messageProperties.optional(),
    receipt: z.string(),
    dequeueCount: z.int().min(1),
    enqueuedAt: instant,
    leaseUntil: instant,
    leaseSeconds: z.number(),
    priority: z.int().min(1).max(PRIORITY_MAX),
    task: handedTask.optional(),
  })
  .meta({ id: "Message" });
export const receiveAnswer = z.strictObject({ messages: z.array(message) });
export const peekQuery = z.strictObject({
  max: queryNumber(1, PEEK_MAX).default(PEEK_MAX).describe("Messages, at the most"),
});
/** As whoever sees it who does not take it: task tokens in it are masked. */
const peekedMessage = z
  .strictObject({
    id: z.string(),
    body: z.string(),
    properties: messageProperties.optional(),
    dequeueCount: count,
    enqueuedAt: instant,
    firstDequeuedAt: instant.optional().describe("Absent: nobody had it yet"),
    priority: z.int().min(1).max(PRIORITY_MAX),
  })
  .meta({ id: "PeekedMessage" });
export const peekAnswer = z.strictObject({ items: z.array(peekedMessage) }).meta({ id: "PeekedMessages" });
const beatVerdict = z
  .union([z.strictObject({ ok: z.literal(true), leaseSeconds: z.number() }), refused])
  .meta({ id: "BeatVerdict" });
const refusedEntry = z
  .strictObject({
    list: z.enum(["delete", "release", "bury"]),
    position: count,
    code: z.string(),
    detail: z.string(),
  })
  .meta({ id: "RefusedEntry" });
export const workAnswer = z.strictObject({
  verdicts: z.array(verdict).describe("Of reports, one each, in order"),
  beats: z.array(beatVerdict).optional().describe("Of beats, one each, in order"),
  refused: z.array(refusedEntry).optional().describe("Entries of other lists that were not done"),
  messages: z.array(message),
  stop: z
    .array(z.strictObject({ receipt: z.string(), code: z.string() }).meta({ id: "Stop" }))
    .optional()
    .describe("What else the session holds and need not go on with"),
  drain: z.literal(true).optional().describe("Finish what you have, and take no more until this is gone"),
  notices: z
    .array(z.enum(["NameShared", "TellAbout"]))
    .optional()
    .describe("Another process has this worker's name; nothing is known of this session"),
});
/** Dead letters lie in the order of sending, and a page's cursor is a place in it. */
export const deadQuery = z.strictObject(pageBy(/^[0-9]{1,16}$/));
const deadLetter = z
  .strictObject({
    id: z.string(),
    body: z.string(),
    deliveries: count,
    enqueuedAt: instant,
    diedAt: instant,
    worker: z.string().optional().describe("Who had it last, where that is known"),
    reason: z
      .enum(["maxDeliveries", "buried"])
      .describe(
        "`maxDeliveries`: it was delivered as often as the queue allows. `buried`: a worker gave it up",
      ),
    detail: z.string().optional().describe("Of `buried`: why"),
  })
  .meta({ id: "DeadLetter" });
export const deadAnswer = z
  .strictObject({ items: z.array(deadLetter), cursor: nextCursor })
  .meta({ id: "DeadLetterPage" });
const letterIds = z.array(text(128, 1)).min(1).max(DEAD_LETTERS_PER_CALL);
const ofThese = { ids: letterIds.describe("Those that are no dead letters are passed over"), reason };
const ofAll = {
  reason,
  all: z.literal(true).describe("Without ids: the oldest"),
  max: z.int().min(1).max(DEAD_LETTERS_PER_CALL).default(DEAD_LETTERS_PER_CALL),
};
const later = {
  delaySeconds: z
    .int()
    .min(0)
    .max(QUEUE_DELAY_SECONDS_MAX)
    .optional()
    .describe("Nobody gets them before; without it at once"),
};
export const purgeBody = z.union([z.strictObject(ofThese), z.strictObject(ofAll)]);
export const redriveBody = z.union([
  z.strictObject({ ...ofThese, ...later }),
  z.strictObject({ ...ofAll, ...later }),
]);
export const deadDone = z
  .strictObject({ count, left: count.describe("Dead letters that are left there") })
  .meta({ id: "DeadLettersChanged" });
export const deleteBody = z.strictObject({ receipts });
export const releaseBody = z.strictObject({ receipts });
export const extendBody = z.strictObject({ receipts, leaseSeconds: receive.leaseSeconds });
const leaseAccepted = z
  .strictObject({ ok: z.literal(true), leaseUntil: instant.optional() })
  .meta({ id: "LeaseAccepted" });
export const leaseVerdict = z.union([leaseAccepted, refused]).meta({ id: "LeaseVerdict" });
export const leasesAnswer = z.strictObject({ verdicts: z.array(leaseVerdict) }).meta({ id: "LeaseVerdicts" });
