import { useEffect, useState } from "preact/hooks";
import { address, type Query, read } from "./client.ts";
import { type Polling, type Resource, useResource } from "./resource.ts";
import type { LeftOut, Page } from "./types.ts";

export interface Paged<T> extends Resource<readonly T[]> {
  readonly reload: () => void;
  /** Absent when all is there. */
  readonly loadMore?: () => void;
  readonly moreError?: unknown;
  /** What it goes without, and why. */
  readonly leftOut: readonly LeftOut[];
}

/** A list of the API: its first page, read again as `polling` says, and those behind it when they are asked for. */
export function usePages<T>(path: string, query: Query, polling: Polling<Page<T>> = {}): Paged<T> {
  const url = address(path, query);
  const first = useResource<Page<T>>(url, polling);
  const [rest, setRest] = useState<Page<T> | undefined>(undefined);
  const [moreError, setMoreError] = useState<unknown>(undefined);
  useEffect(() => setRest(undefined), [url]);
  const cursor = rest ? rest.cursor : first.data?.cursor;

  async function loadMore(): Promise<void> {
    try {
      const answer = await read<Page<T>>(address(path, { ...query, cursor }));
      if (answer) setRest(rest ? joined(rest, answer.data) : answer.data);
      setMoreError(undefined);
    } catch (error) {
      setMoreError(error);
    }
  }

  const { data, ...state } = first;
  return {
    ...state,
    ...(data && { data: [...data.items, ...(rest?.items ?? [])] }),
    ...(cursor !== undefined && { loadMore: () => void loadMore() }),
    moreError,
    leftOut: [...(data?.leftOut ?? []), ...(rest?.leftOut ?? [])],
  };
}

function joined<T>(before: Page<T>, { items, cursor, leftOut = [] }: Page<T>): Page<T> {
  return { items: [...before.items, ...items], cursor, leftOut: [...(before.leftOut ?? []), ...leftOut] };
}
