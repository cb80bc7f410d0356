import { given } from "../given.ts";
import type { QueueAttributes } from "./attributes.ts";
import type { TaskForQueue } from "./command.ts";
import type { NewMessage } from "./message.ts";
import { after } from "./queue.ts";

/** What nobody reports is a message like any other: its step is over as soon as it is here. */
export function taskMessage(
  attributes: QueueAttributes,
  execution: string,
  task: TaskForQueue,
  now: number,
): NewMessage {
  const { id, body, priority, delaySeconds, expiresAt, path, attempt, awaitsReport } = task;
  const { heartbeatSeconds, lostAfter, worker } = task;
  const visibleAt = hiddenUntil(Math.max(delaySeconds, attributes.delaySeconds), now);
  const message = { id, body, priority, visibleAt, ...(worker !== undefined && { worker }) };
  if (!awaitsReport) return { ...message, expiresAt: after(now, attributes.retentionSeconds) };
  return {
    ...message,
    ...(expiresAt !== undefined && { expiresAt }),
    task: { execution, path, attempt, ...given({ heartbeatSeconds, lostAfter }) },
  };
}

export function hiddenUntil(delaySeconds: number, now: number): number {
  return delaySeconds === 0 ? 0 : after(now, delaySeconds);
}
