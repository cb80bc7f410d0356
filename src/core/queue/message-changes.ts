import { SECOND_MS } from "../time.ts";
import type { MessageFact } from "./fact.ts";
import { type WorkerLoss, addLoss, leaseRanOut, notLost } from "./losses.ts";
import type { Message } from "./message.ts";

/** Facts after which a message is still there, and needs nothing but a change of its own. */
export type MessageChange = Exclude<MessageFact, { readonly type: "removed" | "taskLost" | "withdrawn" }>;

/** What a fact makes of a message; counting it anew is its queue's affair. Losses that come of it go to `losses`, too. */
export function changeMessage(message: Message, fact: MessageChange, at: number, losses: WorkerLoss[]): void {
  switch (fact.type) {
    case "leased":
      lease(message, fact, at, losses);
      return;
    case "extended":
      message.visibleAt = fact.until;
      if (fact.renewed) message.lease++;
      markAnswered(message);
      return;
    case "retaken":
      if (!message.leased) notLost(message, at, losses);
      Object.assign(message, { leased: true, visibleAt: fact.until });
      markAnswered(message);
      return;
    case "released":
      if (fact.lost) addLoss(message, at, losses);
      else message.unanswered = 0;
      Object.assign(message, { leased: false, visibleAt: fact.until ?? 0, lease: message.lease + 1 });
      message.returnedAt = at;
      delete message.holder;
      return;
    case "died":
      message.dead = true;
      message.death = { at, reason: "maxDeliveries" };
      return;
    case "buried":
      Object.assign(message, { dead: true, leased: false, visibleAt: 0, lease: message.lease + 1 });
      message.death = { at, reason: "buried", detail: fact.reason };
  }
}

function lease(
  message: Message,
  fact: Extract<MessageFact, { type: "leased" }>,
  at: number,
  losses: WorkerLoss[],
): void {
  const { type: _, messages: __, until, ...holder } = fact;
  // After a restart nobody has noticed yet that the lease before ran out.
  if (message.leased) {
    leaseRanOut(message, losses);
    message.returnedAt = message.visibleAt;
  }
  message.leased = true;
  message.lease++;
  message.deliveries++;
  if (message.firstDeliveredAt === 0) message.firstDeliveredAt = at;
  message.visibleAt = until;
  message.holder = { leaseSeconds: Math.round((until - at) / SECOND_MS), ...holder, since: at };
}

function markAnswered(message: Message): void {
  if (message.holder) message.holder.answered = true;
  message.unanswered = 0;
}
