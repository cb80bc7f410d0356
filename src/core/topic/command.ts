import type { Rejection } from "../result.ts";
import { type EffectKinds, GIVEN_UP } from "../durable/effects.ts";
import type { AnyEffect, EffectOver } from "../machine.ts";
import type { MessageContent } from "../message-properties.ts";
import type { SubscriptionSpec, TopicAttributes } from "./topic.ts";

export type TopicCommand =
  | PutTopic
  | { readonly type: "deleteTopic" }
  | PutSubscription
  | { readonly type: "unsubscribe"; readonly name: string }
  | Publish
  | EffectOver<TopicEffect>;

export interface PutTopic {
  readonly type: "putTopic";
  readonly attributes: Partial<TopicAttributes>;
  /** Refused when there is such a topic with other attributes, or when there is none; absent: never refused. */
  readonly only?: "create" | "change";
}

export interface PutSubscription {
  readonly type: "subscribe";
  readonly name: string;
  readonly spec: SubscriptionSpec;
  /** Refused when there is such a subscription with other words; absent: it takes the place of the old one. */
  readonly only?: "create";
}

export interface Publish extends MessageContent {
  readonly type: "publish";
  /** A repeat with the same one is harmless as long as the message is on its way. */
  readonly id: string;
  readonly tag?: string;
}

/** Pass a message on to the endpoint of a subscription. */
export interface PassOn extends AnyEffect {
  readonly kind: "notifyQueue" | "notifyUrl";
  /** The message's number. */
  readonly message: number;
  readonly subscription: string;
}

/** To the directory of topics. */
interface Register extends AnyEffect {
  readonly kind: "registerTopic" | "unregisterTopic";
  readonly generation: number;
}

export type TopicEffect = PassOn | Register;

/** What is to be passed on follows from the messages, which say where they still have to go. */
export const TOPIC_EFFECT_KINDS: EffectKinds<TopicEffect> = {
  notifyQueue: { kept: "derived", bound: GIVEN_UP },
  notifyUrl: { kept: "derived", bound: GIVEN_UP },
  registerTopic: { kept: "stored", bound: GIVEN_UP },
  unregisterTopic: { kept: "stored", bound: GIVEN_UP },
};

export type TopicOutcome =
  | {
      readonly ok: true;
      /** Of putTopic and subscribe. */
      readonly created?: boolean;
      /** Of putTopic and deleteTopic. */
      readonly generation?: number;
    }
  | Rejection;
