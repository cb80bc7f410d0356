import type { Column } from "./column.ts";

/** Rows by the group that each is in: a chain a group, which any row can leave. */
export class RowGroups {
  /** One more than the next and the last row of the same group; 0 at its ends. */
  private readonly nexts: Column;
  private readonly lasts: Column;
  private readonly firsts = new Map<string, number>();

  constructor(nexts: Column, lasts: Column) {
    this.nexts = nexts;
    this.lasts = lasts;
  }

  /** The row on which the caller is may leave meanwhile. */
  *of(group: string): Generator<number> {
    for (let stored = this.firsts.get(group) ?? 0; stored > 0;) {
      const row = stored - 1;
      stored = this.nexts.get(row);
      yield row;
    }
  }

  *all(): Generator<number> {
    for (const group of this.firsts.keys()) yield* this.of(group);
  }

  add(group: string, row: number): void {
    const first = this.firsts.get(group) ?? 0;
    this.nexts.set(row, first);
    this.lasts.set(row, 0);
    if (first > 0) this.lasts.set(first - 1, row + 1);
    this.firsts.set(group, row + 1);
  }

  remove(group: string, row: number): void {
    const [next, last] = [this.nexts.get(row), this.lasts.get(row)];
    if (next > 0) this.lasts.set(next - 1, last);
    if (last > 0) this.nexts.set(last - 1, next);
    else if (next > 0) this.firsts.set(group, next);
    else this.firsts.delete(group);
  }

  clear(): void {
    this.firsts.clear();
  }
}
