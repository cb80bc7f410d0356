import type { Budget } from "../durable/budget.ts";
import type { Table } from "../durable/records.ts";
import { TOPIC_IDS_FORGOTTEN_AT_ONCE, TOPIC_IDS_REMEMBERED_MAX, TOPIC_ID_MEMORY_MS } from "../limits.ts";
import { sortable } from "../text.ts";
import type { PublishedMessage } from "./topic.ts";

/** A message's row, which tells where it still has to go. */
export interface StoredMessage {
  readonly message: PublishedMessage;
  /** Subscriptions that it still has to go to. */
  readonly waiting: readonly string[];
  /** When it was over for all of them: only its id is left, so that a late repeat is known. */
  readonly overAt?: number;
  /** A dead letter that is on its way again, since when. Its id is remembered with the row of the first time. */
  readonly againAt?: number;
}

/** What an id takes besides its letters: its places in two maps. */
const ID_BYTES = 200;

/**
 * Ids of publications, so that a repeat notifies nobody again: of those on their way, and for a while of those that are over.
 * The row of a message becomes the row of its id.
 */
export class PublishedIds {
  private readonly table: Table<StoredMessage>;
  private readonly budget: Budget;
  private readonly ids = new Set<string>();
  /** Those that are over, by their messages' numbers, the oldest first. */
  private readonly over = new Map<number, { readonly id: string; readonly overAt: number }>();

  constructor(table: Table<StoredMessage>, budget: Budget) {
    this.table = table;
    this.budget = budget;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  /** A message is on its way, or was read from its row. */
  add(number: number, id: string, overAt?: number): void {
    this.ids.add(id);
    if (overAt === undefined) return;
    this.over.set(number, { id, overAt });
    this.budget.charge(bytesOf(id));
  }

  /** Nobody waits for the message any more. */
  end(number: number, { id, publishedAt }: PublishedMessage, now: number): void {
    this.table.put(sortable(number), { message: { id, body: "", publishedAt }, waiting: [], overAt: now });
    this.add(number, id, now);
  }

  /** Forgets a few of those that are over for long, or are too many. */
  forget(now: number): void {
    let forgotten = 0;
    for (const [number, { id, overAt }] of this.over) {
      const isKept = this.over.size <= TOPIC_IDS_REMEMBERED_MAX && overAt + TOPIC_ID_MEMORY_MS > now;
      if (isKept || forgotten++ >= TOPIC_IDS_FORGOTTEN_AT_ONCE) return;
      this.over.delete(number);
      this.ids.delete(id);
      this.table.delete(sortable(number));
      this.budget.release(bytesOf(id));
    }
  }

  clear(): void {
    for (const { id } of this.over.values()) this.budget.release(bytesOf(id));
    this.ids.clear();
    this.over.clear();
  }
}

function bytesOf(id: string): number {
  return ID_BYTES + 2 * id.length;
}
