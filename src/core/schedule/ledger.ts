import type { Table } from "../durable/records.ts";
import { LEDGER_CHUNK, LEDGER_DAYS_MAX, LEDGER_ROWS_MAX } from "../limits.ts";
import { sortable } from "../text.ts";
import { DAY_MS } from "../time.ts";
import { type Lately, latelyOf, recounted } from "./lately.ts";
import type { Firing, FiringKind, Verdict } from "./schedule.ts";

/** The part of a schedule's stored state that its ledger keeps. */
export interface LedgerState {
  /** Firings ever, by verdict. */
  counts: Partial<Record<Verdict, number>>;
  /** Rows that are kept. */
  rows: number;
  /** Sealed chunks. */
  chunks: number;
  /** The newest rows, oldest first. */
  tail: Firing[];
  /** Absent in states of older releases, until the next firing. */
  lately?: Lately;
}

/**
 * A schedule's firings in the order of instant and kind. The newest lie in the schedule's state, which is written with each
 * change anyway; older ones are sealed, several to a row: so a firing costs little more than the row of its state. Later
 * changes rewrite the row that a firing lies in.
 */
export class Ledger {
  private readonly table: Table<Firing[]>;
  /** What the keys of this ledger's chunks begin with. */
  private readonly within: string;
  private readonly state: LedgerState;
  /** Sealed chunks that were changed in this commit. */
  private readonly changed = new Map<string, Firing[]>();

  constructor(table: Table<Firing[]>, within: string, state: LedgerState) {
    this.table = table;
    this.within = within;
    this.state = state;
  }

  find(at: number, kind: FiringKind): Firing | undefined {
    const position = positionOf(at, kind);
    const { firings } = this.chunkOf(position);
    const found = firings[placeOf(firings, position)];
    return found && own(found) === position ? found : undefined;
  }

  /** Adds a firing, or puts it in the place of the one with its instant and kind. */
  set(firing: Firing, now: number): void {
    const { state } = this;
    const position = own(firing);
    const chunk = this.chunkOf(position);
    const firings = chunk.firings;
    const index = placeOf(firings, position);
    const found = firings[index];
    const old = found && own(found) === position ? found : undefined;
    this.recount(firing, old);
    firings.splice(index, old ? 1 : 0, firing);
    this.count(firing.verdict, 1);
    if (old) this.count(old.verdict, -1);
    else state.rows++;
    if (chunk.key !== undefined) this.changed.set(chunk.key, firings);
    if (state.tail.length > 2 * LEDGER_CHUNK) this.seal(now);
  }

  /** Newest first, the ones before a position. */
  *newestFirst(before?: string): Generator<readonly [position: string, Firing]> {
    this.flush();
    for (const firing of this.state.tail.toReversed()) {
      if (before === undefined || own(firing) < before) yield [own(firing), firing];
    }
    const after = before && this.within + before;
    for (const [, firings] of this.table.entries({ within: this.within, order: "descending", after })) {
      for (const firing of firings.toReversed()) {
        if (before === undefined || own(firing) < before) yield [own(firing), firing];
      }
    }
  }

  /**
   * Those from a time to another, both inclusive, newest first, and how many sealed chunks were read for them: at most so
   * many, and then it is cut.
   */
  stretch(
    from: number,
    to: number,
    chunksMax: number,
  ): { readonly firings: readonly Firing[]; readonly read: number; readonly isCut: boolean } {
    this.flush();
    const firings: Firing[] = [];
    /** False once there is nothing older to look for. */
    const take = (chunk: readonly Firing[]) => {
      firings.push(...chunk.filter(({ at }) => at >= from && at <= to).toReversed());
      return (chunk[0]?.at ?? from) >= from;
    };
    let read = 0;
    if (!take(this.state.tail) || this.state.chunks === 0) return { firings, read, isCut: false };
    const after = this.within + sortable(to + 1);
    for (const [, chunk] of this.table.entries({ within: this.within, order: "descending", after })) {
      if (read >= chunksMax) return { firings, read, isCut: true };
      read++;
      if (!take(chunk)) break;
    }
    return { firings, read, isCut: false };
  }

  /** Puts what this commit changed in sealed chunks into its rows. */
  flush(): void {
    for (const [key, firings] of this.changed) {
      // Something older may have come before what was the oldest.
      if (firings[0] && key !== this.within + own(firings[0])) this.table.delete(key);
      for (let start = 0; start < firings.length; start += 2 * LEDGER_CHUNK) {
        const part = firings.slice(start, start + 2 * LEDGER_CHUNK);
        if (part[0]) this.table.put(this.within + own(part[0]), part);
        if (start > 0) this.state.chunks++;
      }
    }
    this.changed.clear();
  }

  removeAll(): void {
    this.changed.clear();
    this.table.clear(this.within);
  }

  private recount(firing: Firing, old: Firing | undefined): void {
    const { state } = this;
    const before = state.lately ?? latelyOf(state.tail, state.chunks === 0);
    state.lately = recounted(old ? recounted(before, old, -1) : before, firing, 1);
  }

  private count(verdict: Verdict, change: number): void {
    const { counts } = this.state;
    const count = (counts[verdict] ?? 0) + change;
    if (count > 0) counts[verdict] = count;
    else delete counts[verdict];
  }

  /** The sealed chunk that a position belongs to; the tail when it is not before it. */
  private chunkOf(position: string): { readonly key?: string; readonly firings: Firing[] } {
    const { tail, chunks } = this.state;
    const [first] = tail;
    if (chunks === 0 || (first && own(first) <= position)) return { firings: tail };
    const key = this.keyBefore(position);
    if (key === undefined) return { firings: tail };
    const known = this.changed.get(key);
    if (known) return { key, firings: known };
    return { key, firings: this.table.get(key) ?? [] };
  }

  /** The last chunk that begins at a position or before it, else the first one. */
  private keyBefore(position: string): string | undefined {
    const { within } = this;
    const after = `${within}${position}\u0000`;
    for (const key of this.table.keys({ within, order: "descending", after })) return key;
    for (const key of this.table.keys({ within })) return key;
    return undefined;
  }

  private seal(now: number): void {
    const { state } = this;
    const sealed = state.tail.splice(0, LEDGER_CHUNK);
    const [first] = sealed;
    if (!first) return;
    this.table.put(this.within + own(first), sealed);
    state.chunks++;
    this.prune(now);
  }

  private prune(now: number): void {
    const { state } = this;
    const oldest = now - LEDGER_DAYS_MAX * DAY_MS;
    const over: string[] = [];
    for (const [key, kept] of this.table.entries({ within: this.within })) {
      const firings = this.changed.get(key) ?? kept;
      const isOld = (firings.at(-1)?.at ?? 0) < oldest;
      if (!isOld && state.rows - firings.length < LEDGER_ROWS_MAX) break;
      state.rows -= firings.length;
      over.push(key);
    }
    for (const key of over) {
      this.table.delete(key);
      this.changed.delete(key);
      state.chunks--;
    }
  }
}

/** Where a position is, or would be, among firings in order. A backfill can put thousands into one chunk within a commit. */
function placeOf(firings: readonly Firing[], position: string): number {
  let [low, high] = [0, firings.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const firing = firings[middle];
    if (firing && own(firing) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

function own({ at, kind }: Firing): string {
  return positionOf(at, kind);
}

function positionOf(at: number, kind: FiringKind): string {
  return `${sortable(at)}:${kind}`;
}
