import { parseOwn } from "../json.ts";
import { UNREADABLE_ROWS_TOLD } from "../limits.ts";
import type { Parking } from "../machine.ts";
import { messageOf } from "../result.ts";
import { KEY_END } from "../text.ts";
import type { Cells } from "./cells.ts";

/** How a table's values look as texts. */
export interface Format<V> {
  read(text: string): V;
  write(value: V): string;
}

/** For texts that are kept as they are. */
export const TEXT: Format<string> = { read: (text) => text, write: (text) => text };

/** Which rows of a table, and in which order. */
export interface Range {
  /** Absent: ascending. */
  readonly order?: "ascending" | "descending";
  /** Only keys that begin so. */
  readonly within?: string;
  /** From behind this key on, in the order asked for. */
  readonly after?: string | undefined;
  /** Up to this key, without it, in the order asked for. */
  readonly until?: string;
}

/**
 * What is true now, as rows of tables: the way to keep state for whoever keeps no journal. What a commit changes is
 * collected and written by `save`, each row once; whoever reads in between sees it.
 */
export class Records {
  /** Rows that could not be read in this memory, the first so many of them. */
  readonly unreadable = new UnreadableRows();
  private readonly cells: Cells;
  private readonly tables: { save(): void; discard(): void }[] = [];

  constructor(cells: Cells) {
    this.cells = cells;
  }

  /** Rows whose keys begin with a prefix that no other table's keys begin with; JSON unless a format is given. */
  table<V>(prefix: string, format: Format<V> = { read: parseOwn<V>, write: JSON.stringify }): Table<V> {
    const table = new Table<V>(this.cells, prefix, format, this.unreadable);
    this.tables.push(table);
    return table;
  }

  /** One row by itself. */
  single<V>(key: string, format?: Format<V>): Single<V> {
    return new Single(this.table<V>(key, format));
  }

  save(): void {
    for (const table of this.tables) table.save();
  }

  /** The commit failed: what it changed is forgotten. */
  discard(): void {
    for (const table of this.tables) table.discard();
  }
}

/** A row as it could be read, or why it could not. */
export type Attempt<V> = { readonly value: V } | { readonly error: unknown };

/** What cannot be read is left out of every list, so that it holds up nothing else; but it is not hidden. */
export class UnreadableRows {
  private readonly found = new Map<string, Parking>();
  private fresh: Parking[] = [];

  note(id: string, error: unknown): void {
    if (this.found.has(id) || this.found.size >= UNREADABLE_ROWS_TOLD) return;
    const parking = { kind: "row", id, reason: `it cannot be read: ${messageOf(error)}` };
    this.found.set(id, parking);
    this.fresh.push(parking);
  }

  /** It was written anew, or is gone. */
  forget(id: string): void {
    this.found.delete(id);
  }

  all(): readonly Parking[] {
    return [...this.found.values()];
  }

  /** Those that were found since the last call. */
  takeNew(): readonly Parking[] {
    const taken = this.fresh;
    this.fresh = [];
    return taken;
  }
}

/** Values by key. Keys are given and told without the table's prefix. */
export class Table<V> {
  private readonly cells: Cells;
  private readonly prefix: string;
  private readonly format: Format<V>;
  private readonly unreadable: UnreadableRows;
  /** What this commit made of rows; `undefined`: they go. */
  private readonly changed = new Map<string, V | undefined>();

  constructor(cells: Cells, prefix: string, format: Format<V>, unreadable: UnreadableRows) {
    this.cells = cells;
    this.prefix = prefix;
    this.format = format;
    this.unreadable = unreadable;
  }

  /** Throws if the row cannot be read. */
  get(key: string): V | undefined {
    if (this.changed.has(key)) return this.changed.get(key);
    const text = this.cells.read(this.prefix + key);
    return text === undefined ? undefined : this.read(text);
  }

