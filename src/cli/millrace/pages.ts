import type * as z from "zod";
import type { Client } from "../client.ts";

interface Page<T> {
  readonly items: T[];
  readonly cursor?: string | undefined;
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
  for (let { cursor } = first; cursor !== undefined;) {
    const next = await client.call({ method: "GET", path, query: { ...query, cursor } }, shape);
    items.push(...next.items);
    ({ cursor } = next);
  }
  return { items };
}

/** What to tell below a page that is not the last. */
export function moreNotes({ cursor }: Page<unknown>): string[] {
  return cursor === undefined ? [] : [`There is more: --cursor ${cursor}, or --all`];
}
