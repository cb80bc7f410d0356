import { finding, forgottenPause, nearLimit, stuckEffects } from "../inspection.ts";
import type { Finding, Inspection } from "../inspection-views.ts";
import { WORKERS_AWAITED_MS } from "../inspection-limits.ts";
import { QUEUE_MESSAGES_MAX } from "../limits.ts";
import { overdue } from "../durable/effects.ts";
import { QUEUE_EFFECT_KINDS, type OwnEffect } from "./command.ts";
import type { Queue } from "./queue.ts";

/** What a queue finds of itself; `undone` are its effects. */
export function inspectQueue(queue: Queue, undone: readonly OwnEffect[], now: number): Inspection {
  const { generation, exists, attributes } = queue;
  const isTelling = undone.some(({ kind }) => kind === "registerQueue" || kind === "unregisterQueue");
  const stuck = overdue(undone, ({ kind }) => QUEUE_EFFECT_KINDS[kind].bound, now);
  const own = exists ? findingsOf(queue, now) : [];
  return {
    findings: [...stuckEffects([...stuck]), ...own],
    isOpen: exists && (queue.size > 0 || undone.length > 0 || attributes.paused !== undefined),
    ...(!isTelling && { registration: { generation, exists } }),
  };
}

function findingsOf(queue: Queue, now: number): Finding[] {
  const { dead } = queue.counts();
  const { size, attributes } = queue;
  return [
    ...forgottenPause(attributes.paused, "nobody gets its messages", now),
    ...nearLimit("messages", size, QUEUE_MESSAGES_MAX, now),
    ...(dead > 0 ? [finding("deadLetters", diedFirst(queue) ?? now, `dead letters: ${dead}`)] : []),
    ...withoutWorkers(queue, now),
  ];
}

function withoutWorkers(queue: Queue, now: number): Finding[] {
  const [first] = queue.peek(1);
  const since = first && queue.unaskedSince(first);
  if (since === undefined || since > now - WORKERS_AWAITED_MS) return [];
  const { ready } = queue.counts();
  return [finding("noWorkers", since, `messages that wait: ${ready}; no worker asks for them`)];
}

function diedFirst(queue: Queue): number | undefined {
  for (const { death, returnedAt, sentAt } of queue.deadLetters()) return death?.at ?? returnedAt ?? sentAt;
  return undefined;
}
