/** Texts by key, in the order of their keys: what records are kept in. Synchronous, one row a cell. */
export interface Cells {
  read(key: string): string | undefined;
  write(key: string, text: string): void;
  delete(key: string): void;
  /** Cells with keys in [from, to), read as they are asked for; nothing may be written meanwhile. */
  range(
    from: string,
    to: string,
    order?: "ascending" | "descending",
  ): Iterable<readonly [key: string, text: string]>;
  /** The keys of a range alone: no text is read. */
  keys(from: string, to: string, order?: "ascending" | "descending"): Iterable<string>;
}
