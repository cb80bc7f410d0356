export type Mark = "new" | "changed";

/** Keys of an object that were not in the one before, or had another value; of other values nothing. */
export function changedKeys(before: unknown, after: unknown): ReadonlyMap<string, Mark> {
  const marks = new Map<string, Mark>();
  if (!isObject(before) || !isObject(after)) return marks;
  for (const [key, value] of Object.entries(after)) {
    if (!Object.hasOwn(before, key)) marks.set(key, "new");
    else if (JSON.stringify(before[key]) !== JSON.stringify(value)) marks.set(key, "changed");
  }
  return marks;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
