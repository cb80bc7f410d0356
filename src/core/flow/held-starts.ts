import type { Records, Single, Table } from "../durable/records.ts";
import { shaped } from "../durable/shape.ts";
import { HELD_MS } from "../pause-limits.ts";
import { sortable } from "../text.ts";
import { SECOND_MS } from "../time.ts";
import type { TakeExecution } from "./command.ts";

/** A start that waits: it becomes the effect that hands it to its execution. */
export interface HeldStart extends TakeExecution {
  readonly number: number;
}

/** How many there are, and since when the first of them waits. */
interface Line {
  readonly count: number;
  readonly since: number;
}

const HELD = shaped<HeldStart>({
  kind: "text",
  id: "text",
  since: "number",
  generation: "number",
  number: "number",
  name: "text",
  version: "number",
  startedBy: "text",
});
const LINE = shaped<Line>({ count: "number", since: "number" });

/** Of a row that cannot be read: what there is is counted anew, slice by slice. */
const UNKNOWN: Line = { count: 1, since: 0 };

/** Starts that wait for the resume of their flow, first in, first out. On disk, with their inputs, but for their count. */
export class HeldStarts {
  private readonly table: Table<HeldStart>;
  private readonly row: Single<Line>;
  private line: Line | undefined;
  /** Those that may go on wait so long for the next slice. */
  private pausedUntil = 0;

  constructor(records: Records) {
    this.table = records.table("held:", HELD);
    this.row = records.single("line", LINE);
    this.line = this.row.getReadable(UNKNOWN);
  }

  get count(): number {
    return this.line?.count ?? 0;
  }

  add(start: HeldStart): void {
    this.table.put(keyOf(start), start);
    this.keep({ count: this.count + 1, since: this.line?.since ?? start.since });
  }

  find(generation: number, number: number): HeldStart | undefined {
    return this.table.get(keyOf({ generation, number }));
  }

  /** The first so many. */
  first(most: number): HeldStart[] {
    const found: HeldStart[] = [];
    for (const [, start] of this.table.entries()) if (found.push(start) >= most) break;
    return found;
  }

  remove(starts: readonly HeldStart[]): void {
    for (const start of starts) this.table.delete(keyOf(start));
    if (starts.length === 0) return;
    const [next] = this.first(1);
    this.keep(next && { count: Math.max(1, this.count - starts.length), since: next.since });
  }

  /** A slice has gone on, or none could. */
  rest(now: number): void {
    this.pausedUntil = now + SECOND_MS;
  }

  /** When something of it is to be done; `isHeld`: only the first may have waited too long. */
  nextAt(isHeld: boolean): number | undefined {
    if (!this.line) return undefined;
    return isHeld ? Math.max(this.line.since + HELD_MS, this.pausedUntil) : this.pausedUntil;
  }

  private keep(line: Line | undefined): void {
    this.line = line;
    if (line) this.row.put(line);
    else this.row.delete();
  }
}

function keyOf({ generation, number }: Pick<HeldStart, "generation" | "number">): string {
  return `${sortable(generation)}:${sortable(number)}`;
}
