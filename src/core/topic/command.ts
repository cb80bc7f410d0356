import type { Rejection } from "../result.ts";
import { type EffectKinds, REPEATED } from "../durable/effects.ts";
import type { WhichDead } from "../durable/dead-letters.ts";
import { PUSH_GIVE_UP_MS } from "../limits.ts";
import type { AnyEffect, Bound, EffectCommand } from "../machine.ts";
import type { MessageContent } from "../message-properties.ts";
import type { BoardTold, TellBoard } from "../telling.ts";
import type { SubscriptionSpec, TopicAttributes } from "./topic.ts";

export type TopicCommand =
  | PutTopic
  | { readonly type: "deleteTopic" }
  | PutSubscription
  | { readonly type: "unsubscribe"; readonly name: string }
  | Publish
  | GiveUp
  | ChangeDeadNotifications
  /** Time takes effect on dead letters. */
  | { readonly type: "forgetDead" }
  | BoardTold
  | EffectCommand<TopicEffect>;

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
  /** A repeat with the same one is harmless as long as the message is on its way, and for a while after. */
  readonly id: string;
  readonly tag?: string;
}

/** An endpoint did not take a message, and is not asked again. */
export interface GiveUp {
  readonly type: "giveUp";
  readonly effect: PassOn;
  /** What the last try met. */
  readonly detail: string;
}

/** Sends dead letters of a subscription on their way again, or removes them. */
export interface ChangeDeadNotifications extends WhichDead {
  readonly type: "redriveDead" | "purgeDead";
  readonly subscription: string;
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

/** What a topic keeps, or what follows from its messages. */
export type OwnEffect = PassOn | Register;
export type TopicEffect = OwnEffect | TellBoard;

/** The endpoint's strategy may give it up earlier. */
const PASSED_ON: Bound = { is: "fail", afterMs: PUSH_GIVE_UP_MS };

/** What is to be passed on follows from the messages, which say where they still have to go. */
export const TOPIC_EFFECT_KINDS: EffectKinds<TopicEffect> = {
  tellBoard: { kept: "derived", bound: REPEATED },
  notifyQueue: { kept: "derived", bound: PASSED_ON },
  notifyUrl: { kept: "derived", bound: PASSED_ON },
  registerTopic: { kept: "stored", bound: REPEATED },
  unregisterTopic: { kept: "stored", bound: REPEATED },
};

export type TopicOutcome =
  | {
      readonly ok: true;
      /** Of putTopic and subscribe. */
      readonly created?: boolean;
      /** Of putTopic and deleteTopic. */
      readonly generation?: number;
      /** Of redriveDead and purgeDead: how many it were, and how many dead letters are left. */
      readonly count?: number;
      readonly left?: number;
    }
  | Rejection;
