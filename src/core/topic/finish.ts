import { assert } from "../result.ts";
import { sortable } from "../text.ts";
import type { Loss } from "./dead-notification.ts";
import type { TopicMemory } from "./topic-memory.ts";
import type { PublishedMessage } from "./topic.ts";

/**
 * A subscription has got a message, or nobody asks for that any more; with a loss it will not get it, and the message becomes
 * a dead letter of it.
 */
export function finish(
  memory: TopicMemory,
  number: number,
  subscription: string,
  now: number,
  loss?: Loss,
): void {
  const { backlog, tables, dead } = memory;
  if (!backlog.has(number, subscription)) return;
  backlog.remove(number, subscription);
  const key = sortable(number);
  const stored = tables.messages.get(key);
  assert(stored, "what waits in the backlog is stored");
  const { message, againAt } = stored;
  if (loss) dead.add(subscription, { message, ...loss, diedAt: now }, now);
  const waiting = backlog.waiting(number);
  if (waiting.length > 0) tables.messages.put(key, { ...stored, waiting });
  // Its id is remembered with the row of the first time.
  else if (againAt !== undefined) tables.messages.delete(key);
  else remember(memory, number, message, now);
}

function remember({ ids }: TopicMemory, number: number, message: PublishedMessage, now: number): void {
  ids.end(number, message, now);
  ids.forget(now);
}
