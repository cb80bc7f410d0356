import { MESSAGE_BODY_BYTES } from "../limits.ts";
import type { MessageContent } from "../message-properties.ts";

/** How a topic treats its messages; the MNS protocol's attributes in our words. */
export interface TopicAttributes {
  readonly maximumMessageSize: number;
  readonly loggingEnabled: boolean;
}

export const DEFAULT_TOPIC_ATTRIBUTES: TopicAttributes = {
  maximumMessageSize: MESSAGE_BODY_BYTES,
  loggingEnabled: false,
};

/** Where a subscription's notifications go. */
export type Endpoint =
  | { readonly kind: "queue"; readonly queue: string }
  | { readonly kind: "url"; readonly url: string };

export const NOTIFY_STRATEGIES = ["backoff", "exponential"] as const;
/** How often a notification that nobody took is tried again, see retries.ts. */
export type NotifyStrategy = (typeof NOTIFY_STRATEGIES)[number];

export const NOTIFY_FORMATS = ["xml", "json", "simplified"] as const;
/** What a notification looks like; "simplified" is the message's body and nothing else. */
export type NotifyFormat = (typeof NOTIFY_FORMATS)[number];

export interface SubscriptionSpec {
  readonly endpoint: Endpoint;
  /** The endpoint as its client wrote it, to be given back; absent where it is our own writing. */
  readonly endpointText?: string;
  readonly strategy: NotifyStrategy;
  readonly format: NotifyFormat;
  /** Only messages with this tag are passed on; absent: all. */
  readonly filterTag?: string;
}

export interface Subscription extends SubscriptionSpec {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** With how much is on its way to it, and how much it did not get. */
export interface SubscriptionView extends Subscription {
  readonly messages: number;
  readonly deadLetters: number;
}

export interface TopicRecord {
  /** Counts creations. */
  readonly generation: number;
  readonly exists: boolean;
  readonly attributes: TopicAttributes;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface PublishedMessage extends MessageContent {
  /** The publisher's, so that a repeat can be told; the same in every notification of it. */
  readonly id: string;
  readonly tag?: string;
  /** Epoch milliseconds. */
  readonly publishedAt: number;
}
