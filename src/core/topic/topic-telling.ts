import { given } from "../given.ts";
import type { TopicDigest } from "./digest.ts";
import { type TopicMemory, publishedAt } from "./topic-memory.ts";

/** What the board is told of a topic that exists. */
export function topicDigest({ topic, backlog, subscriptions, dead }: TopicMemory): TopicDigest {
  const { createdAt, updatedAt } = topic;
  const { oldest } = backlog;
  const letters = Array.from(dead.counts(), ({ group: subscription, ...counts }) => ({
    subscription,
    ...counts,
  }));
  return {
    createdAt,
    updatedAt,
    messages: backlog.size,
    subscriptions: subscriptions.size,
    ...given({
      oldestAt: oldest === undefined ? undefined : publishedAt(oldest),
      behind: backlog.slowest(),
      dead: letters.length === 0 ? undefined : letters,
    }),
  };
}

/** Another one as soon as there is something to tell. */
export function seenOf({ topic, backlog, subscriptions, dead }: TopicMemory): string {
  const { generation, exists, updatedAt } = topic;
  const seen = [generation, exists, updatedAt, backlog.size, backlog.oldest, subscriptions.size, dead.stand];
  return JSON.stringify(seen);
}
