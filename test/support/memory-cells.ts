import type { Cells } from "../../src/core/durable/cells.ts";

/** The contract of cells in plain memory. */
export class MemoryCells implements Cells {
  readonly texts = new Map<string, string>();
  private writes = 0;
  /** Rows that were read. */
  reads = 0;

  read(key: string): string | undefined {
    this.reads++;
    return this.texts.get(key);
  }

  write(key: string, text: string): void {
    this.writes++;
    this.texts.set(key, text);
  }

  delete(key: string): void {
    this.writes++;
    this.texts.delete(key);
  }

  *range(
    from: string,
    to: string,
    order: "ascending" | "descending" = "ascending",
  ): Generator<[string, string]> {
    const { writes } = this;
    const found = [...this.texts].filter(([key]) => from <= key && key < to);
    const sorted = found.toSorted(([a], [b]) => (a < b ? -1 : 1));
    for (const row of order === "ascending" ? sorted : sorted.toReversed()) {
      this.reads++;
      yield row;
      if (this.writes !== writes) throw new Error("something was written while cells were read");
    }
  }

  *keys(from: string, to: string, order: "ascending" | "descending" = "ascending"): Generator<string> {
    for (const [key] of this.range(from, to, order)) yield key;
  }
}
