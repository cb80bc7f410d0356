import { Columns, grown } from "./rows/column.ts";

/** Chunks of which messages are left. Their messages' numbers follow each other. */
export class ChunkTable {
  private readonly columns = new Columns();
  private readonly slots = this.columns.column("int");
  private readonly firsts = this.columns.column("time");
  private readonly sentAt = this.columns.column("time");
  private readonly live = this.columns.column("int");
  private readonly touches = this.columns.column("byte");
  /** One more than the first row that is free; `slots` tells of the others. */
  private free = 0;
  private used = 0;
  /** The one that was begun last. */
  private last = 0;

  /** A chunk that is not begun yet, or that was begun last. */
  reach(slot: number, first: number, at: number): number {
    if (!this.isLast(slot) || this.firsts.get(this.last) !== first) this.begin(slot, first, at);
    return this.last;
  }

  slot(chunk: number): number {
    return this.slots.get(chunk);
  }

  /** Number of the first message. */
  first(chunk: number): number {
    return this.firsts.get(chunk);
  }

  at(chunk: number): number {
    return this.sentAt.get(chunk);
  }

  /** Whether this slot is that of the chunk begun last, and messages of it are left. */
  isLast(slot: number): boolean {
    return this.live.get(this.last) > 0 && this.slots.get(this.last) === slot;
  }

  /** How many messages of it are left. */
  size(chunk: number): number {
    return this.live.get(chunk);
  }

  /** One message more. */
  hold(chunk: number): void {
    this.live.set(chunk, this.live.get(chunk) + 1);
  }

  /** One message less; true when it was the last one, and the chunk is gone. */
  release(chunk: number): boolean {
    const left = this.live.get(chunk) - 1;
    this.live.set(chunk, left);
    if (left > 0) return false;
    this.columns.wipe(chunk);
    this.slots.set(chunk, this.free);
    this.free = chunk + 1;
    return true;
  }

  /** Something of it changed since the last checkpoint. */
  touch(chunk: number): void {
    this.touches.set(chunk, 1);
  }

  /** Chunks that were touched; from now on they are not. */
  *takeTouched(): Generator<number> {
    for (let chunk = 0; chunk < this.used; chunk++) {
      if (this.touches.get(chunk) === 0) continue;
      this.touches.set(chunk, 0);
      yield chunk;
    }
  }

  /** Slots with the number of messages that are left of each. */
  *sizes(): Generator<readonly [slot: number, live: number]> {
    for (let chunk = 0; chunk < this.used; chunk++) {
      if (this.live.get(chunk) > 0) yield [this.slot(chunk), this.live.get(chunk)];
    }
  }

  clear(): void {
    this.columns.resize(0);
    this.free = 0;
    this.used = 0;
    this.last = 0;
  }

  private begin(slot: number, first: number, at: number): void {
    const chunk = this.takeRow();
    this.slots.set(chunk, slot);
    this.firsts.set(chunk, first);
    this.sentAt.set(chunk, at);
    this.last = chunk;
  }

  private takeRow(): number {
    if (this.free > 0) {
      const chunk = this.free - 1;
      this.free = this.slots.get(chunk);
      return chunk;
    }
    if (this.used === this.columns.capacity) this.columns.resize(grown(this.used));
    return this.used++;
  }
}
