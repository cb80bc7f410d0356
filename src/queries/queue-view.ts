import type { QueueView } from "../core/objects.ts";
import type { Queue } from "../core/queue/queue.ts";

export function readQueue(queue: Queue, waitingPolls: number): QueueView | undefined {
  if (!queue.exists) return undefined;
  const { ready, delayed, leased, dead } = queue.counts();
  const oldestAt = oldest(queue);
  return {
    attributes: queue.attributes,
    createdAt: queue.createdAt,
    updatedAt: queue.changedAt,
    depth: { ready, delayed, inFlight: leased, deadLetters: dead },
    ...(oldestAt !== undefined && { oldestAt }),
    waitingPolls,
  };
}

/** Messages lie in the order of sending, so the first that can be received is the oldest. */
function oldest({ messages }: Queue): number | undefined {
  for (const { visibleAt, dead, sentAt } of messages.values()) if (visibleAt === 0 && !dead) return sentAt;
  return undefined;
}
