import type * as z from "zod";
import type { Client } from "../client.ts";

export interface Page<T> {
  readonly items: T[];
  readonly cursor?: string | undefined;
  readonly leftOut?: { readonly name: string; readonly reason: string }[] | undefined;
}

export const ALL = ["--all", "all pages, one after the other"] as const;

/** One page of a list, or all of them. */
export async function readPages<T>(
  client: Client,
  path: string,
  query: Readonly<Record<string, unknown>>,
  shape: z.ZodType<Page<T>>,
  isAll: unknown,
): Promise<Page<T>> {
  const first = await client.call({ method: "GET", path, query }, shape);
  if (isAll !== true) return first;
  const items = [...first.items];
  const leftOut = [...(first.leftOut ?? [])];
  for (let { cursor } = first; cursor !== undefined;) {
    const next = await client.call({ method: "GET", path, query: { ...query, cursor } }, shape);
    items.push(...next.items);
    leftOut.push(...(next.leftOut ?? []));
    ({ cursor } = next);
  }
  return { items, ...(leftOut.length > 0 && { leftOut }) };
}

/** What to tell below a page that is not the last, or not whole. */
export function moreNotes({ cursor, leftOut = [] }: Page<unknown>): string[] {
  const notes = leftOut.map(({ name, reason }) => `"${name}" is left out: ${reason}`);
  return cursor === undefined ? notes : [...notes, `There is more: --cursor ${cursor}, or --all`];
}
