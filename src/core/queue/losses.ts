import { given } from "../given.ts";
import { LOSSES_UNANSWERED, LOST_AFTER_DEFAULT } from "../limits.ts";
import { SECOND_MS, toRfc3339 } from "../time.ts";
import type { QueueAttributes } from "./attributes.ts";
import type { Loss, Message } from "./message.ts";
import type { Taker } from "./pollers.ts";

/** A worker that lost a message, or with -1 had it after all. */
export interface WorkerLoss extends Taker {
  readonly at: number;
  readonly by: 1 | -1;
}

/**
 * A lease of a session that ran out is a loss: its process is gone. A first lease that was never answered is none, since
 * the message may never have arrived; but several of them in a row are one. What is counted goes to `counted`, too.
 */
export function leaseRanOut(message: Message, counted: WorkerLoss[]): void {
  const { holder, visibleAt } = message;
  if (holder?.session === undefined) return;
  if (holder.answered) {
    addLoss(message, visibleAt, counted);
    return;
  }
  message.unanswered = (message.unanswered ?? 0) + 1;
  if (message.unanswered >= LOSSES_UNANSWERED) addLoss(message, visibleAt, counted);
}

export function addLoss(message: Message, at: number, counted: WorkerLoss[]): void {
  const worker = message.holder?.worker;
  message.losses = [...(message.losses ?? []), { at, ...(worker !== undefined && { worker }) }];
  message.unanswered = 0;
  note(message, { at, by: 1 }, counted);
}

/** The holder was only late: what its lease was counted as is taken back. */
export function notLost(message: Message, at: number, counted: WorkerLoss[]): void {
  const { losses = [], returnedAt } = message;
  message.unanswered = 0;
  if (losses.at(-1)?.at !== returnedAt) return;
  message.losses = losses.slice(0, -1);
  note(message, { at, by: -1 }, counted);
}

function note({ holder }: Message, loss: Pick<WorkerLoss, "at" | "by">, counted: WorkerLoss[]): void {
  if (!holder) return;
  const { session, worker, key } = holder;
  counted.push({ ...loss, ...given({ session, worker, key }) });
}

/** After so many losses a task is not run again. */
export function lostAfter(message: Message, attributes: QueueAttributes): number {
  return message.lostAfter ?? attributes.lostAfter ?? LOST_AFTER_DEFAULT;
}

/** Why a task that came back is not given to anybody again; undefined when it is. */
export function whyLost(message: Message, attributes: QueueAttributes): string | undefined {
  const { isTask, losses = [], deliveries } = message;
  if (!isTask) return undefined;
  if (losses.length >= lostAfter(message, attributes)) return `lost ${times(losses.length)}: ${told(losses)}`;
  const { maxDeliveries = Number.POSITIVE_INFINITY } = attributes;
  if (deliveries < maxDeliveries) return undefined;
  return `delivered ${times(deliveries)} without a report, as often as the queue allows`;
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

function told(losses: readonly Loss[]): string {
  return losses.map(({ at, worker = "a worker" }) => `${worker} at ${toRfc3339(at)}`).join(", ");
}

/** When the first loss must be noticed even if nobody comes; undefined when none must. */
export function firstLossAt(held: Iterable<Message>, attributes: QueueAttributes): number | undefined {
  let first: number | undefined;
  for (const message of held) {
    const at = lostAt(message, attributes);
    if (at !== undefined && at < (first ?? Number.POSITIVE_INFINITY)) first = at;
  }
  return first;
}

/** When a loss of a message's worker must be noticed even if nobody comes; undefined when it only comes back to the line. */
function lostAt(message: Message, attributes: QueueAttributes): number | undefined {
  const { isTask, leased, session, losses = [], visibleAt } = message;
  if (!leased || session === undefined) return undefined;
  if (attributes.notifyLost) return visibleAt;
  if (!isTask) return undefined;
  return losses.length + 1 >= lostAfter(message, attributes) ? visibleAt : undefined;
}

/** Whole minutes: a lease that is made longer every few seconds moves the alarm no more often. */
export function roundedUp(at: number): number {
  return Math.ceil(at / (60 * SECOND_MS)) * 60 * SECOND_MS;
}
