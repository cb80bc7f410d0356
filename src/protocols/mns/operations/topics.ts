import { bodyMd5 } from "../../../auth/md5.ts";
import { given } from "../../../core/given.ts";
import {
  MESSAGE_BODY_BYTES,
  MESSAGE_SIZE_LIMIT_MIN,
  MESSAGE_TAG_LENGTH,
  PUSH_GIVE_UP_SECONDS,
} from "../../../core/limits.ts";
import type { MessageContent } from "../../../core/message-properties.ts";
import { SECOND_MS } from "../../../core/time.ts";
import type { TopicAttributes } from "../../../core/topic/topic.ts";
import { type Xml, fields, xml } from "../../../core/xml.ts";
import {
  type NamedTopic,
  deleteTopic,
  listTopics,
  publish,
  putTopic,
  readTopic,
} from "../../../service/topic-calls.ts";
import { MnsError, errorOf } from "../errors.ts";
import { readPage } from "../list.ts";
import { type Operation, NO_CONTENT } from "../operation.ts";
import { readProperties } from "../properties.ts";
import { Fields } from "../read.ts";
import { type Element, malformed } from "../xml.ts";

const PATH = "/topics/{topic}";

function readAttributes(body: Element | undefined): Partial<TopicAttributes> {
  if (body && body.name !== "Topic") throw malformed("its root must be Topic");
  const asked = new Fields(body);
  return given({
    maximumMessageSize: asked.number("MaximumMessageSize", MESSAGE_SIZE_LIMIT_MIN, MESSAGE_BODY_BYTES),
    loggingEnabled: asked.flag("LoggingEnabled"),
  });
}

function toFields({ name, view }: NamedTopic): Xml[] {
  return fields({
    TopicName: name,
    CreateTime: Math.floor(view.createdAt / SECOND_MS),
    LastModifyTime: Math.floor(view.updatedAt / SECOND_MS),
    MaximumMessageSize: view.attributes.maximumMessageSize,
    MessageRetentionPeriod: PUSH_GIVE_UP_SECONDS,
    MessageCount: view.messages,
    LoggingEnabled: view.attributes.loggingEnabled ? "True" : "False",
  });
}

/** What is said of mail and text messages (MessageAttributes) is passed over: there are no such endpoints here. */
function readMessage(body: Element | undefined): MessageContent & { tag?: string } {
  if (body?.name !== "Message") throw malformed("its root must be Message");
  const asked = new Fields(body);
  const text = asked.text("MessageBody") ?? "";
  if (text === "") throw malformed("MessageBody is missing or empty");
  const tag = asked.text("MessageTag") ?? "";
  if (tag.length > MESSAGE_TAG_LENGTH) {
    throw new MnsError("InvalidArgument", `MessageTag has at most ${MESSAGE_TAG_LENGTH} characters`);
  }
  return { body: text, ...readProperties(asked), ...(tag !== "" && { tag }) };
}

export const topicOperations: readonly Operation[] = [
  {
    name: "SetTopicAttributes",
    method: "PUT",
    path: PATH,
    when: (query) => query.flag("metaoverride"),
    access: "operate",
    audited: true,
    async handle({ env, names, body }) {
      const outcome = await putTopic(env, names.topic, readAttributes(body), "change");
      if (!outcome.ok) throw errorOf(outcome);
      return NO_CONTENT;
    },
  },
  {
    name: "CreateTopic",
    method: "PUT",
    path: PATH,
    access: "operate",
    audited: true,
    async handle({ env, names, body, origin }) {
      const outcome = await putTopic(env, names.topic, readAttributes(body), "create");
      if (!outcome.ok) throw errorOf(outcome);
      return { status: outcome.created ? 201 : 204, location: `${origin}/topics/${names.topic}` };
    },
  },
  {
    name: "GetTopicAttributes",
    method: "GET",
    path: PATH,
    access: "read",
    async handle({ env, names }) {
      const outcome = await readTopic(env, names.topic);
      if (!outcome.ok) throw errorOf(outcome);
      return { status: 200, body: xml("Topic", toFields(outcome)) };
    },
  },
  {
    name: "DeleteTopic",
    method: "DELETE",
    path: PATH,
    access: "operate",
    audited: true,
    async handle({ env, names }) {
      const outcome = await deleteTopic(env, names.topic);
      if (!outcome.ok && outcome.code !== "TopicNotExist") throw errorOf(outcome);
      return NO_CONTENT;
    },
  },
  {
    name: "ListTopic",
    method: "GET",
    path: "/topics",
    access: "read",
    async handle({ env, headers, origin }) {
      const { withMeta, ...page } = readPage(headers);
      const { items, cursor } = await listTopics(env, page);
      const topics = items.map((topic) => {
        const url = xml("TopicURL", `${origin}/topics/${topic.name}`);
        return xml("Topic", withMeta ? [url, ...toFields(topic)] : [url]);
      });
      return { status: 200, body: xml("Topics", [...topics, ...fields({ NextMarker: cursor })]) };
    },
  },
  {
    name: "PublishMessage",
    method: "POST",
    path: `${PATH}/messages`,
    access: "operate",
    async handle({ env, names, body }) {
      const message = readMessage(body);
      const outcome = await publish(env, names.topic, message);
      if (!outcome.ok) throw errorOf(outcome);
      const sent = { MessageId: outcome.id, MessageBodyMD5: await bodyMd5(message.body) };
      // Java's client keeps the group of what it published as it is answered.
      const group = fields({ MessageGroupId: message.properties?.groupId });
      return { status: 201, body: xml("Message", [...fields(sent), ...group]) };
    },
  },
];
