/** A binary heap: the smallest entry first. */
export class Heap<T> {
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
      const above = this.entries[parent] as T;
      if (!this.before(entry, above)) break;
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

  private sink(entry: T): void {
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= this.entries.length) break;
      if (
        child + 1 < this.entries.length &&
        this.before(this.entries[child + 1] as T, this.entries[child] as T)
      )
        child++;
      const below = this.entries[child] as T;
      if (!this.before(below, entry)) break;
      this.entries[hole] = below;
      hole = child;
    }
    this.entries[hole] = entry;
  }
}
