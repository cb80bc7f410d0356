import { PAGE_SIZE } from "./limits.ts";

/** Items of a list, and whether there are more behind them. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly more: boolean;
}

/** So many items from the beginning, and no more bytes of JSON than `most`; but one in any case. */
export function pageOf<T>(
  found: Iterable<T>,
  limit: number,
  sizeOf: (item: T) => number,
  most = PAGE_SIZE,
): Page<T> {
  const items: T[] = [];
  let size = 0;
  for (const item of found) {
    size += sizeOf(item);
    if (items.length >= limit || (items.length > 0 && size > most)) return { items, more: true };
    items.push(item);
  }
  return { items, more: false };
}
