/** What to change of an object: a key that is absent keeps its value, `null` takes it away. */
export type MergePatch<T> = { readonly [K in keyof T]?: T[K] | null | undefined };

/**
 * An object as a patch leaves it: a merge patch (RFC 7396) of the top level alone, so objects inside are replaced whole.
 * What was taken away is absent, and has its default wherever it is read.
 */
export function patched<T extends object>(stored: T, patch: MergePatch<T>): Partial<T> {
  const changes = Object.entries(patch).filter(([, value]) => value !== undefined);
  const entries = Object.entries({ ...stored, ...Object.fromEntries(changes) });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets the keys
  return Object.fromEntries(entries.filter(([, value]) => value !== null)) as Partial<T>;
}
