import { textMemory } from "../../durable/memory.ts";

interface Entry<T> {
  readonly id: number;
  readonly key: string;
  readonly value: T;
  readonly bytes: number;
  uses: number;
}

/** What an entry takes besides its texts. */
const ENTRY_BYTES = 250;

/** Values that many rows have in common, kept once and known by a number. They go when the last row lets go of them. */
export class Numbered<T> {
  private readonly byKey = new Map<string, Entry<T>>();
  private readonly byId = new Map<number, Entry<T>>();
  /** Numbers that nothing has any more. */
  private readonly left: number[] = [];
  private charged = 0;

  get bytes(): number {
    return this.charged;
  }

  value(id: number): T | undefined {
    return this.byId.get(id)?.value;
  }

  find(key: string): number | undefined {
    return this.byKey.get(key)?.id;
  }

  /** The number of a value, for one row more. `key` says all of what is kept. */
  take(key: string, value: T): number {
    const known = this.byKey.get(key);
    if (known) {
      known.uses++;
      return known.id;
    }
    const id = this.left.pop() ?? this.byId.size + 1;
    const entry = { id, key, value, bytes: ENTRY_BYTES + 2 * textMemory(key), uses: 1 };
    this.byKey.set(key, entry);
    this.byId.set(entry.id, entry);
    this.charged += entry.bytes;
    return entry.id;
  }

  /** One row has it no more. */
  leave(id: number): void {
    const entry = this.byId.get(id);
    if (!entry || --entry.uses > 0) return;
    this.byKey.delete(entry.key);
    this.byId.delete(id);
    this.left.push(id);
    this.charged -= entry.bytes;
  }

  clear(): void {
    this.byKey.clear();
    this.byId.clear();
    this.left.length = 0;
    this.charged = 0;
  }
}
