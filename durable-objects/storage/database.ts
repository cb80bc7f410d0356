import type { Meter } from "../meter.ts";

/** A table and the statement that makes it. A released one is never edited: what comes later is another table. */
export interface TableForm {
  readonly name: string;
  readonly statement: string;
}

type Binding = string | number | null;
type Row = Record<string, SqlStorageValue>;

/** An object's SQL. Every statement of every object goes through here, and is counted. */
export class Database {
  readonly meter: Meter;
  private readonly sql: SqlStorage;
  /** Tables that are there, once somebody asked for one. */
  private names: Set<string> | undefined;

  constructor(sql: SqlStorage, meter: Meter) {
    this.sql = sql;
    this.meter = meter;
  }

  table(form: TableForm): SqlTable {
    return new SqlTable(this, form);
  }

  /** A transaction was rolled back: tables that it made are gone with it. */
  rolledBack(): void {
    this.names = undefined;
  }

  has({ name }: TableForm): boolean {
    this.names ??= new Set(
      this.run<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").map(
        (row) => row.name,
      ),
    );
    return this.names.has(name);
  }

  make({ name, statement }: TableForm): void {
    this.run(statement);
    this.names?.add(name);
  }

  *iterate<T extends Row>(query: string, ...bindings: Binding[]): Generator<T> {
    const cursor = this.sql.exec<T>(query, ...bindings);
    try {
      yield* cursor;
    } finally {
      this.meter.rows(cursor);
    }
  }

  run<T extends Row>(query: string, ...bindings: Binding[]): T[] {
    const cursor = this.sql.exec<T>(query, ...bindings);
    const rows = cursor.toArray();
    this.meter.rows(cursor);
    return rows;
  }
}

/**
 * One table of a database; each query names it. It is made with the first row that is written: an object that was only
 * asked about leaves nothing behind, and what an object has no use for costs it nothing.
 */
export class SqlTable {
  private readonly database: Database;
  private readonly form: TableForm;

  constructor(database: Database, form: TableForm) {
    this.database = database;
    this.form = form;
  }

  read<T extends Row>(query: string, ...bindings: Binding[]): T[] {
    return this.isThere ? this.database.run<T>(query, ...bindings) : [];
  }

  /** Rows as they are asked for; nothing may be written meanwhile. */
  *iterate<T extends Row>(query: string, ...bindings: Binding[]): Generator<T> {
    if (this.isThere) yield* this.database.iterate<T>(query, ...bindings);
  }

  /** Adds a row. */
  insert(query: string, ...bindings: Binding[]): void {
    if (!this.isThere) this.database.make(this.form);
    this.database.run(query, ...bindings);
  }

  /** Changes or deletes rows that are there. */
  change(query: string, ...bindings: Binding[]): void {
    if (this.isThere) this.database.run(query, ...bindings);
  }

  private get isThere(): boolean {
    return this.database.has(this.form);
  }
}
