import type { Cells } from "../../src/core/cells.ts";

/** The contract of cells in plain memory. */
export class MemoryCells implements Cells {
  readonly texts = new Map<string, string>();

  read(key: string): string | undefined {
    return this.texts.get(key);
  }

  write(key: string, text: string): void {
    this.texts.set(key, text);
  }

  delete(key: string): void {
    this.texts.delete(key);
  }

  range(from: string, to: string, order: "ascending" | "descending" = "ascending"): [string, string][] {
    const found = [...this.texts].filter(([key]) => from <= key && key < to);
    const sorted = found.toSorted(([a], [b]) => (a < b ? -1 : 1));
    return order === "ascending" ? sorted : sorted.toReversed();
  }
}
