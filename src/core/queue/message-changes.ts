import { SECOND_MS } from "../time.ts";
import type { MessageFact } from "./fact.ts";
import { type WorkerLoss, addLoss, leaseRanOut, notLost } from "./losses.ts";
import type { Death, Message } from "./message.ts";

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
      message.markAnswered();
      message.unanswered = 0;
      return;
    case "retaken":
      if (!message.leased) notLost(message, at, losses);
      Object.assign(message, { leased: true, visibleAt: fact.until });
      message.markAnswered();
      message.unanswered = 0;
      return;
    case "released":
      if (fact.lost) addLoss(message, at, losses);
      else message.unanswered = 0;
      Object.assign(message, { leased: false, visibleAt: fact.until ?? 0, lease: message.lease + 1 });
      message.returnedAt = at;
      message.holder = undefined;
      return;
    case "died":
      die(message, { at, reason: "maxDeliveries" }, fact.expiresAt);
      return;
    case "buried":
      message.lease++;
      die(message, { at, reason: "buried", detail: fact.reason }, fact.expiresAt);
      return;
    case "redriven":
      redrive(message, fact, at);
  }
}

/** After a restart nobody has noticed yet that its lease ran out. */
function die(message: Message, death: Death, expiresAt = message.expiresAt): void {
  const worker = message.holder?.worker ?? message.losses?.at(-1)?.worker;
  Object.assign(message, { dead: true, leased: false, visibleAt: 0 });
  message.death = { ...death, ...(worker !== undefined && { worker }) };
  if (expiresAt !== undefined) message.expiresAt = expiresAt;
}

/** Its death is remembered: so its chunk's state tells that it expires at another time than it was to when it was sent. */
function redrive(message: Message, fact: Extract<MessageFact, { type: "redriven" }>, at: number): void {
  Object.assign(message, { dead: false, visibleAt: fact.until ?? 0, lease: message.lease + 1 });
  Object.assign(message, {
    deliveries: 0,
    firstDeliveredAt: 0,
    returnedAt: at,
    unanswered: 0,
    losses: undefined,
  });
  if (!message.isTask) message.expiresAt = fact.expiresAt;
  message.holder = undefined;
}

function lease(
  message: Message,
  fact: Extract<MessageFact, { type: "leased" }>,
  at: number,
  losses: WorkerLoss[],
): void {
  const { type: _, messages: __, until, ...holder } = fact;
  if (message.leased) comeBack(message, losses);
  message.leased = true;
  message.lease++;
  message.deliveries++;
  if (message.firstDeliveredAt === 0) message.firstDeliveredAt = at;
  message.visibleAt = until;
  message.holder = { leaseSeconds: Math.round((until - at) / SECOND_MS), ...holder, since: at };
}

/** After a restart nobody has noticed yet that the lease before ran out. */
function comeBack(message: Message, losses: WorkerLoss[]): void {
  leaseRanOut(message, losses);
  message.returnedAt = message.visibleAt;
}
