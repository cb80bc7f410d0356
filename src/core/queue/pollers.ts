import type { ReceivedMessage } from "./message.ts";

/** A receive that waits for messages. */
export interface Poller {
  readonly max: number;
  readonly leaseSeconds?: number;
  /** A new poll of the same worker replaces this one: its client is gone, whether or not anybody was told. */
  readonly worker?: string;
  deliver(messages: readonly ReceivedMessage[]): void;
}

/** Those who wait at a queue. They live in memory only: who waits is connected, or asks again. */
export class Pollers {
  private waiting: Poller[] = [];
  /** Came with the commit that is being made. */
  private readonly added = new Set<Poller>();
  private served: { poller: Poller; messages: readonly ReceivedMessage[] }[] = [];

  get size(): number {
    return this.waiting.length;
  }

  add(poller: Poller): void {
    if (poller.worker !== undefined) {
      const [old, kept] = partition(this.waiting, ({ worker }) => worker === poller.worker);
      this.waiting = kept;
      for (const one of old) one.deliver([]);
    }
    this.waiting.push(poller);
    this.added.add(poller);
  }

  /** The newest is served first: of two connections the newer is more likely alive. */
  newest(): Poller | undefined {
    return this.waiting.at(-1);
  }

  /** Hands messages to a poller once the commit that leases them is written. */
  serve(poller: Poller, messages: readonly ReceivedMessage[]): void {
    this.waiting.splice(this.waiting.lastIndexOf(poller), 1);
    this.served.push({ poller, messages });
  }

  /** The commit is written. */
  deliver(): void {
    const served = this.served;
    this.served = [];
    this.added.clear();
    for (const { poller, messages } of served) poller.deliver(messages);
  }

  /** The commit failed: those who were to be served wait on; those who came with it come again with the next try. */
  takeBack(): void {
    const waiting = [...this.waiting, ...this.served.map(({ poller }) => poller)];
    this.waiting = waiting.filter((poller) => !this.added.has(poller));
    this.served = [];
    this.added.clear();
  }

  /** The time of a poller is up. */
  remove(poller: Poller): void {
    const position = this.waiting.lastIndexOf(poller);
    if (position < 0) return;
    this.waiting.splice(position, 1);
    poller.deliver([]);
  }

  /** Nobody can be served any more: the queue is gone. */
  dismiss(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const poller of waiting) poller.deliver([]);
  }
}

function partition<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  return [all.filter((one) => test(one)), all.filter((one) => !test(one))];
}
