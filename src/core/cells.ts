/** Texts by key, in the order of their keys: where most objects keep their records. Synchronous, one row a cell. */
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

/** Sorts after every character that keys are made of. */
export const KEY_END = "\uffff";

/** Numbers as they must stand in keys to sort rightly; for any instant or count of ours. */
export function sortable(number: number): string {
  return String(number).padStart(16, "0");
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
