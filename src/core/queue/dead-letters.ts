import { PageBudget } from "../page-budget.ts";
import { after } from "./queue.ts";
import type { ChangeDead, QueueOutcome } from "./command.ts";
import type { KeptQueue } from "./kept-queue.ts";
import type { Death, Message } from "./message.ts";

/** A message that nobody is given any more. Times are epoch milliseconds. */
export interface DeadLetter extends Omit<Death, "at"> {
  readonly id: string;
  readonly body: string;
  readonly deliveries: number;
  readonly enqueuedAt: number;
  readonly diedAt: number;
}

/** Which of them: in the order of sending, behind the message of this number. */
export interface DeadLettersQuery {
  readonly after: number;
  readonly limit: number;
}

export interface DeadLettersPage {
  readonly items: readonly DeadLetter[];
  /** `after` of the next page. */
  readonly next?: number;
}

/** So many dead letters of a queue, or as many as one answer has room for. */
export function readDeadLetters(memory: KeptQueue, query: DeadLettersQuery): DeadLettersPage {
  const items: DeadLetter[] = [];
  const budget = new PageBudget();
  let last = query.after;
  for (const message of memory.queue.deadLetters(query.after)) {
    if (items.length >= query.limit) return { items, next: last };
    const entry = toDeadLetter(memory, message);
    if (!budget.takes({ entry, lookedAt: 0 })) return { items, next: last };
    items.push(entry);
    last = message.number;
  }
  return { items };
}

function toDeadLetter(memory: KeptQueue, message: Message): DeadLetter {
  const { sentAt, returnedAt = sentAt, deliveries, death } = message;
  // An earlier release noted neither when nor why: it knew one reason.
  const { at: diedAt, ...why } = death ?? { at: returnedAt, reason: "maxDeliveries" as const };
  const { id, body } = memory.sent(message);
  return {
    id,
    body,
    deliveries,
    enqueuedAt: sentAt,
    diedAt,
    ...why,
  };
}

/** Sends dead letters on their way again, or removes them: in one commit, and where they lie, so none is lost half-way. */
export function changeDead(memory: KeptQueue, command: ChangeDead, now: number): QueueOutcome {
  const { queue } = memory;
  const messages = chosen(memory, command).map(({ number }) => number);
  if (messages.length > 0) {
    const { type, delaySeconds = 0 } = command;
    const expiresAt = after(now, queue.attributes.retentionSeconds);
    const until = delaySeconds > 0 ? { until: after(now, delaySeconds) } : {};
    memory.emit(
      type === "purgeDead"
        ? { type: "removed", messages }
        : { type: "redriven", messages, expiresAt, ...until },
      now,
    );
  }
  return { ok: true, count: messages.length, left: queue.counts().dead };
}

/** The oldest, or those of these ids; ids that no dead letter has are passed over. */
function chosen(memory: KeptQueue, { ids, max }: ChangeDead): Message[] {
  const wanted = ids && new Set(ids);
  const most = wanted?.size ?? max;
  const found: Message[] = [];
  for (const message of memory.queue.deadLetters()) {
    if (found.length >= most) break;
    if (!wanted || wanted.has(memory.meta(message).id)) found.push(message);
  }
  return found;
}
