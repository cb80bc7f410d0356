import { given } from "../core/given.ts";
import { toRfc3339 } from "../core/time.ts";
import type { HandedMessage } from "../service/received.ts";
import type { WorkDone } from "../service/work.ts";

/** Messages as those are told of them who take them. */
export function toMessages(messages: readonly HandedMessage[]) {
  return messages.map(({ leaseUntil, enqueuedAt, firstDequeuedAt: _, ...message }) => ({
    ...message,
    enqueuedAt: toRfc3339(enqueuedAt),
    leaseUntil: toRfc3339(leaseUntil),
  }));
}

/** What a worker that does not know of a part never gets. */
export function toWorkAnswer({ verdicts, beats, refused, messages, stop, notices, drain }: WorkDone) {
  const news = Object.entries({ beats, refused, stop, notices }).filter(([, list]) => list.length > 0);
  return { verdicts, messages: toMessages(messages), ...Object.fromEntries(news), ...given({ drain }) };
}
