import type { Cells } from "../../src/core/durable/cells.ts";
import type { Database, Migration } from "./database.ts";
import { toParts } from "./parts.ts";

export const CELL_TABLE = `CREATE TABLE cell (
  key TEXT NOT NULL, part INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (key, part)
) WITHOUT ROWID`;

/** The shape of an object that keeps cells only. */
export const CELL_MIGRATIONS: readonly Migration[] = [[CELL_TABLE]];

type PartRow = { key: string; body: string };

/** Cells as rows; a text that is too long for one takes several. */
export class SqlCells implements Cells {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  read(key: string): string | undefined {
    const rows = this.database.read<{ body: string }>(
      "SELECT body FROM cell WHERE key = ? ORDER BY part",
      key,
    );
    return rows.length === 0 ? undefined : rows.map(({ body }) => body).join("");
  }

  write(key: string, text: string): void {
    const parts = toParts(text);
    for (const [part, body] of parts.entries()) {
      this.database.write("INSERT OR REPLACE INTO cell VALUES (?, ?, ?)", key, part, body);
    }
    this.database.write("DELETE FROM cell WHERE key = ? AND part >= ?", key, parts.length);
  }

  delete(key: string): void {
    this.database.write("DELETE FROM cell WHERE key = ?", key);
  }

  *range(
    from: string,
    to: string,
    order: "ascending" | "descending" = "ascending",
  ): Generator<[string, string]> {
    const direction = order === "ascending" ? "ASC" : "DESC";
    const rows = this.database.iterate<PartRow>(
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
    const rows = this.database.iterate<{ key: string }>(
      `SELECT key FROM cell WHERE key >= ? AND key < ? AND part = 0 ORDER BY key ${direction}`,
      from,
      to,
    );
    for (const { key } of rows) yield key;
  }
}
