import type { Message } from "./message.ts";

/** Messages by the session that holds them, or by the name of a worker that has none. */
export class Held {
  private readonly sessions = new Map<string, Set<Message>>();
  private readonly names = new Map<string, Set<Message>>();

  of(session: string): Iterable<Message> {
    return this.sessions.get(session) ?? [];
  }

  /** Of a worker without a session. */
  ofName(worker: string): Iterable<Message> {
    return this.names.get(worker) ?? [];
  }

  /** What sessions hold. */
  *all(): Generator<Message> {
    for (const own of this.sessions.values()) yield* own;
  }

  /** Counts a message to its holder, or no more, with -1. */
  count(message: Message, sign: 1 | -1): void {
    const { leased, holder: { session, worker } = {} } = message;
    if (!leased) return;
    if (session !== undefined) countTo(this.sessions, session, message, sign);
    else if (worker !== undefined) countTo(this.names, worker, message, sign);
  }

  clear(): void {
    this.sessions.clear();
    this.names.clear();
  }
}

function countTo(holders: Map<string, Set<Message>>, holder: string, message: Message, sign: 1 | -1): void {
  const own = holders.get(holder) ?? new Set();
  if (sign > 0) own.add(message);
  else own.delete(message);
  if (own.size > 0) holders.set(holder, own);
  else holders.delete(holder);
}
