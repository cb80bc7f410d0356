/** A binary heap: the smallest entry first. */
export class Heap<T extends object> {
  private readonly entries: T[] = [];
  private readonly before: (a: T, b: T) => boolean;

  constructor(before: (a: T, b: T) => boolean) {
    this.before = before;
  }

  get size(): number {
    return this.entries.length;
  }

  peek(): T | undefined {
    return this.entries[0];
  }

  push(entry: T): void {
    let hole = this.entries.push(entry) - 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = this.entries[parent];
      if (!above || !this.before(entry, above)) break;
      this.entries[hole] = above;
      hole = parent;
    }
    this.entries[hole] = entry;
  }

  pop(): T | undefined {
    const top = this.entries[0];
    const last = this.entries.pop();
    if (last !== undefined && this.entries.length > 0) this.sink(last);
    return top;
  }

  clear(): void {
    this.entries.length = 0;
  }

  /** Begins anew with other entries. */
  replace(entries: readonly T[]): void {
    this.clear();
    for (const entry of entries) this.push(entry);
  }

  private sink(entry: T): void {
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= this.entries.length) break;
      let below = this.entries[child];
      const right = this.entries[child + 1];
      if (below && right && this.before(right, below)) [below, child] = [right, child + 1];
      if (!below || !this.before(below, entry)) break;
      this.entries[hole] = below;
      hole = child;
    }
    this.entries[hole] = entry;
  }
}
