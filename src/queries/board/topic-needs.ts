import type { Source } from "../../core/board/source.ts";
import type { Need } from "../../core/board-views.ts";
import { SUBSCRIPTION_BACKLOG_MAX } from "../../core/limits.ts";
import type { TopicDigest } from "../../core/topic/digest.ts";
import { BOARD_NEAR_LIMIT, BOARD_OLD_MESSAGE_MS } from "../../core/view-limits.ts";

/** What of a topic somebody has to look after; after `settledMs` without a telling it stands as it told. */
export function needsOfTopic({ toldAt, telling }: Source, settledMs: number, now: number): Need[] {
  if (telling.kind !== "topic" || !telling.digest) return [];
  const { name: topic, generation, digest } = telling;
  const isSettled = now - toldAt >= settledMs;
  return [
    ...ofDeadLetters(topic, generation, digest),
    ...ofBacklog(topic, generation, digest, isSettled, now),
  ];
}

/** One for each subscription, since each has an endpoint of its own. */
function ofDeadLetters(topic: string, generation: number, { dead = [] }: TopicDigest): Need[] {
  return dead.map(({ subscription, dead: count, diedAt }) => ({
    id: `deadLetters:${topic}/${subscription}:${generation}`,
    kind: "deadLetters",
    since: diedAt,
    topic,
    subscription,
    text: { code: "deadNotifications", values: { count } },
  }));
}

/** A subscription is so far behind that it will lose messages; or the oldest message is on its way for too long. */
function ofBacklog(
  topic: string,
  generation: number,
  { oldestAt, behind }: TopicDigest,
  isSettled: boolean,
  now: number,
): Need[] {
  if (!behind || oldestAt === undefined) return [];
  const { subscription, messages: count } = behind;
  const own = { kind: "messages", since: oldestAt, topic, subscription } as const;
  if (count >= BOARD_NEAR_LIMIT * SUBSCRIPTION_BACKLOG_MAX) {
    const text = { code: "backlogNearLimit", values: { count, of: SUBSCRIPTION_BACKLOG_MAX } };
    return [{ id: `backlog:${topic}:${generation}`, ...own, text }];
  }
  if (!isSettled || now - oldestAt < BOARD_OLD_MESSAGE_MS) return [];
  const text = { code: "oldBacklog", values: { count } };
  return [{ id: `oldBacklog:${topic}:${generation}`, ...own, text }];
}
