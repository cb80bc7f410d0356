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
