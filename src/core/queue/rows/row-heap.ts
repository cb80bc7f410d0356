import { Column, grown } from "./column.ts";

/** Room for so many is not worth giving back. */
const IDLE_ROWS = 64;

/**
 * A binary heap of rows, the first one on top. Each row knows its place, so any of them can leave. A column of places may
 * serve several heaps, as long as a row stands in one of them at a time.
 */
export class RowHeap {
  private readonly rows = new Column("int");
  /** One more than the place of each row in the heap; 0 when it stands in none. */
  private readonly places: Column;
  private readonly before: (a: number, b: number) => boolean;
  private length = 0;

  constructor(places: Column, before: (a: number, b: number) => boolean) {
    this.places = places;
    this.before = before;
  }

  get size(): number {
    return this.length;
  }

  peek(): number | undefined {
    return this.length === 0 ? undefined : this.rows.get(0);
  }

  add(row: number): void {
    if (this.length === this.rows.capacity) this.rows.resize(grown(this.length));
    this.rise(this.length++, row);
  }

  pop(): number | undefined {
    const top = this.peek();
    if (top !== undefined) this.remove(top);
    return top;
  }

  /** Of a row that stands in this heap, or in none. */
  remove(row: number): void {
    const place = this.places.get(row) - 1;
    if (place < 0) return;
    this.places.set(row, 0);
    const last = this.rows.get(--this.length);
    if (last !== row) this.fill(place, last);
    if (this.length < this.rows.capacity / 4 && this.rows.capacity > IDLE_ROWS)
      this.rows.resize(2 * this.length);
  }

  clear(): void {
    for (let place = 0; place < this.length; place++) this.places.set(this.rows.get(place), 0);
    this.length = 0;
    this.rows.resize(0);
  }

  /** The last row takes the place of one that left. */
  private fill(place: number, last: number): void {
    const parent = (place - 1) >> 1;
    if (place > 0 && this.before(last, this.rows.get(parent))) this.rise(place, last);
    else this.sink(place, last);
  }

  private put(place: number, row: number): void {
    this.rows.set(place, row);
    this.places.set(row, place + 1);
  }

  private rise(from: number, row: number): void {
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = this.rows.get(parent);
      if (!this.before(row, above)) break;
      this.put(hole, above);
      hole = parent;
    }
    this.put(hole, row);
  }

  private sink(from: number, row: number): void {
    let hole = from;
    for (let child = 2 * hole + 1; child < this.length; child = 2 * hole + 1) {
      const right = child + 1;
      const isRight = right < this.length && this.before(this.rows.get(right), this.rows.get(child));
      const next = isRight ? right : child;
      if (!this.before(this.rows.get(next), row)) break;
      this.put(hole, this.rows.get(next));
      hole = next;
    }
    this.put(hole, row);
  }
}
