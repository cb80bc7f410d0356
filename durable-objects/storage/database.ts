import type { Meter } from "../meter.ts";

/** One numbered step of a database's shape; a released one is never edited. */
export type Migration = readonly string[];

type Binding = string | number | null;
type Row = Record<string, SqlStorageValue>;

/**
 * An object's SQL. Tables are made with the first write: an object that was only asked about leaves nothing behind.
 * Every statement of every object goes through here, and is counted.
 */
export class Database {
  readonly meter: Meter;
  private readonly sql: SqlStorage;
  private readonly migrations: readonly Migration[];
  private isReady: boolean;

  constructor(sql: SqlStorage, migrations: readonly Migration[], meter: Meter) {
    this.meter = meter;
    this.sql = sql;
    this.migrations = migrations;
    this.isReady = this.hasTables();
    if (this.isReady) this.migrate();
  }

  read<T extends Row>(query: string, ...bindings: Binding[]): T[] {
    return this.isReady ? this.run<T>(query, ...bindings) : [];
  }

  /** Rows as they are asked for; nothing may be written meanwhile. */
  *iterate<T extends Row>(query: string, ...bindings: Binding[]): Generator<T> {
    if (!this.isReady) return;
    const cursor = this.sql.exec<T>(query, ...bindings);
    try {
      yield* cursor;
    } finally {
      this.meter.rows(cursor);
    }
  }

  write(query: string, ...bindings: Binding[]): void {
    if (!this.isReady) {
      this.run("CREATE TABLE migration (number INTEGER PRIMARY KEY)");
      this.isReady = true;
      this.migrate();
    }
    this.run(query, ...bindings);
  }

  /** A transaction was rolled back: tables that it made are gone with it. */
  rolledBack(): void {
    this.isReady = this.hasTables();
  }

  private hasTables(): boolean {
    return this.run("SELECT 1 FROM sqlite_master WHERE name = 'migration'").length > 0;
  }

  private migrate(): void {
    const [row] = this.run<{ last: number | null }>("SELECT max(number) AS last FROM migration");
    const done = row?.last ?? 0;
    if (done >= this.migrations.length) return;
    for (const statements of this.migrations.slice(done)) {
      for (const statement of statements) this.run(statement);
    }
    this.run("INSERT INTO migration VALUES (?)", this.migrations.length);
  }

  private run<T extends Row>(query: string, ...bindings: Binding[]): T[] {
    const cursor = this.sql.exec<T>(query, ...bindings);
    const rows = cursor.toArray();
    this.meter.rows(cursor);
    return rows;
  }
}
