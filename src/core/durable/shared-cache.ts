import { ISOLATE_CACHE_BYTES } from "../limits.ts";

interface Entry {
  readonly value: unknown;
  readonly bytes: number;
  drop(): void;
}

/** What somebody keeps in a cache that others use, too: any of it may be gone at any time. */
export interface CachePart<K, V> {
  get(key: K): V | undefined;
  /** `bytes` is what key and value take in memory. */
  set(key: K, value: V, bytes: number): void;
  delete(key: K): void;
  clear(): void;
}

/**
 * What was lately read or written, of all objects of an isolate, in so many bytes of memory: a cache an object would count
 * as many times as there are objects. What was not used for the longest time goes first; what came last always stays, since
 * whoever brought it is about to use it again.
 */
export class SharedCache {
  private readonly limit: number;
  /** The one used last is last. */
  private readonly entries = new Set<Entry>();
  private kept = 0;

  constructor(limit = ISOLATE_CACHE_BYTES) {
    this.limit = limit;
  }

  /** Bytes that are kept now. */
  get bytes(): number {
    return this.kept;
  }

  /** A room with keys of its own. */
  part<K, V>(): CachePart<K, V> {
    const own = new Map<K, Entry & { readonly value: V }>();
    const forget = (key: K): void => {
      const entry = own.get(key);
      if (!entry) return;
      own.delete(key);
      this.entries.delete(entry);
      this.kept -= entry.bytes;
    };
    return {
      get: (key) => {
        const entry = own.get(key);
        if (entry) this.moveToEnd(entry);
        return entry?.value;
      },
      set: (key, value, bytes) => {
        forget(key);
        const entry = { value, bytes, drop: () => forget(key) };
        own.set(key, entry);
        this.entries.add(entry);
        this.kept += bytes;
        this.makeRoom();
      },
      delete: forget,
      clear: () => {
        for (const key of Array.from(own.keys())) forget(key);
      },
    };
  }

  private moveToEnd(entry: Entry): void {
    this.entries.delete(entry);
    this.entries.add(entry);
  }

  private makeRoom(): void {
    for (const oldest of this.entries) {
      if (this.kept <= this.limit || this.entries.size === 1) return;
      oldest.drop();
    }
  }
}
