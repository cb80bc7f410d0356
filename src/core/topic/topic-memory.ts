import { Budget } from "../durable/budget.ts";
import { DeadLetters } from "../durable/dead-letters.ts";
import { RecordedEffects } from "../durable/effects.ts";
import type { Records, Single, Table } from "../durable/records.ts";
import { shaped } from "../durable/shape.ts";
import { UnreadableError } from "../unreadable.ts";
import { Backlog } from "./backlog.ts";
import { type PassOn, TOPIC_EFFECT_KINDS, type TopicEffect } from "./command.ts";
import { DEAD_NOTIFICATION, type DeadNotification } from "./dead-notification.ts";
import { PublishedIds, type StoredMessage } from "./published-ids.ts";
import { DEFAULT_TOPIC_ATTRIBUTES, type Subscription, type TopicRecord } from "./topic.ts";

interface Tables {
  readonly topic: Single<TopicRecord>;
  readonly subscriptions: Table<Subscription>;
  readonly messages: Table<StoredMessage>;
}

/** What a topic keeps in memory, and the tables that it lies in. */
export interface TopicMemory {
  readonly records: Records;
  readonly tables: Tables;
  topic: TopicRecord;
  /** Its record cannot be read: it can be deleted. */
  unreadable: UnreadableError | undefined;
  readonly subscriptions: Map<string, Subscription>;
  readonly budget: Budget;
  readonly backlog: Backlog;
  /** Which publishers gave. */
  readonly ids: PublishedIds;
  readonly effects: RecordedEffects<TopicEffect>;
  /** By the names of subscriptions. */
  readonly dead: DeadLetters<DeadNotification>;
  /** Of the next message at the least. */
  nextNumber: number;
}

const TOPIC = shaped<TopicRecord>({
  generation: "number",
  exists: "flag",
  attributes: "object",
  createdAt: "number",
  updatedAt: "number",
});
const SUBSCRIPTION = shaped<Subscription>({
  name: "text",
  endpoint: { kind: "text" },
  strategy: "text",
  format: "text",
  createdAt: "number",
});
const STORED_MESSAGE = shaped<StoredMessage>(
  { message: { id: "text", body: "text", publishedAt: "number" }, waiting: "list" },
  { overAt: "number", againAt: "number" },
);
/** Numbers of messages begin with their instants, so that none comes again after a restart. */
const NUMBERS_PER_MS = 100;
const NO_SUBSCRIPTION = "it waits for a subscription that there is not";

export const NO_TOPIC: TopicRecord = {
  generation: 0,
  exists: false,
  attributes: DEFAULT_TOPIC_ATTRIBUTES,
  createdAt: 0,
  updatedAt: 0,
};

export function readTopic(records: Records): TopicMemory {
  const tables: Tables = {
    topic: records.single("topic", TOPIC),
    subscriptions: records.table("subscription:", SUBSCRIPTION),
    messages: records.table("message:", STORED_MESSAGE),
  };
  const topic = tables.topic.attempt();
  const subscriptions = new Map(tables.subscriptions.entries());
  const budget = new Budget();
  const backlog = new Backlog(budget);
  const ids = new PublishedIds(tables.messages, budget);
  const passOns: PassOn[] = [];
  let nextNumber = 0;
  for (const [key, { message, waiting, overAt, againAt }] of tables.messages.entries()) {
    const number = Number(key);
    nextNumber = number + 1;
    // A subscription that cannot be read is waited for until it is put anew, or deleted.
    const known = waiting.filter((name) => subscriptions.has(name) || tables.subscriptions.has(name));
    if (known.length < waiting.length) records.unreadable.note(`message:${key}`, new Error(NO_SUBSCRIPTION));
    backlog.add(number, known);
    if (againAt === undefined) ids.add(number, message.id, overAt);
    for (const name of known) {
      const subscription = subscriptions.get(name);
      if (subscription) passOns.push(passOn(number, subscription, againAt ?? message.publishedAt));
    }
  }
  const effects = new RecordedEffects<TopicEffect>(records, TOPIC_EFFECT_KINDS, budget, {
    pending: () => passOns,
    isPending: (effect) => isPassOn(effect) && backlog.has(effect.message, effect.subscription),
  });
  return {
    records,
    tables,
    topic: ("value" in topic ? topic.value : undefined) ?? NO_TOPIC,
    unreadable: "error" in topic ? new UnreadableError("the topic", topic.error) : undefined,
    subscriptions,
    budget,
    backlog,
    ids,
    effects,
    dead: new DeadLetters(records, DEAD_NOTIFICATION, budget),
    nextNumber,
  };
}

/** Of a message that comes now. */
export function takeNumber(memory: TopicMemory, now: number): number {
  const number = Math.max(memory.nextNumber, now * NUMBERS_PER_MS);
  memory.nextNumber = number + 1;
  return number;
}

/** When about the message of a number came. */
export function publishedAt(number: number): number {
  return Math.floor(number / NUMBERS_PER_MS);
}

export function passOn(message: number, { name, endpoint }: Subscription, since: number): PassOn {
  const kind = endpoint.kind === "queue" ? "notifyQueue" : "notifyUrl";
  return { id: `notify:${message}:${name}`, kind, since, message, subscription: name };
}

export function isPassOn(effect: TopicEffect): effect is PassOn {
  return effect.kind === "notifyQueue" || effect.kind === "notifyUrl";
}
