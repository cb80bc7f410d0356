import type { MessageContent } from "../message-properties.ts";
import { SECOND_MS } from "../time.ts";

/** Which task attempt a message carries, and in which execution; such a message lives as long as its attempt. */
export interface MessageTask {
  /** Name of the execution's object. */
  readonly execution: string;
  readonly path: string;
  readonly attempt: number;
  /** The attempt is over when nobody gives a sign of life for so long. */
  readonly heartbeatSeconds?: number;
  /** The attempt fails after so many losses of workers that had it. */
  readonly lostAfter?: number;
}

/** A message to be stored. */
export interface NewMessage extends MessageContent {
  readonly id: string;
  readonly priority: number;
  /** Hidden until then; 0 when it can be received at once. */
  readonly visibleAt: number;
  /** Removed then, whatever its state, but for a task's message that is leased: it is withdrawn. Absent: never. */
  readonly expiresAt?: number;
  readonly task?: MessageTask;
  /** Only a worker of this name gets it. */
  readonly worker?: string;
}

/** What a chunk says of each of its messages. */
export type MessageMeta = Omit<NewMessage, keyof MessageContent>;

/** What memory holds of a message; its id, its task and its content lie in its chunk. */
export interface Message {
  /** Number within the queue, in the order of sending. */
  readonly number: number;
  /** Slot of its chunk. */
  readonly chunk: number;
  readonly position: number;
  readonly priority: number;
  readonly sentAt: number;
  /** Of the dead, and of those that were, another time than they were sent with. */
  expiresAt: number | undefined;
  readonly worker: string | undefined;
  readonly isTask: boolean;
  /** Of its task. */
  readonly lostAfter: number | undefined;
  /** Hidden until then, by a delay or a lease. */
  visibleAt: number;
  /** Counts leases; part of the receipt, so that an old receipt does not fit a later lease. */
  lease: number;
  leased: boolean;
  deliveries: number;
  firstDeliveredAt: number;
  /** Sessions that had it and were lost, the last ones. */
  losses: readonly Loss[] | undefined;
  /** First leases in a row that nobody answered. */
  unanswered: number | undefined;
  /** When it came back from a delay or a lease, if it ever did. */
  returnedAt: number | undefined;
  /** Who has the lease, or had it last, and since when; undefined once it was given back. */
  holder: Holder | undefined;
  /** Of the holder. */
  readonly session: string | undefined;
  /**
   * Its task is over while a worker holds it: it is never delivered again, its body is not read any more, and it is
   * gone with its lease or when the worker deletes it, whichever comes first.
   */
  withdrawn: boolean;
  dead: boolean;
  /** Of a dead one, or of one that was; absent of the dead: it died in an earlier release, of too many deliveries. */
  death: Death | undefined;
  /** Its session knows that its task is over: once is enough. */
  told: boolean;
  /** Its holder gave a sign of life. */
  markAnswered(): void;
}

/** What may change of a message after it was sent, as its chunk's state tells. */
export type MessageState = Pick<
  Message,
  "visibleAt" | "lease" | "leased" | "deliveries" | "firstDeliveredAt" | "withdrawn" | "dead"
> & {
  readonly holder?: Holder;
  readonly returnedAt?: number;
  readonly death?: Death;
  readonly losses?: readonly Loss[];
  readonly unanswered?: number;
  readonly expiresAt?: number;
};

export interface Holder {
  readonly since: number;
  readonly worker?: string;
  readonly session?: string;
  readonly key?: string;
  /** What the lease is made when nothing else is asked for. */
  readonly leaseSeconds?: number;
  /** It gave a sign of life since it has the message. */
  readonly answered?: boolean;
}

/** A worker that had a message and was lost. */
export interface Loss {
  readonly at: number;
  readonly worker?: string;
}

/** Why a message is a dead letter. */
export interface Death {
  readonly at: number;
  readonly reason: "maxDeliveries" | "buried";
  readonly detail?: string;
  /** Who had it last, where that is known. */
  readonly worker?: string;
}

