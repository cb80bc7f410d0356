import type { MessageColumns } from "./message-columns.ts";
import { RowHeap } from "./rows/row-heap.ts";

/** What the line of a worker takes besides its rows. */
const LINE_BYTES = 300;

/**
 * The lines at a queue, of messages that can be received: the common one, and one for each worker to which messages were
 * sent by its name. A worker is served from the better head of both.
 */
export class Lines {
  private readonly columns: MessageColumns;
  private readonly common: RowHeap;
  /** By the worker's number. */
  private readonly own = new Map<number, RowHeap>();

  constructor(columns: MessageColumns) {
    this.columns = columns;
    this.common = this.newLine();
  }

  get size(): number {
    let size = this.common.size;
    for (const line of this.own.values()) size += line.size;
    return size;
  }

  /** What the lines of workers take besides their rows. */
  get bytes(): number {
    return this.own.size * LINE_BYTES;
  }

  /** Whether anybody may find a message in one of them. */
  get mayHaveMore(): boolean {
    return this.own.size > 0 || this.common.size > 0;
  }

  add(row: number): void {
    this.lineOf(this.columns.worker.get(row)).add(row);
  }

  /** Of a message that stands in its line, or among none. */
  remove(row: number): void {
    const worker = this.columns.worker.get(row);
    if (worker === 0) {
      this.common.remove(row);
      return;
    }
    const line = this.own.get(worker);
    line?.remove(row);
    if (line?.size === 0) this.own.delete(worker);
  }

  /** The next message for a worker; without a name only what is for everybody. */
  first(worker?: string): number | undefined {
    const everybodys = this.common.peek();
    const id = worker === undefined ? undefined : this.columns.workers.find(worker);
    const own = id === undefined ? undefined : this.own.get(id)?.peek();
    if (own === undefined) return everybodys;
    return everybodys !== undefined && this.isBefore(everybodys, own) ? everybodys : own;
  }

  /** The next messages for everybody, left where they are. */
  peek(max: number): number[] {
    const seen: number[] = [];
    while (seen.length < max) {
      const row = this.common.pop();
      if (row === undefined) break;
      seen.push(row);
    }
    for (const row of seen) this.common.add(row);
    return seen;
  }

  clear(): void {
    this.common.clear();
    this.own.clear();
  }

  private lineOf(worker: number): RowHeap {
    if (worker === 0) return this.common;
    const own = this.own.get(worker) ?? this.newLine();
    this.own.set(worker, own);
    return own;
  }

  private newLine(): RowHeap {
    return new RowHeap(this.columns.place, (a, b) => this.isBefore(a, b));
  }

  /** Lower priority numbers first, then the older message (spec: MNS section 4.6). */
  private isBefore(a: number, b: number): boolean {
    const { priority, number } = this.columns;
    const more = priority.get(a) - priority.get(b);
    return more === 0 ? number.get(a) < number.get(b) : more < 0;
  }
}
