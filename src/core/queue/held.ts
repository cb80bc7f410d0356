import type { Message } from "./message.ts";

/** Messages by the session that holds them. */
export class Held {
  private readonly sessions = new Map<string, Set<Message>>();

  of(session: string): Iterable<Message> {
    return this.sessions.get(session) ?? [];
  }

  *all(): Generator<Message> {
    for (const own of this.sessions.values()) yield* own;
  }

  /** Counts a message to its holder, or no more, with -1. */
  count(message: Message, sign: 1 | -1): void {
    const { leased, holder: { session } = {} } = message;
    if (!leased || session === undefined) return;
    const own = this.sessions.get(session) ?? new Set();
    if (sign > 0) own.add(message);
    else own.delete(message);
    if (own.size > 0) this.sessions.set(session, own);
    else this.sessions.delete(session);
  }

  clear(): void {
    this.sessions.clear();
  }
}
