import { KEY_END } from "../text.ts";

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
}

/** The cells whose keys begin with a prefix, behind `after` where that is given. */
export function withPrefix(
  cells: Cells,
  prefix: string,
  order: "ascending" | "descending" = "ascending",
  after?: string,
): Iterable<readonly [key: string, text: string]> {
  const end = `${prefix}${KEY_END}`;
  if (after === undefined) return cells.range(prefix, end, order);
  return order === "ascending"
    ? cells.range(`${prefix}${after}\u0000`, end, order)
    : cells.range(prefix, `${prefix}${after}`, order);
}
