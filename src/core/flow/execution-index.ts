import type { Records, Table } from "../durable/records.ts";
import { NUMBER, shaped } from "../durable/shape.ts";
import { sortable } from "../text.ts";
import type { TakeExecution } from "./command.ts";
import type { ExecutionEntry } from "./flow.ts";

/** What of a start an entry does not tell itself. */
export type KeptTake = Pick<
  TakeExecution,
  "input" | "inputText" | "parent" | "lineage" | "begin" | "forkedFrom"
>;

export interface StoredEntry extends ExecutionEntry {
  /** The same start again has the same one. */
  readonly startId: string;
  /** Of its pauses the last that was told: number of the fact. */
  readonly pauseFact?: number;
  /** Of its open callbacks the same. */
  readonly callbackFact?: number;
  /** Of its last redrive. */
  readonly redriveId?: string;
  /** Of one that runs: its start, if it is small. */
  readonly take?: KeptTake;
}

/** What the flow alone needs of an entry. */
type Own = Omit<StoredEntry, keyof ExecutionEntry>;

/** An entry as anybody may see it: a field of the flow's own that is left in does not compile. */
export function withoutOwn({
  startId: _,
  pauseFact: __,
  callbackFact: ___,
  redriveId: ____,
  take: _____,
  ...shown
}: StoredEntry): ExecutionEntry & { readonly [key in keyof Own]?: never } {
  return shown;
}

const ENTRY = shaped<StoredEntry>({
  name: "text",
  generation: "number",
  number: "number",
  version: "number",
  startedBy: "text",
  startId: "text",
  status: "text",
  startedAt: "number",
});

/** The executions of a flow, by name and in the order of their starts: two rows each. */
export class ExecutionIndex {
  private readonly entries: Table<StoredEntry>;
  /** Numbers by names. */
  private readonly numbers: Table<number>;

  constructor(records: Records) {
    this.entries = records.table("execution:", ENTRY);
    this.numbers = records.table("name:", NUMBER);
  }

  find(generation: number, name: string): StoredEntry | undefined {
    const number = this.numbers.get(nameKey(generation, name));
    return number === undefined ? undefined : this.entries.get(entryKey(generation, number));
  }

  at(generation: number, number: number): StoredEntry | undefined {
    return this.entries.getReadable(entryKey(generation, number));
  }

  /** From the one before `before` to older ones. */
  *newest(generation: number, before = Number.MAX_SAFE_INTEGER): Generator<StoredEntry> {
    const after = entryKey(generation, before);
    const range = { within: prefixOf(generation), order: "descending", after } as const;
    for (const [, entry] of this.entries.entries(range)) yield entry;
  }

  /** From the one after `after` to newer ones. */
  *oldest(generation: number, after = 0): Generator<StoredEntry> {
    const range = { within: prefixOf(generation), after: entryKey(generation, after) };
    for (const [, entry] of this.entries.entries(range)) yield entry;
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

  /** Number of the oldest that is kept; of the first one where there is none. */
  firstNumber(generation: number): number {
    return this.first(this.oldest(generation))?.number ?? 1;
  }

  /** Reads them all. */
  countRunning(generation: number): number {
    let running = 0;
    for (const { endedAt, held } of this.newest(generation))
      if (endedAt === undefined && held === undefined) running++;
    return running;
  }

  add(entry: StoredEntry): void {
    this.numbers.put(nameKey(entry.generation, entry.name), entry.number);
    this.change(entry);
  }

  change(entry: StoredEntry): void {
    this.entries.put(entryKey(entry.generation, entry.number), entry);
  }

  remove({ generation, number, name }: Pick<ExecutionEntry, "generation" | "number" | "name">): void {
    this.numbers.delete(nameKey(generation, name));
    this.entries.delete(entryKey(generation, number));
  }
}

function prefixOf(generation: number): string {
  return `${generation}:`;
}

function entryKey(generation: number, number: number): string {
  return `${prefixOf(generation)}${sortable(number)}`;
}

function nameKey(generation: number, name: string): string {
  return `${generation}:${name}`;
}
