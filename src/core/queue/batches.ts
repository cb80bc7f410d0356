import { textMemory } from "../durable/memory.ts";
import { Columns, grown, isSparse } from "./rows/column.ts";
import { RowIndex } from "./rows/row-index.ts";
import { textHash } from "./rows/text-hash.ts";

export type Batch = readonly [batch: string, until: number];

/** Of one that was laid by, with its share of the index. */
const LAID_BY_BYTES = 32;
/** Of the name of one that was not, besides its text. */
const NAME_BYTES = 60;

/**
 * Batches that were taken, so that repeats of them are dropped. The newest are known by name, until somebody has written
 * them down; of the others, of which there may be a million, 64 bits are enough to know them again.
 */
export class Batches {
  private names = new Map<string, number>();
  private namesBytes = 0;
  private readonly columns = new Columns();
  private readonly until = this.columns.column("time");
  private readonly hash = this.columns.column("int");
  private readonly other = this.columns.column("int");
  private readonly next = this.columns.column("int");
  private readonly index = new RowIndex(this.next, (row) => this.hash.get(row));
  /** One more than the row that was laid by after this one, or that is free, too; 0 at the end. */
  private readonly later = this.columns.column("int");
  private now = 0;
  private oldest = 0;
  private newest = 0;
  private free = 0;
  private used = 0;
  private laidBy = 0;

  /** By a formula. */
  get bytes(): number {
    return this.columns.capacity * LAID_BY_BYTES + this.namesBytes;
  }

  get isSparse(): boolean {
    return isSparse(this.laidBy, this.columns.capacity);
  }

  /** Those that are known by name. */
  get named(): ReadonlyMap<string, number> {
    return this.names;
  }

  has(batch: string): boolean {
    if (this.names.has(batch)) return true;
    if (this.laidBy === 0) return false;
    const [hash, other] = hashes(batch);
    for (const row of this.index.find(hash))
      if (this.hash.get(row) === hash && this.other.get(row) === other) return true;
    return false;
  }

  /** Batches come in the order in which they are forgotten. */
  add(batch: string, until: number): void {
    if (!this.names.has(batch)) this.namesBytes += NAME_BYTES + textMemory(batch);
    this.names.set(batch, until);
  }

  /** These are written down where a restart finds them: their names need not be known any more. */
  layBy(batches: Iterable<Batch>): void {
    for (const [batch, until] of batches) {
      this.forgetName(batch);
      this.put(hashes(batch), until);
    }
  }

  /** Whether batches that are remembered until then are forgotten. */
  isOver(until: number): boolean {
    return until <= this.now;
  }

  elapse(now: number): void {
    this.now = now;
    for (const [batch, until] of this.names) {
      if (until > now) break;
      this.forgetName(batch);
    }
    while (this.oldest > 0 && this.until.get(this.oldest - 1) <= now) this.forgetOldest();
  }

  clear(): void {
    this.names = new Map();
    this.namesBytes = 0;
    this.clearLaidBy();
  }

  private forgetName(batch: string): void {
    if (this.names.delete(batch)) this.namesBytes -= NAME_BYTES + textMemory(batch);
  }

  private put([hash, other]: readonly [number, number], until: number): void {
    const row = this.takeRow();
    this.until.set(row, until);
    this.hash.set(row, hash);
    this.other.set(row, other);
    this.later.set(row, 0);
    this.index.add(row);
    if (this.newest > 0) this.later.set(this.newest - 1, row + 1);
    else this.oldest = row + 1;
    this.newest = row + 1;
    this.laidBy++;
  }

  private takeRow(): number {
    if (this.free > 0) {
      const row = this.free - 1;
      this.free = this.later.get(row);
      return row;
    }
    if (this.used === this.columns.capacity) this.columns.resize(grown(this.used));
    return this.used++;
  }

  private forgetOldest(): void {
    const row = this.oldest - 1;
    this.index.remove(row);
    this.oldest = this.later.get(row);
    if (this.oldest === 0) this.newest = 0;
    this.later.set(row, this.free);
    this.free = row + 1;
    this.laidBy--;
  }

  private clearLaidBy(): void {
    this.columns.resize(0);
    this.index.clear();
    Object.assign(this, { oldest: 0, newest: 0, free: 0, used: 0, laidBy: 0 });
  }
}

function hashes(batch: string): readonly [number, number] {
  return [textHash(batch), textHash(batch, 0x27d4eb2f)];
}
