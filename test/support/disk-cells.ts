import { DatabaseSync } from "node:sqlite";
import type { Cells } from "../../src/core/durable/cells.ts";

/** Cells outside of the heap, so that it shows what a machine keeps in memory. */
export class DiskCells implements Cells {
  /** Called with each row that is read in a range. */
  onRow: () => void = () => {};
  private readonly database = new DatabaseSync(":memory:");

  constructor() {
    this.database.exec("CREATE TABLE cell (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID");
  }

  read(key: string): string | undefined {
    const row = this.database.prepare("SELECT body FROM cell WHERE key = ?").get(key);
    return row && String(row["body"]);
  }

  write(key: string, text: string): void {
    this.database.prepare("INSERT OR REPLACE INTO cell VALUES (?, ?)").run(key, text);
  }

  delete(key: string): void {
    this.database.prepare("DELETE FROM cell WHERE key = ?").run(key);
  }

  *range(
    from: string,
    to: string,
    order: "ascending" | "descending" = "ascending",
  ): Generator<[string, string]> {
    const direction = order === "ascending" ? "ASC" : "DESC";
    const query = `SELECT key, body FROM cell WHERE key >= ? AND key < ? ORDER BY key ${direction}`;
    for (const { key, body } of this.database.prepare(query).iterate(from, to)) {
      this.onRow();
      yield [String(key), String(body)];
    }
  }

  *keys(from: string, to: string, order: "ascending" | "descending" = "ascending"): Generator<string> {
    for (const [key] of this.range(from, to, order)) yield key;
  }
}
