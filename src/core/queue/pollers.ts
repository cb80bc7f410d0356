import { POLLS_OF_A_NAME_MAX, POLL_ANSWERED_AFTER_MS } from "../limits.ts";
import type { ReceivedMessage } from "./message.ts";

/** A message that a session need not work on any more. */
export interface Stop {
  readonly receipt: string;
  readonly code: "TaskOver";
}

/** Who takes messages, as far as he says. */
export interface Taker {
  /** Gets the messages that were sent to it by name, and is told to those who want to know where a message is. */
  readonly worker?: string;
  /** One process of a runner. */
  readonly session?: string;
  /** Name of the access key that a session calls with. */
  readonly key?: string;
}

/** A call, or a socket, that waits for messages or, with a session, for the end of a task that it holds. */
export interface Poller extends Taker {
  /** A socket comes back to the line by itself when it was served. */
  readonly isSocket?: boolean;
  /** With 0 it takes no messages. */
  readonly max: number;
  readonly leaseSeconds?: number;
  deliver(messages: readonly ReceivedMessage[], stop: readonly Stop[]): void;
  /** Another one took its place: it is answered with nothing, but not before that time (epoch ms). */
  dismiss(at: number): void;
}

/** Of polls and of sockets. */
interface Turns {
  readonly polls: number;
  readonly sockets: number;
}

const NO_TURNS: Turns = { polls: 0, sockets: 0 };

interface Waiting {
  readonly poller: Poller;
  readonly since: number;
}

/** Those who wait at a queue, in one line. They live in memory only: who waits is connected, or asks again. */
export class Pollers {
  private waiting: Waiting[] = [];
  /** How often each kind was served since both had had their share. */
  private turns = NO_TURNS;
  /** Came with the commit that is being made. */
  private readonly added = new Set<Poller>();
  private served: { one: Waiting; messages: readonly ReceivedMessage[]; stop: readonly Stop[] }[] = [];

  get size(): number {
    return this.waiting.length;
  }

  get polls(): number {
    return this.waiting.filter(({ poller }) => !poller.isSocket).length;
  }

  get hasSockets(): boolean {
    return this.waiting.some(({ poller }) => poller.isSocket);
  }

  /**
   * A session has one poll. Programs without one share their names: the newest polls of a name stay, and who must go is
   * answered late enough that no two of them can chase each other.
   */
  add(poller: Poller, now: number): void {
    for (const { poller: old, since } of this.replacedBy(poller)) {
      this.take(old);
      old.dismiss(Math.max(now, since + POLL_ANSWERED_AFTER_MS));
    }
    this.waiting.push({ poller, since: now });
    this.added.add(poller);
  }

  /** A socket that waited before its object slept has its place again; no commit takes it back. */
  restore(poller: Poller, now: number): void {
    this.waiting.push({ poller, since: now });
  }

  /**
   * In the order in which they are served. Polls and sockets have turns in proportion to how many of them wait. Of polls
   * the newest is first: of two connections the newer is more likely alive. Of sockets, which come back by themselves, the
   * one that waits longest is.
   */
  inTurn(): Poller[] {
    const all = this.waiting.map(({ poller }) => poller);
    const polls = all.filter(({ isSocket }) => !isSocket).toReversed();
    const sockets = all.filter(({ isSocket }) => isSocket);
    const order: Poller[] = [];
    let { turns } = this;
    for (let [p, s] = [0, 0]; p < polls.length || s < sockets.length;) {
      const isSocket = p === polls.length || (s < sockets.length && isSocketNext(turns, polls, sockets));
      const next = isSocket ? sockets[s++] : polls[p++];
      if (next) order.push(next);
      turns = counted(turns, isSocket);
    }
    return order;
  }

  ofSession(session: string): Poller | undefined {
    return this.waiting.find(({ poller }) => poller.session === session)?.poller;
  }

  /** Hands messages to a poller once the commit that leases them is written. */
  serve(poller: Poller, messages: readonly ReceivedMessage[], stop: readonly Stop[] = []): void {
    if (messages.length > 0) this.countTurn(poller);
    const one = this.take(poller);
    if (one) this.served.push({ one, messages, stop });
  }

  /** The commit is written. */
  deliver(): void {
    const served = this.served;
    this.served = [];
    this.added.clear();
    for (const { one, messages, stop } of served) one.poller.deliver(messages, stop);
  }

  /** The commit failed: those who were to be served wait on; those who came with it come again with the next try. */
  takeBack(): void {
    const waiting = [...this.waiting, ...this.served.map(({ one }) => one)];
    this.waiting = waiting.filter(({ poller }) => !this.added.has(poller));
    this.served = [];
    this.added.clear();
  }

  /** The time of a poller is up. */
  remove(poller: Poller): void {
    this.take(poller)?.poller.deliver([], []);
  }

  /** It waits no longer, and is not answered. */
  leave(poller: Poller): void {
    this.take(poller);
  }

  /** Nobody can be served any more: the queue is gone. */
  dismiss(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const { poller } of waiting) poller.deliver([], []);
  }

  private countTurn({ isSocket = false }: Poller): void {
    const { polls, size } = this;
    const sockets = size - polls;
    const turns = counted(this.turns, isSocket);
    // Where nobody of the other kind waits, nobody is owed a turn.
    const isEven = polls === 0 || sockets === 0 || turns.sockets * polls === turns.polls * sockets;
    this.turns = isEven ? NO_TURNS : turns;
  }

  private replacedBy({ session, worker }: Poller): readonly Waiting[] {
    if (session !== undefined) return this.waiting.filter(({ poller }) => poller.session === session);
    if (worker === undefined) return [];
    const ofName = this.waiting.filter(
      ({ poller }) => poller.session === undefined && poller.worker === worker,
    );
    return ofName.slice(0, Math.max(0, ofName.length - POLLS_OF_A_NAME_MAX + 1));
  }

  private take(poller: Poller): Waiting | undefined {
    const position = this.waiting.findLastIndex((one) => one.poller === poller);
    return position < 0 ? undefined : this.waiting.splice(position, 1)[0];
  }
}

function isSocketNext(turns: Turns, polls: readonly Poller[], sockets: readonly Poller[]): boolean {
  return turns.sockets * polls.length < turns.polls * sockets.length;
}

function counted({ polls, sockets }: Turns, isSocket: boolean): Turns {
  return isSocket ? { polls, sockets: sockets + 1 } : { polls: polls + 1, sockets };
}
