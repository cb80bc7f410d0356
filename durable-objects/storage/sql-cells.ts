import type { Cells } from "../../src/core/durable/cells.ts";
import type { Database, SqlTable, TableForm } from "./database.ts";
import { toParts } from "./parts.ts";

const CELL: TableForm = {
  name: "cell",
  statement: `CREATE TABLE cell (
    key TEXT NOT NULL, part INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (key, part)
  ) WITHOUT ROWID`,
};

type PartRow = { key: string; body: string };

/** Cells as rows; a text that is too long for one takes several. */
export class SqlCells implements Cells {
  private readonly table: SqlTable;

  constructor(database: Database) {
    this.table = database.table(CELL);
  }

  read(key: string): string | undefined {
    const rows = this.table.read<{ body: string }>("SELECT body FROM cell WHERE key = ? ORDER BY part", key);
    return rows.length === 0 ? undefined : rows.map(({ body }) => body).join("");
  }

  write(key: string, text: string): void {
    const parts = toParts(text);
    for (const [part, body] of parts.entries()) {
      this.table.insert("INSERT OR REPLACE INTO cell VALUES (?, ?, ?)", key, part, body);
    }
    this.table.change("DELETE FROM cell WHERE key = ? AND part >= ?", key, parts.length);
  }

  delete(key: string): void {
    this.table.change("DELETE FROM cell WHERE key = ?", key);
  }

  /** Those with keys in [from, to). */
  deleteRange(from: string, to: string): void {
    this.table.change("DELETE FROM cell WHERE key >= ? AND key < ?", from, to);
  }

  /** The last key in [from, to). */
  lastKey(from: string, to: string): string | undefined {
    for (const key of this.keys(from, to, "descending")) return key;
    return undefined;
  }

  *range(
    from: string,
    to: string,
    order: "ascending" | "descending" = "ascending",
  ): Generator<[string, string]> {
    const direction = order === "ascending" ? "ASC" : "DESC";
    const rows = this.table.iterate<PartRow>(
      `SELECT key, body FROM cell WHERE key >= ? AND key < ? ORDER BY key ${direction}, part ${direction}`,
      from,
      to,
    );
    let current: { key: string; bodies: string[] } | undefined;
    const text = (bodies: readonly string[]) =>
      (order === "ascending" ? bodies : bodies.toReversed()).join("");
    for (const { key, body } of rows) {
      if (current?.key === key) {
        current.bodies.push(body);
        continue;
      }
      if (current) yield [current.key, text(current.bodies)];
      current = { key, bodies: [body] };
    }
    if (current) yield [current.key, text(current.bodies)];
  }

  *keys(from: string, to: string, order: "ascending" | "descending" = "ascending"): Generator<string> {
    const direction = order === "ascending" ? "ASC" : "DESC";
    const rows = this.table.iterate<{ key: string }>(
      `SELECT key FROM cell WHERE key >= ? AND key < ? AND part = 0 ORDER BY key ${direction}`,
      from,
      to,
    );
    for (const { key } of rows) yield key;
  }
}
