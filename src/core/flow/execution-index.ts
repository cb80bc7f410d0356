import { type Cells, sortable, withPrefix } from "../cells.ts";
import { parseOwn } from "../json.ts";
import type { ExecutionEntry } from "./flow.ts";

export interface StoredEntry extends ExecutionEntry {
  /** The same start again has the same one. */
  readonly startId: string;
}

/** The executions of a flow, by name and in the order of their starts: two cells each. */
export class ExecutionIndex {
  private readonly cells: Cells;

  constructor(cells: Cells) {
    this.cells = cells;
  }

  find(generation: number, name: string): StoredEntry | undefined {
    const number = this.cells.read(nameKey(generation, name));
    const text = number === undefined ? undefined : this.cells.read(entryKey(generation, Number(number)));
    return text === undefined ? undefined : parseOwn<StoredEntry>(text);
  }

  /** From the one before `before` to older ones. */
  *newest(generation: number, before = Number.MAX_SAFE_INTEGER): Generator<StoredEntry> {
    const range = withPrefix(this.cells, prefixOf(generation), "descending", sortable(before));
    for (const [, text] of range) yield parseOwn<StoredEntry>(text);
  }

  /** From the one after `after` to newer ones. */
  *oldest(generation: number, after = 0): Generator<StoredEntry> {
    const range = withPrefix(this.cells, prefixOf(generation), "ascending", sortable(after));
    for (const [, text] of range) yield parseOwn<StoredEntry>(text);
  }

  /** The number of the first execution that was started after an instant: found without reading those between. */
  firstAfter(generation: number, at: number): number {
    let low = 1;
    let high = (this.first(this.newest(generation))?.number ?? 0) + 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = this.first(this.newest(generation, middle + 1));
      if (entry && entry.startedAt > at) high = entry.number;
      else low = middle + 1;
    }
    return low;
  }

  first(entries: Iterable<StoredEntry>): StoredEntry | undefined {
    for (const entry of entries) return entry;
    return undefined;
  }

  /** Reads them all. */
  countRunning(generation: number): number {
    let running = 0;
    for (const { endedAt } of this.newest(generation)) if (endedAt === undefined) running++;
    return running;
  }

  add(entry: StoredEntry): void {
    this.cells.write(nameKey(entry.generation, entry.name), String(entry.number));
    this.change(entry);
  }

  change(entry: StoredEntry): void {
    this.cells.write(entryKey(entry.generation, entry.number), JSON.stringify(entry));
  }

  remove({ generation, number, name }: Pick<ExecutionEntry, "generation" | "number" | "name">): void {
    this.cells.delete(nameKey(generation, name));
    this.cells.delete(entryKey(generation, number));
  }
}

function prefixOf(generation: number): string {
  return `execution:${generation}:`;
}

function entryKey(generation: number, number: number): string {
  return `${prefixOf(generation)}${sortable(number)}`;
}

function nameKey(generation: number, name: string): string {
  return `name:${generation}:${name}`;
}
