import type { DeadPage, DeadQuery } from "../durable/dead-letters.ts";
import { SUBSCRIPTION_BACKLOG_MAX } from "../limits.ts";
import { type Rejection, reject } from "../result.ts";
import { sortable } from "../text.ts";
import { backlogBytes } from "./backlog.ts";
import type { ChangeDeadNotifications, TopicOutcome } from "./command.ts";
import type { DeadNotification } from "./dead-notification.ts";
import { type TopicMemory, passOn, takeNumber } from "./topic-memory.ts";
import type { Subscription } from "./topic.ts";

/** Of a subscription, in the order in which they died; undefined when there is no such subscription. */
export function readDead(
  { subscriptions, tables, dead }: TopicMemory,
  subscription: string,
  query: DeadQuery,
): DeadPage<DeadNotification> | undefined {
  const isThere = subscriptions.has(subscription) || tables.subscriptions.has(subscription);
  return isThere ? dead.page(subscription, query) : undefined;
}

/** Sends dead letters of a subscription on their way again, or removes them. */
export function changeDead(memory: TopicMemory, command: ChangeDeadNotifications, now: number): TopicOutcome {
  const { subscriptions, dead } = memory;
  const subscription = subscriptions.get(command.subscription);
  if (!subscription)
    return reject("SubscriptionNotExist", `the topic has no subscription "${command.subscription}"`);
  const numbers = dead.chosen(subscription.name, command);
  let count = 0;
  for (const number of numbers) {
    if (command.type === "redriveDead") {
      if (!hasRoom(memory, subscription)) return count > 0 ? done(memory, subscription, count) : full();
      if (!redrive(memory, subscription, number, now)) continue;
    }
    dead.remove(subscription.name, number);
    count++;
  }
  return done(memory, subscription, count);
}

function done({ dead }: TopicMemory, { name }: Subscription, count: number): TopicOutcome {
  return { ok: true, count, left: dead.count(name) };
}

function hasRoom({ backlog, budget }: TopicMemory, { name }: Subscription): boolean {
  return backlog.count(name) < SUBSCRIPTION_BACKLOG_MAX && budget.room >= backlogBytes([name]);
}

function full(): Rejection {
  const what = "so much is on its way to this subscription that there is no room for more";
  return reject("MemoryFull", `${what}: try again when it has taken some`);
}

/**
 * As if it was published now, for this subscription alone and with the id that it had: whoever got it after all knows it.
 * It is written at once, so that no more than one is in memory. False: it cannot be read.
 */
function redrive(memory: TopicMemory, subscription: Subscription, number: number, now: number): boolean {
  const { backlog, tables, dead, effects } = memory;
  const { name } = subscription;
  const letter = dead.read(name, number);
  if (!letter) return false;
  const message = takeNumber(memory, now);
  tables.messages.put(sortable(message), { message: letter.message, waiting: [name], againAt: now });
  tables.messages.save();
  backlog.add(message, [name]);
  effects.add(passOn(message, subscription, now));
  return true;
}
