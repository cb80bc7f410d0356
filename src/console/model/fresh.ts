/** What a list shows while newer entries come in: those do not move what is read just now. */
export interface Shown<T> {
  /** In the order of the service, each as it is now. */
  readonly rows: readonly T[];
  /** So many newer ones wait. */
  readonly fresh: number;
}

/** `seen` are the keys that were shown first; entries above the first of them wait to be asked for. */
export function withoutFresh<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  seen: ReadonlySet<string>,
): Shown<T> {
  const first = items.findIndex((item) => seen.has(keyOf(item)));
  if (first <= 0) return { rows: items, fresh: 0 };
  return { rows: items.slice(first), fresh: first };
}