  /** As `get`; what cannot be read is noted, and counts as if it was not there. */
  getReadable(key: string): V | undefined {
    try {
      return this.get(key);
    } catch (error) {
      this.unreadable.note(this.prefix + key, error);
      return undefined;
    }
  }

  /** Whether there is such a row, also if it cannot be read. */
  has(key: string): boolean {
    if (this.changed.has(key)) return this.changed.get(key) !== undefined;
    return this.cells.read(this.prefix + key) !== undefined;
  }

  /** The value is written as it is when the commit ends. */
  put(key: string, value: V): void {
    this.changed.set(key, value);
  }

  delete(key: string): void {
    this.changed.set(key, undefined);
  }

  clear(within = ""): void {
    for (const key of Array.from(this.keys({ within }))) this.delete(key);
  }

  /**
   * Rows as they are asked for: nothing may be changed meanwhile, and nobody may wait. One that cannot be read is left out,
   * and noted.
   */
  *entries(range: Range = {}): Generator<[key: string, V]> {
    for (const [key, row] of this.attempts(range)) {
      if ("value" in row) yield [key, row.value];
      else this.unreadable.note(this.prefix + key, row.error);
    }
  }

  /** As `entries`, for whoever has something better to do with what cannot be read. */
  *attempts(range: Range = {}): Generator<[key: string, Attempt<V>]> {
    for (const [key, text] of this.rows(range)) yield [key, this.tryToRead(text)];
  }

  /** Their keys alone, under the same terms. */
  *keys(range: Range = {}): Generator<string> {
    const bounds = this.bounds(range);
    if (!bounds) return;
    for (const key of this.cells.keys(...bounds)) yield key.slice(this.prefix.length);
  }

  save(): void {
    for (const [key, value] of this.changed) {
      this.unreadable.forget(this.prefix + key);
      if (value === undefined) this.cells.delete(this.prefix + key);
      else this.cells.write(this.prefix + key, this.format.write(value));
    }
    this.changed.clear();
  }

  discard(): void {
    this.changed.clear();
  }

  /** Nobody writes `null`: it is as good as no JSON at all. */
  private read(text: string): V {
    const value = this.format.read(text);
    if (value === null) throw new Error("it is null");
    return value;
  }

  private tryToRead(text: string): Attempt<V> {
    try {
      return { value: this.read(text) };
    } catch (error) {
      return { error };
    }
  }

  private *rows(range: Range): Generator<[string, string]> {
    const bounds = this.bounds(range);
    if (!bounds) return;
    for (const [key, text] of this.cells.range(...bounds)) yield [key.slice(this.prefix.length), text];
  }

  /**
   * What a range is to the cells; undefined: nothing is in it. What changed is written before, so that nobody need join memory
   * and disk.
   */
  private bounds({ order = "ascending", within = "", after, until }: Range) {
    this.save();
    let from = within;
    let to = `${within}${KEY_END}`;
    const [low, high] = order === "ascending" ? [after && `${after}\u0000`, until] : [until, after];
    if (low !== undefined && low > from) from = low;
    if (high !== undefined && high < to) to = high;
    return from < to ? ([this.prefix + from, this.prefix + to, order] as const) : undefined;
  }
}

/** A table of one row. */
export class Single<V> {
  private readonly table: Table<V>;

  constructor(table: Table<V>) {
    this.table = table;
  }

  get(): V | undefined {
    return this.table.get("");
  }

  /** The row, or why it cannot be read. */
  attempt(): Attempt<V | undefined> {
    try {
      return { value: this.get() };
    } catch (error) {
      return { error };
    }
  }

  /** As `get`, but in place of what cannot be read, which is noted, it gives `otherwise`. */
  getReadable(otherwise: V): V | undefined {
    return this.table.has("") ? (this.table.getReadable("") ?? otherwise) : undefined;
  }

  put(value: V): void {
    this.table.put("", value);
  }

  delete(): void {
    this.table.delete("");
  }
}
