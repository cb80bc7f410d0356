import { textMemory } from "../durable/memory.ts";
import { ChunkTable } from "./chunk-table.ts";
import type { Loss } from "./message.ts";
import type { Taker } from "./pollers.ts";
import { Columns } from "./rows/column.ts";
import { Numbered } from "./rows/numbered.ts";

/** What a list or text of a single message takes besides its texts. */
const EXTRA_BYTES = 150;

/**
 * What memory knows of messages, a number a column: no more than MESSAGE_MEMORY_BYTES a message, with its share of the
 * indexes. What few have lies beside it, by row, and what many have in common is kept once.
 */
export class MessageColumns {
  private readonly columns = new Columns();
  /** 0 in rows that are free. */
  readonly number = this.columns.column("time");
  /** Row of its chunk in `chunks`. */
  readonly chunk = this.columns.column("int");
  readonly expiresAt = this.columns.column("time");
  readonly visibleAt = this.columns.column("time");
  readonly firstDeliveredAt = this.columns.column("time");
  readonly returnedAt = this.columns.column("time");
  readonly diedAt = this.columns.column("time");
  /** Since when it is held. */
  readonly since = this.columns.column("time");
  readonly lease = this.columns.column("int");
  readonly deliveries = this.columns.column("int");
  /** Who holds or held it, and to whom it was sent: numbers of `takers` and `workers`. */
  readonly taker = this.columns.column("int");
  readonly worker = this.columns.column("int");
  readonly leaseSeconds = this.columns.column("short");
  readonly flags = this.columns.column("byte");
  readonly priority = this.columns.column("byte");
  readonly unanswered = this.columns.column("byte");
  readonly lostAfter = this.columns.column("byte");
  /** Where it stands in a line or among the hidden, and among those that expire. */
  readonly place = this.columns.column("int");
  readonly expiryPlace = this.columns.column("int");
  readonly taskHash = this.columns.column("int");
  readonly executionHash = this.columns.column("int");
  readonly nextByNumber = this.columns.column("int");
  readonly nextByTask = this.columns.column("int");
  readonly nextHeld = this.columns.column("int");
  readonly lastHeld = this.columns.column("int");

  readonly chunks = new ChunkTable();
  readonly takers = new Numbered<Taker>();
  readonly workers = new Numbered<string>();
  private readonly lossesOf = new Map<number, readonly Loss[]>();
  private readonly detailOf = new Map<number, string>();
  private extra = 0;

  get capacity(): number {
    return this.columns.capacity;
  }

  /** What lies beside the columns takes. */
  get extraBytes(): number {
    return this.extra + this.takers.bytes + this.workers.bytes;
  }

  resize(capacity: number): void {
    this.columns.resize(capacity);
  }

  losses(row: number): readonly Loss[] | undefined {
    return this.lossesOf.get(row);
  }

  setLosses(row: number, losses: readonly Loss[] | undefined): void {
    this.extra += lossesBytes(losses) - lossesBytes(this.lossesOf.get(row));
    if (losses) this.lossesOf.set(row, losses);
    else this.lossesOf.delete(row);
  }

  detail(row: number): string | undefined {
    return this.detailOf.get(row);
  }

  setDetail(row: number, detail: string | undefined): void {
    this.extra += detailBytes(detail) - detailBytes(this.detailOf.get(row));
    if (detail === undefined) this.detailOf.delete(row);
    else this.detailOf.set(row, detail);
  }

  /** Nothing of the row's message is left. */
  wipe(row: number): void {
    this.setLosses(row, undefined);
    this.setDetail(row, undefined);
    this.takers.leave(this.taker.get(row));
    this.workers.leave(this.worker.get(row));
    this.columns.wipe(row);
  }

  clear(): void {
    this.resize(0);
    this.chunks.clear();
    this.takers.clear();
    this.workers.clear();
    this.lossesOf.clear();
    this.detailOf.clear();
    this.extra = 0;
  }
}

function lossesBytes(losses: readonly Loss[] | undefined): number {
  return losses ? EXTRA_BYTES * (1 + losses.length) : 0;
}

/** What the reason why a message is dead takes. */
export function detailBytes(detail: string | undefined): number {
  return detail === undefined ? 0 : EXTRA_BYTES + textMemory(detail);
}
