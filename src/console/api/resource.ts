import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { type Answer, read } from "./client.ts";

/** What a page knows of one address: stale data stays when a later call fails. */
export interface Resource<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly isLoading: boolean;
  /** When the data was right, in milliseconds. */
  readonly asOf?: number;
}

interface Known {
  readonly answer: Answer<unknown>;
  readonly asOf: number;
}

const KNOWN_MAX = 60;
/** What was read last, so that going back shows it at once. */
const known = new Map<string, Known>();

function remember(url: string, answer: Answer<unknown>): void {
  known.delete(url);
  known.set(url, { answer, asOf: Date.now() });
  const oldest = known.keys().next().value;
  if (known.size > KNOWN_MAX && oldest !== undefined) known.delete(oldest);
}

function knownAt<T>(url: string): { readonly answer: Answer<T>; readonly asOf: number } | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what an address answers has one shape
  return known.get(url) as { answer: Answer<T>; asOf: number } | undefined;
}

/** Of whoever signed out nothing stays. */
export function forgetAll(): void {
  known.clear();
}

const POLL_SPREAD = 0.2;

export interface Polling<T> {
  /** About so often while the tab is visible, spread by a fifth; never by default. */
  readonly everyMs?: number | undefined;
  /** Whether it goes on. */
  readonly until?: (data: T) => boolean;
}

/**
 * Reads an address now, whenever `reload` is called, and as `polling` says. A hidden tab asks nothing, and asks at once
 * when it is shown again. An undefined address reads nothing.
 */
export function useResource<T>(
  url: string | undefined,
  polling: Polling<T> = {},
): Resource<T> & { readonly reload: () => void } {
  const watched = useMemo(() => watch<T>(url, polling), [url, polling.everyMs]);
  useEffect(() => watched.begin(), [watched]);
  return { ...watched.state.value, reload: watched.reload };
}

function watch<T>(url: string | undefined, { everyMs, until }: Polling<T>) {
  const before = url === undefined ? undefined : knownAt<T>(url);
  const state = signal<Resource<T>>(
    before
      ? { data: before.answer.data, asOf: before.asOf, isLoading: true }
      : { isLoading: url !== undefined },
  );
  let etag = before?.answer.etag;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | undefined;

  async function ask(): Promise<void> {
    if (url === undefined) return;
    clearTimeout(timer);
    asking?.abort();
    const own = new AbortController();
    asking = own;
    try {
      const answer = await read<T>(url, etag, own.signal);
      if (answer) {
        etag = answer.etag;
        remember(url, answer);
      }
      const data = answer?.data ?? state.peek().data;
      state.value = { ...(data !== undefined && { data }), asOf: Date.now(), isLoading: false };
    } catch (error) {
      if (own.signal.aborted) return;
      state.value = { ...state.peek(), error, isLoading: false };
    }
    schedule();
  }

  function schedule(): void {
    const { data } = state.peek();
    if (everyMs === undefined || document.hidden || (data !== undefined && until?.(data) === true)) return;
    timer = setTimeout(() => void ask(), everyMs * (1 + POLL_SPREAD * (2 * Math.random() - 1)));
  }

  function shown(): void {
    if (document.hidden) clearTimeout(timer);
    else if (everyMs !== undefined) void ask();
  }

  return {
    state,
    reload: () => void ask(),
    begin() {
      void ask();
      document.addEventListener("visibilitychange", shown);
      return () => {
        document.removeEventListener("visibilitychange", shown);
        clearTimeout(timer);
        asking?.abort();
      };
    },
  };
}
