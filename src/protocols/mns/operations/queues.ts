import { given } from "../../../core/given.ts";
import {
  LEASE_SECONDS_MAX,
  MESSAGE_BODY_BYTES,
  MESSAGE_SIZE_LIMIT_MIN,
  POLL_SECONDS_MAX,
  QUEUE_DELAY_SECONDS_MAX,
  QUEUE_RETENTION_SECONDS_MAX,
  QUEUE_RETENTION_SECONDS_MIN,
} from "../../../core/limits.ts";
import type { QueueAttributes } from "../../../core/queue/attributes.ts";
import { SECOND_MS } from "../../../core/time.ts";
import {
  type NamedQueue,
  deleteQueue,
  listQueues,
  putQueue,
  readQueue,
} from "../../../service/queue-calls.ts";
import { errorOf } from "../errors.ts";
import { readPage } from "../list.ts";
import { type Operation, NO_CONTENT } from "../operation.ts";
import { Fields } from "../read.ts";
import { type Element, malformed } from "../xml.ts";
import { type Xml, fields, xml } from "../../../core/xml.ts";

const PATH = "/queues/{queue}";

function readAttributes(body: Element | undefined): Partial<QueueAttributes> {
  if (body && body.name !== "Queue") throw malformed("its root must be Queue");
  const asked = new Fields(body);
  return given({
    delaySeconds: asked.number("DelaySeconds", 0, QUEUE_DELAY_SECONDS_MAX),
    maximumMessageSize: asked.number("MaximumMessageSize", MESSAGE_SIZE_LIMIT_MIN, MESSAGE_BODY_BYTES),
    retentionSeconds: asked.number(
      "MessageRetentionPeriod",
      QUEUE_RETENTION_SECONDS_MIN,
      QUEUE_RETENTION_SECONDS_MAX,
    ),
    leaseSeconds: asked.number("VisibilityTimeout", 1, LEASE_SECONDS_MAX),
    pollingWaitSeconds: asked.number("PollingWaitSeconds", 0, POLL_SECONDS_MAX),
    loggingEnabled: asked.flag("LoggingEnabled"),
  });
}

function toFields({ name, view }: NamedQueue): Xml[] {
  const { attributes, depth } = view;
  return fields({
    QueueName: name,
    CreateTime: Math.floor(view.createdAt / SECOND_MS),
    LastModifyTime: Math.floor(view.updatedAt / SECOND_MS),
    DelaySeconds: attributes.delaySeconds,
    MaximumMessageSize: attributes.maximumMessageSize,
    MessageRetentionPeriod: attributes.retentionSeconds,
    VisibilityTimeout: attributes.leaseSeconds,
    PollingWaitSeconds: attributes.pollingWaitSeconds,
    ActiveMessages: depth.ready - depth.readyForNamed,
    InactiveMessages: depth.inFlight,
    DelayMessages: depth.delayed,
    LoggingEnabled: attributes.loggingEnabled ? "True" : "False",
  });
}

/** Spec: MNS section 4.5. */
export const queueOperations: readonly Operation[] = [
  {
    name: "SetQueueAttributes",
    method: "PUT",
    path: PATH,
    when: (query) => query.flag("metaoverride"),
    access: "operate",
    audited: true,
    async handle({ env, names, body }) {
      const outcome = await putQueue(env, names.queue, readAttributes(body), "change");
      if (!outcome.ok) throw errorOf(outcome);
      return NO_CONTENT;
    },
  },
  {
    name: "CreateQueue",
    method: "PUT",
    path: PATH,
    access: "operate",
    audited: true,
    async handle({ env, names, body, origin }) {
      const outcome = await putQueue(env, names.queue, readAttributes(body), "create");
      if (!outcome.ok) throw errorOf(outcome);
      return { status: outcome.created ? 201 : 204, location: `${origin}/queues/${names.queue}` };
    },
  },
  {
    name: "GetQueueAttributes",
    method: "GET",
    path: PATH,
    access: "read",
    async handle({ env, names }) {
      const outcome = await readQueue(env, names.queue);
      if (!outcome.ok) throw errorOf(outcome);
      return { status: 200, body: xml("Queue", toFields(outcome)) };
    },
  },
  {
    name: "DeleteQueue",
    method: "DELETE",
    path: PATH,
    access: "operate",
    audited: true,
    async handle({ env, names }) {
      const outcome = await deleteQueue(env, names.queue);
      // What is not there is as it was asked to be.
      if (!outcome.ok && outcome.code !== "QueueNotExist") throw errorOf(outcome);
      return NO_CONTENT;
    },
  },
  {
    name: "ListQueue",
    method: "GET",
    path: "/queues",
    access: "read",
    async handle({ env, headers, origin }) {
      const { withMeta, ...page } = readPage(headers);
      const { items, cursor } = await listQueues(env, page);
      const queues = items.map((queue) => {
        const url = xml("QueueURL", `${origin}/queues/${queue.name}`);
        return xml("Queue", withMeta ? [url, ...toFields(queue)] : [url]);
      });
      return { status: 200, body: xml("Queues", [...queues, ...fields({ NextMarker: cursor })]) };
    },
  },
];
