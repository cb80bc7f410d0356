import { given } from "../core/given.ts";
import { WORKERLESS_AFTER_MS } from "../core/limits.ts";
import type { QueueView, Whereabouts } from "../core/queue/queue-views.ts";
import type { MessageTask } from "../core/queue/message.ts";
import type { Queue } from "../core/queue/queue.ts";

export function readQueue(queue: Queue, waitingPolls: number): QueueView | undefined {
  if (!queue.exists) return undefined;
  const { ready, readyForNamed, delayed, leased, dead } = queue.counts();
  const oldestAt = queue.oldestReadyAt();
  const { paused, ...attributes } = queue.attributes;
  return {
    attributes,
    ...given({ paused }),
    createdAt: queue.createdAt,
    updatedAt: queue.changedAt,
    depth: { ready, readyForNamed, delayed, inFlight: leased, deadLetters: dead },
    ...(oldestAt !== undefined && { oldestAt }),
    waitingPolls,
  };
}

/** Where a task's message is, as its queue knows. */
export function whereabouts(
  queue: Queue,
  task: MessageTask,
  now: number,
  lastSeenAt: (worker: string) => number | undefined = () => undefined,
): Whereabouts {
  if (!queue.exists) return { is: "nowhere" };
  const message = queue.taskMessage(task);
  if (!message || message.withdrawn) return { is: "gone", queueCreatedAt: queue.createdAt };
  const { leased, holder, visibleAt, sentAt, dead } = message;
  if (dead) return { is: "dead" };
  if (leased && holder) {
    const { since, worker } = holder;
    return { is: "held", until: visibleAt, since, ...(worker !== undefined && { worker }) };
  }
  if (visibleAt > 0) return { is: "delayed", since: sentAt, until: visibleAt };
  const held = queue.attributes.paused ? { queuePaused: true as const } : {};
  if (message.worker !== undefined) {
    const { worker } = message;
    return { is: "lying", since: sentAt, worker, ...given({ lastSeenAt: lastSeenAt(worker) }), ...held };
  }
  const unaskedSince = queue.unaskedSince(message);
  const isUnasked = unaskedSince !== undefined && now - unaskedSince >= WORKERLESS_AFTER_MS;
  return { is: "lying", since: sentAt, ...(isUnasked && { unaskedSince }), ...held };
}
