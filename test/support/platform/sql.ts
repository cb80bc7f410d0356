import { DatabaseSync, type SQLInputValue } from "node:sqlite";

/** An object's SQL on Node's SQLite: the part of the platform's interface that our stores use. */
export class SimulatedSql {
  rowsWritten = 0;
  /** Set once the object that used it has died: a dead object writes nothing. */
  private readonly database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.database = database;
  }

  exec(query: string, ...bindings: SQLInputValue[]) {
    const statement = this.database.prepare(query);
    const isRead = /^\s*SELECT/i.test(query);
    const rows = isRead ? statement.all(...bindings) : [];
    const rowsWritten = isRead ? 0 : Number(statement.run(...bindings).changes);
    this.rowsWritten += rowsWritten;
    const costs = { rowsRead: rows.length, rowsWritten };
    return { ...costs, toArray: () => rows, [Symbol.iterator]: () => rows[Symbol.iterator]() };
  }

  deleteAll(): void {
    const names = this.database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    for (const { name } of names) this.database.exec(`DROP TABLE "${String(name)}"`);
  }

  transaction<T>(body: () => T): T {
    this.database.exec("BEGIN");
    try {
      const result = body();
      this.database.exec("COMMIT");
      return result;
    } catch (error) {
      this.database.exec("ROLLBACK");
      throw error;
    }
  }
}

export function newDatabase(): DatabaseSync {
  return new DatabaseSync(":memory:");
}

/** Changes the text of a stored cell; false where there is none. */
export function spoilRow(database: DatabaseSync, key: string, change: (text: string) => string): boolean {
  // An object that was never called has no table yet.
  const isEmpty = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'cell'").all().length === 0;
  if (isEmpty) return false;
  const [row] = database.prepare("SELECT body FROM cell WHERE key = ? AND part = 0").all(key);
  if (!row) return false;
  database.prepare("UPDATE cell SET body = ? WHERE key = ? AND part = 0").run(change(String(row.body)), key);
  return true;
}
