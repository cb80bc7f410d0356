import type { QueueView, Whereabouts } from "../core/objects.ts";
import type { MessageTask } from "../core/queue/message.ts";
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

/** Where a task's message is; a dead letter is with nobody any more. */
export function whereabouts(queue: Queue, task: MessageTask): Whereabouts {
  const message = queue.taskMessage(task);
  if (!message || message.dead || message.withdrawn) return { is: "gone" };
  const { leased, holder, visibleAt, sentAt } = message;
  return leased && holder
    ? { is: "held", until: visibleAt, ...holder }
    : { is: "lying", since: Math.max(sentAt, visibleAt) };
}

/** Messages lie in the order of sending, so the first that can be received is the oldest. */
function oldest({ messages }: Queue): number | undefined {
  for (const { visibleAt, dead, sentAt } of messages.values()) if (visibleAt === 0 && !dead) return sentAt;
  return undefined;
}
