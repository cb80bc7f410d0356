import { fields, writeXml, xml } from "../xml.ts";
import type { PublishedMessage, Subscription } from "./topic.ts";

/** Accounts are not known here; readers of notifications expect names of them. */
export const TOPIC_OWNER = "millrace";

interface Format {
  readonly contentType: string;
  write(parts: ReturnType<typeof partsOf>): string;
}

/** One row for each format of a notification (spec: FDL section 5.4). */
const FORMATS: { readonly [F in Subscription["format"]]: Format } = {
  xml: {
    contentType: "text/xml;charset=utf-8",
    write: (parts) => writeXml(xml("Notification", fields(parts))),
  },
  json: { contentType: "application/json;charset=utf-8", write: (parts) => JSON.stringify(parts) },
  simplified: { contentType: "text/plain;charset=utf-8", write: ({ Message }) => Message },
};

function partsOf(topic: string, { name }: Subscription, message: PublishedMessage, md5: string) {
  return {
    TopicOwner: TOPIC_OWNER,
    TopicName: topic,
    Subscriber: TOPIC_OWNER,
    SubscriptionName: name,
    MessageId: message.id,
    MessageMD5: md5,
    Message: message.body,
    ...(message.tag !== undefined && { MessageTag: message.tag }),
    PublishTime: message.publishedAt,
  };
}

/** What a subscription's endpoint gets of a message. */
export function notification(
  topic: string,
  subscription: Subscription,
  message: PublishedMessage,
  md5: string,
): { readonly text: string; readonly contentType: string } {
  const format = FORMATS[subscription.format];
  return {
    contentType: format.contentType,
    text: format.write(partsOf(topic, subscription, message, md5)),
  };
}
