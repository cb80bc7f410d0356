import type { Column } from "./column.ts";

const SMALLEST = 16;
const ROWS_A_BUCKET = 2;

/** Finds rows by a number that each has: those of the same number, and some others whose numbers end alike. */
export class RowIndex {
  private readonly hashOf: (row: number) => number;
  /** One more than the next row of the same bucket; 0 at the end. */
  private readonly nexts: Column;
  /** One more than the first row of each bucket; as many as a power of two. */
  private buckets = new Int32Array(SMALLEST);
  private size = 0;

  constructor(nexts: Column, hashOf: (row: number) => number) {
    this.nexts = nexts;
    this.hashOf = hashOf;
  }

  /** Rows that may have this number. */
  *find(hash: number): Generator<number> {
    for (let row = this.first(hash); row !== undefined; row = this.after(row)) yield row;
  }

  first(hash: number): number | undefined {
    return rowOf(this.buckets[this.bucketOf(hash)] ?? 0);
  }

  after(row: number): number | undefined {
    return rowOf(this.nexts.get(row));
  }

  add(row: number): void {
    if (this.size >= ROWS_A_BUCKET * this.buckets.length) this.widen();
    this.size++;
    this.link(row);
  }

  remove(row: number): void {
    const bucket = this.bucketOf(this.hashOf(row));
    const rest = this.nexts.get(row);
    this.size--;
    if (this.buckets[bucket] === row + 1) {
      this.buckets[bucket] = rest;
      return;
    }
    let before = this.first(bucket);
    while (before !== undefined && this.nexts.get(before) !== row + 1) before = this.after(before);
    if (before !== undefined) this.nexts.set(before, rest);
  }

  clear(): void {
    this.buckets = new Int32Array(SMALLEST);
    this.size = 0;
  }

  private bucketOf(hash: number): number {
    return hash & (this.buckets.length - 1);
  }

  private link(row: number): void {
    const bucket = this.bucketOf(this.hashOf(row));
    this.nexts.set(row, this.buckets[bucket] ?? 0);
    this.buckets[bucket] = row + 1;
  }

  private widen(): void {
    const old = this.buckets;
    this.buckets = new Int32Array(2 * old.length);
    for (const first of old) {
      for (let row = rowOf(first); row !== undefined;) {
        const next = this.after(row);
        this.link(row);
        row = next;
      }
    }
  }
}

function rowOf(stored: number): number | undefined {
  return stored === 0 ? undefined : stored - 1;
}
