import type { BoardMachine } from "../../core/board/board-machine.ts";
import type { BoardDeadLetters, DeadOfSubscription } from "../../core/board-views.ts";
import { DEAD_LETTER_PLACES_LISTED } from "../../core/dead-letter-limits.ts";
import type { TopicTelling } from "../../core/topic/digest.ts";

/** Where dead letters lie, as it was told last. */
export function readDeadLetters(machine: BoardMachine): BoardDeadLetters {
  const { queues, subscriptions, notices } = sumDeadLetters(machine);
  return {
    ...machine.stand,
    queues: queues.slice(0, DEAD_LETTER_PLACES_LISTED),
    subscriptions: subscriptions.slice(0, DEAD_LETTER_PLACES_LISTED),
    notices,
    more: Math.max(queues.length, subscriptions.length) > DEAD_LETTER_PLACES_LISTED,
  };
}

/** All of them. */
export function sumDeadLetters(machine: BoardMachine) {
  const queues = Array.from(machine.tellings("queue"), ({ name, digest }) => ({
    name,
    dead: digest?.depth.deadLetters ?? 0,
  }));
  const shards = Array.from(machine.tellings("shard"), ({ digest }) => digest?.deadNotices?.dead ?? 0);
  return {
    queues: mostFirst(queues),
    subscriptions: mostFirst(Array.from(machine.tellings("topic")).flatMap(ofTopic)),
    notices: shards.reduce((sum, dead) => sum + dead, 0),
  };
}

function ofTopic({ name: topic, digest }: TopicTelling): DeadOfSubscription[] {
  return (digest?.dead ?? []).map(({ subscription, dead }) => ({ topic, subscription, dead }));
}

function mostFirst<T extends { readonly dead: number }>(places: readonly T[]): T[] {
  return places.filter(({ dead }) => dead > 0).toSorted((a, b) => b.dead - a.dead);
}
