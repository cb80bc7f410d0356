import type { Budget } from "../durable/budget.ts";

/** Of a message: its set of subscriptions, and its id. */
const MESSAGE_BYTES = 400;
/** Of one that still has to go to one of them: its places in two sets, the effect, and what the host knows of that. */
const NOTIFICATION_BYTES = 450;

/** What it takes to remember where a message still has to go. */
export function backlogBytes(subscriptions: readonly string[]): number {
  return subscriptions.reduce((sum, name) => sum + notificationBytes(name), MESSAGE_BYTES);
}

function notificationBytes(subscription: string): number {
  return NOTIFICATION_BYTES + subscription.length;
}

/** Which messages still have to go to which subscriptions. In memory; the cells of messages say the same. */
export class Backlog {
  private readonly budget: Budget;
  private readonly ofMessage = new Map<number, Set<string>>();
  /** Messages in the order of publishing. */
  private readonly ofSubscription = new Map<string, Set<number>>();

  constructor(budget: Budget) {
    this.budget = budget;
  }

  /** Messages that are on their way. */
  get size(): number {
    return this.ofMessage.size;
  }

  add(message: number, subscriptions: readonly string[]): void {
    if (subscriptions.length === 0) return;
    this.budget.charge(backlogBytes(subscriptions));
    this.ofMessage.set(message, new Set(subscriptions));
    for (const subscription of subscriptions) {
      const own = this.ofSubscription.get(subscription);
      if (own) own.add(message);
      else this.ofSubscription.set(subscription, new Set([message]));
    }
  }

  has(message: number, subscription: string): boolean {
    return this.ofMessage.get(message)?.has(subscription) ?? false;
  }

  /** The subscriptions that a message still has to go to. */
  waiting(message: number): string[] {
    return [...(this.ofMessage.get(message) ?? [])];
  }

  messages(subscription: string): number[] {
    return [...(this.ofSubscription.get(subscription) ?? [])];
  }

  /** The first of all messages. */
  get oldest(): number | undefined {
    for (const message of this.ofMessage.keys()) return message;
    return undefined;
  }

  /** The subscription that has most messages to come. */
  slowest(): { readonly subscription: string; readonly messages: number } | undefined {
    const [first, ...others] = Array.from(this.ofSubscription, ([subscription, { size }]) => ({
      subscription,
      messages: size,
    }));
    return others.reduce((a, b) => (b.messages > (a?.messages ?? 0) ? b : a), first);
  }

  count(subscription: string): number {
    return this.ofSubscription.get(subscription)?.size ?? 0;
  }

  /** The oldest message of a subscription that has at least so many. */
  oldestBeyond(subscription: string, most: number): number | undefined {
    const own = this.ofSubscription.get(subscription);
    if (!own || own.size < most) return undefined;
    for (const message of own) return message;
    return undefined;
  }

  remove(message: number, subscription: string): void {
    const waiting = this.ofMessage.get(message);
    if (!waiting?.delete(subscription)) return;
    this.budget.release(notificationBytes(subscription));
    if (waiting.size === 0) {
      this.budget.release(MESSAGE_BYTES);
      this.ofMessage.delete(message);
    }
    const own = this.ofSubscription.get(subscription);
    own?.delete(message);
    if (own?.size === 0) this.ofSubscription.delete(subscription);
  }

  clear(): void {
    for (const waiting of this.ofMessage.values()) this.budget.release(backlogBytes([...waiting]));
    this.ofMessage.clear();
    this.ofSubscription.clear();
  }
}
