import { DEAD_LETTER_RETENTION_SECONDS } from "../limits.ts";
import { SECOND_MS } from "../time.ts";
import type {
  BeatTask,
  ChangeLeases,
  LeaseVerdict,
  QueueOutcome,
  ReceiptVerdict,
  ReleaseEntry,
} from "./command.ts";
import type { KeptQueue } from "./kept-queue.ts";
import { detailBytes } from "./message-columns.ts";
import { type Message, parseReceipt, receiptOf } from "./message.ts";
import { after } from "./queue.ts";
import { leaseOver, leasedAgain, messageGone, noReceipt, taskOver, tasksAreNotBuried } from "./refusals.ts";
import type { Rejection } from "../result.ts";

/** What can be done with a receipt: each is decided by itself, and none costs another. */

const OK = { ok: true } as const;

/** Deletes a message as long as nobody else got it, even when the lease has run out; unless that is not wanted. */
export function removeMessage(
  memory: KeptQueue,
  receipt: string,
  onlyHeld: boolean,
  now: number,
): ReceiptVerdict {
  const found = find(memory, receipt);
  if ("ok" in found) return found;
  if (onlyHeld && found.visibleAt === 0) return leaseOver();
  memory.emit({ type: "removed", messages: [found.number] }, now);
  return OK;
}

/** As `removeMessage`, whoever has the message: what it asked for is done. */
export function removeDone(memory: KeptQueue, receipt: string, now: number): void {
  const parsed = parseReceipt(receipt);
  const message = parsed && memory.queue.message(parsed.number);
  if (!message || parsed.generation !== memory.queue.generation) return;
  memory.emit({ type: "removed", messages: [message.number] }, now);
}

export function changeLease(
  memory: KeptQueue,
  { type, leaseSeconds, renew = false }: ChangeLeases,
  receipt: string,
  now: number,
): ReceiptVerdict {
  if (type === "release") return release(memory, { receipt }, now);
  const found = held(memory, receipt);
  if ("ok" in found) return found;
  if (found.withdrawn) return taskOver();
  const until = after(now, leaseSeconds ?? memory.queue.attributes.leaseSeconds);
  const fact = { type: "extended", messages: [found.number], until } as const;
  memory.emit(renew ? { ...fact, renewed: true } : fact, now);
  if (!renew) return { ok: true, leaseUntil: until };
  const { generation } = memory.queue;
  return { ok: true, leaseUntil: until, receipt: receiptOf(generation, found) };
}

/** Gives a message back; with `lost` its holder is gone. */
export function release(
  memory: KeptQueue,
  { receipt, delaySeconds = 0, lost = false }: ReleaseEntry,
  now: number,
): ReceiptVerdict {
  const found = held(memory, receipt);
  if ("ok" in found) return found;
  const until = delaySeconds > 0 ? { until: after(now, delaySeconds) } : {};
  memory.emit({ type: "released", messages: [found.number], ...until, ...(lost && { lost }) }, now);
  return OK;
}

/** A sign of life: the lease begins anew, and one that ran out is taken back if nobody else has the message. */
export function beat(
  memory: KeptQueue,
  receipt: string,
  leaseSeconds: number | undefined,
  now: number,
): LeaseVerdict {
  const found = find(memory, receipt);
  if ("ok" in found) return found;
  if (found.withdrawn) return taskOver();
  if (found.dead || found.deliveries === 0) return messageGone();
  const seconds = lengthen(memory, found, leaseSeconds, now);
  const { task } = found.isTask ? memory.meta(found) : {};
  return { ok: true, leaseSeconds: seconds, ...(task && { task }) };
}

/** The same for whoever has the task's token, which stands for the receipt of whoever took the message last. */
export function beatTask(memory: KeptQueue, { task, leaseSeconds }: BeatTask, now: number): QueueOutcome {
  const found = memory.queue.taskMessage(task);
  // Without a holder it lies there because it was never taken, or was given back.
  if (!found || found.withdrawn || found.dead || !found.holder) return OK;
  return { ok: true, leaseSeconds: lengthen(memory, found, leaseSeconds, now) };
}

function lengthen(
  memory: KeptQueue,
  message: Message,
  leaseSeconds: number | undefined,
  now: number,
): number {
  const seconds = leaseSeconds ?? message.holder?.leaseSeconds ?? memory.queue.attributes.leaseSeconds;
  const until = now + seconds * SECOND_MS;
  memory.emit({ type: message.leased ? "extended" : "retaken", messages: [message.number], until }, now);
  return seconds;
}

/** Makes a dead letter of a message that is no task. */
export function bury(memory: KeptQueue, receipt: string, reason: string, now: number): ReceiptVerdict {
  const found = held(memory, receipt);
  if ("ok" in found) return found;
  if (found.isTask) return tasksAreNotBuried();
  const full = memory.refusal(detailBytes(reason), "remove dead letters first");
  if (full) return full;
  const expiresAt = after(now, DEAD_LETTER_RETENTION_SECONDS);
  memory.emit({ type: "buried", messages: [found.number], reason, expiresAt }, now);
  return OK;
}

/** The message of a receipt, if whoever has the receipt may still do something with it. */
function find({ queue }: KeptQueue, receipt: string): Message | Rejection {
  const parsed = parseReceipt(receipt);
  if (!parsed) return noReceipt();
  const message = parsed.generation === queue.generation ? queue.message(parsed.number) : undefined;
  if (!message || parsed.lease > message.lease) return messageGone();
  return parsed.lease < message.lease ? leasedAgain() : message;
}

function held(memory: KeptQueue, receipt: string): Message | Rejection {
  const found = find(memory, receipt);
  return !("ok" in found) && found.visibleAt === 0 ? leaseOver() : found;
}
