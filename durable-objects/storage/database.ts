/** One numbered step of a database's shape; a released one is never edited. */
export type Migration = readonly string[];

type Binding = string | number | null;
type Row = Record<string, SqlStorageValue>;

/**
 * An object's SQL. Tables are made with the first write: an object that was only asked about leaves nothing behind.
 */
export class Database {
  private readonly sql: SqlStorage;
  private readonly migrations: readonly Migration[];
  private isReady: boolean;

  constructor(sql: SqlStorage, migrations: readonly Migration[]) {
    this.sql = sql;
    this.migrations = migrations;
    this.isReady = this.hasTables();
    if (this.isReady) this.migrate();
  }

  read<T extends Row>(query: string, ...bindings: Binding[]): T[] {
    return this.isReady ? this.sql.exec<T>(query, ...bindings).toArray() : [];
  }

  /** Rows as they are asked for; nothing may be written meanwhile. */
  iterate<T extends Row>(query: string, ...bindings: Binding[]): Iterable<T> {
    return this.isReady ? this.sql.exec<T>(query, ...bindings) : [];
  }

  write(query: string, ...bindings: Binding[]): void {
    if (!this.isReady) {
      this.sql.exec("CREATE TABLE migration (number INTEGER PRIMARY KEY)");
      this.isReady = true;
      this.migrate();
    }
    this.sql.exec(query, ...bindings);
  }

  /** A transaction was rolled back: tables that it made are gone with it. */
  rolledBack(): void {
    this.isReady = this.hasTables();
  }

  private hasTables(): boolean {
    return this.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'migration'").toArray().length > 0;
  }

  private migrate(): void {
    const [row] = this.sql
      .exec<{ last: number | null }>("SELECT max(number) AS last FROM migration")
      .toArray();
    const done = row?.last ?? 0;
    if (done >= this.migrations.length) return;
    for (const statements of this.migrations.slice(done)) {
      for (const statement of statements) this.sql.exec(statement);
    }
    this.sql.exec("INSERT INTO migration VALUES (?)", this.migrations.length);
  }
}