/** A message as a worker receives it. Times are epoch milliseconds. */
export interface ReceivedMessage extends MessageContent {
  readonly id: string;
  readonly receipt: string;
  readonly dequeueCount: number;
  readonly enqueuedAt: number;
  /** 0 when nobody received it yet. */
  readonly firstDequeuedAt: number;
  readonly leaseUntil: number;
  readonly leaseSeconds: number;
  readonly priority: number;
  readonly task?: ReceivedTask;
}

/** The task that a message carries, as its worker is told of it. */
export interface ReceivedTask extends Omit<MessageTask, "lostAfter"> {
  /** What is left of the attempt's time. */
  readonly remainingSeconds?: number;
  /** It must not begin twice: its worker has a sign of life accepted before it begins. */
  readonly confirm?: true;
}

/** A message as somebody sees it who does not take it. */
export type PeekedMessage = Omit<ReceivedMessage, "receipt" | "leaseUntil" | "leaseSeconds" | "task">;

export function toPeeked(message: Message, { id, body, properties }: NewMessage): PeekedMessage {
  return {
    id,
    body,
    ...(properties && { properties }),
    dequeueCount: message.deliveries,
    enqueuedAt: message.sentAt,
    firstDequeuedAt: message.firstDeliveredAt,
    priority: message.priority,
  };
}

/** `lostAfter` is the queue's when the task has none. */
export function receivedTask(
  { task, expiresAt }: NewMessage,
  lostAfter: number,
  now: number,
): { task?: ReceivedTask } {
  if (!task) return {};
  const { lostAfter: _, ...told } = task;
  return {
    task: {
      ...told,
      ...(lostAfter === 1 && { confirm: true }),
      ...(expiresAt !== undefined && { remainingSeconds: Math.ceil((expiresAt - now) / SECOND_MS) }),
    },
  };
}

export function isReady({ visibleAt, dead }: Message): boolean {
  return visibleAt === 0 && !dead;
}

/** Ids of tasks' messages are made from their tasks; these are told apart from them by their form. */
export function messageId(generation: number, number: number): string {
  return `m-${generation.toString(36)}-${number.toString(36)}`;
}

/** Of letters, digits, `-` and `_` only: MNS clients put receipts into addresses as they are. */
export function formatReceipt(generation: number, number: number, lease: number, work?: ReceiptWork): string {
  const parts = [generation, number, lease, ...(work ? [work.deliveries, work.losses, work.takenAt] : [])];
  return parts.map((part) => part.toString(36)).join("-");
}

/** The receipt of whoever has a message. A session's tells of its task's work, too: its report brings that back. */
export function receiptOf(generation: number, message: Message): string {
  const { number, lease, deliveries, isTask, session } = message;
  if (!isTask || session === undefined) return formatReceipt(generation, number, lease);
  const { holder, losses = [] } = message;
  return formatReceipt(generation, number, lease, {
    deliveries,
    losses: losses.length,
    takenAt: holder?.since ?? 0,
  });
}

export interface Receipt {
  readonly generation: number;
  readonly number: number;
  readonly lease: number;
  readonly work?: ReceiptWork;
}

/** What a receipt tells of a task besides. */
export interface ReceiptWork {
  readonly deliveries: number;
  readonly losses: number;
  readonly takenAt: number;
}

const RECEIPT = /^[0-9a-z]{1,10}(?:-[0-9a-z]{1,10}){2}(?:(?:-[0-9a-z]{1,10}){3})?$/;

export function parseReceipt(text: string): Receipt | undefined {
  if (!RECEIPT.test(text)) return undefined;
  const [generation = 0, number = 0, lease = 0, ...rest] = text
    .split("-")
    .map((part) => Number.parseInt(part, 36));
  const [deliveries, losses = 0, takenAt = 0] = rest;
  return {
    generation,
    number,
    lease,
    ...(deliveries !== undefined && { work: { deliveries, losses, takenAt } }),
  };
}
