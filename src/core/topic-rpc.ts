import type { BoardSource } from "./board-views.ts";
import type { DeadPage, DeadQuery } from "./durable/dead-letters.ts";
import type { Inspectable } from "./inspection-views.ts";
import type { ShownParking } from "./machine.ts";
import type { NamesQuery } from "./objects.ts";
import type {
  ChangeDeadNotifications,
  Publish,
  PutSubscription,
  PutTopic,
  TopicOutcome,
} from "./topic/command.ts";
import type { DeadNotification } from "./topic/dead-notification.ts";
import type { SubscriptionView, TopicAttributes } from "./topic/topic.ts";

export interface TopicRpc extends BoardSource, Inspectable {
  put(command: Omit<PutTopic, "type">): Promise<TopicOutcome>;
  get(): Promise<TopicView | undefined>;
  remove(): Promise<TopicOutcome>;
  subscribe(command: Omit<PutSubscription, "type">): Promise<TopicOutcome>;
  subscription(name: string): Promise<SubscriptionView | undefined>;
  /** By name. */
  subscriptions(query: NamesQuery): Promise<readonly SubscriptionView[]>;
  unsubscribe(name: string): Promise<TopicOutcome>;
  /** Answers when the message is committed, before anybody has got it. */
  publish(command: Omit<Publish, "type">): Promise<TopicOutcome>;
  /** Undefined when there is no such subscription. */
  deadLetters(subscription: string, query: DeadQuery): Promise<DeadPage<DeadNotification> | undefined>;
  changeDead(command: ChangeDeadNotifications): Promise<TopicOutcome>;
  /** What failed is tried again: how much that is. Undefined: there is no such topic. */
  retryEffects(): Promise<number | undefined>;
}

export interface TopicView {
  readonly attributes: TopicAttributes;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** On their way to some subscription. */
  readonly messages: number;
  readonly subscriptions: number;
  /** Absent when nothing is. */
  readonly parked?: readonly ShownParking[];
}
