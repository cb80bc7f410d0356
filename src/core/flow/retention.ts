import { type Records, type Single, TEXT, type Table } from "../durable/records.ts";
import { NUMBER } from "../durable/shape.ts";
import {
  EXECUTIONS_REMOVED_AT_ONCE,
  REMOVAL_PAUSE_MS,
  REMOVAL_SCANNED_AT_ONCE,
  UNTOLD_END_MS,
} from "../limits.ts";
import type { ExecutionIndex, StoredEntry } from "./execution-index.ts";

/** What one slice of a look came to. */
export interface Slice {
  readonly generation: number;
  /** Kept long enough: they are to be removed now. */
  readonly due: readonly StoredEntry[];
  /** It is a deleted generation, and nothing is left of it. */
  readonly isGone: boolean;
}

interface Look {
  generation: number;
  /** Number of the last execution that was looked at. */
  after: number;
  /** The earliest instant at which anything that was left can be due. */
  nextAt: number;
}

/**
 * Finds executions that were kept long enough. It looks at the oldest of them now and then, in bounded slices, and each
 * look tells when the next one can find anything: so an execution that ends costs no alarm and no row for this.
 */
export class Retention {
  private readonly kept: Single<number>;
  /** Generations that are deleted; the rows say no more than that. */
  private readonly deletedRows: Table<string>;
  private readonly index: ExecutionIndex;
  private at: number | undefined;
  private current: Look | undefined;

  constructor(records: Records, index: ExecutionIndex) {
    this.kept = records.single("lookAt", NUMBER);
    this.deletedRows = records.table("deleted:", TEXT);
    this.index = index;
    this.at = this.kept.getReadable(0);
  }

  /** When to look, or to go on with a look. */
  get nextAt(): number | undefined {
    return this.at;
  }

  /** Something can be due then; an earlier look that is planned stands. */
  lookAt(at: number): void {
    if (this.at !== undefined && this.at <= at) return;
    this.at = at;
    this.kept.put(at);
  }

  /** How long they are kept is another: a look that is under way begins anew, since it went by the old rule. */
  lookAgain(now: number): void {
    this.current = undefined;
    this.lookAt(now);
  }

  /** What is left of a deleted generation goes as soon as it has ended. */
  deleted(generation: number, now: number): void {
    this.deletedRows.put(String(generation), "");
    this.lookAt(now + REMOVAL_PAUSE_MS);
  }

  /** Some of those that were due have something to do yet: they are looked at again, and others go first. */
  comeBack(now: number): void {
    const at = now + REMOVAL_PAUSE_MS;
    // A look that is under way goes on with the others first.
    if (this.current) this.current.nextAt = Math.min(this.current.nextAt, at);
    else this.lookAt(at);
  }

  look(generation: number, keptMs: number, now: number): Slice {
    const generations = [...this.deletedGenerations(), generation];
    const look = (this.current ??= {
      generation: Math.min(...generations),
      after: 0,
      nextAt: Number.POSITIVE_INFINITY,
    });
    const isDeleted = look.generation < generation;
    const isUntouched = look.after === 0;
    const { due, isOver } = this.scan(look, isDeleted ? undefined : keptMs, now);
    // Once they are removed, the generation is to be looked at once more.
    if (isDeleted && due.length > 0) look.nextAt = now;
    const isGone = isDeleted && isUntouched && look.after === 0;
    if (isGone) this.deletedRows.delete(String(look.generation));
    const slice = { generation: look.generation, due, isGone };
    if (!isOver) return slice;
    const next = generations.find((one) => one > look.generation);
    if (next === undefined) this.finish(look, now);
    else Object.assign(look, { generation: next, after: 0 });
    return slice;
  }

  /** Without a time they go when they have ended; if nobody told that for days, they are stopped before they are removed. */
  private scan(look: Look, keptMs: number | undefined, now: number): { due: StoredEntry[]; isOver: boolean } {
    const due: StoredEntry[] = [];
    let scanned = 0;
    for (const entry of this.index.oldest(look.generation, look.after)) {
      if (due.length >= EXECUTIONS_REMOVED_AT_ONCE || scanned++ >= REMOVAL_SCANNED_AT_ONCE) {
        return { due, isOver: false };
      }
      look.after = entry.number;
      const { startedAt, endedAt = keptMs === undefined ? startedAt + UNTOLD_END_MS : now + 1 } = entry;
      const keptUntil = endedAt + (keptMs ?? 0);
      if (keptUntil <= now) due.push(entry);
      else look.nextAt = Math.min(look.nextAt, keptUntil);
      // Whatever follows was started later, so it is not due either.
      if (keptMs !== undefined && startedAt + keptMs > now) break;
    }
    return { due, isOver: true };
  }

  private finish({ nextAt }: Look, now: number): void {
    this.current = undefined;
    this.at = undefined;
    if (Number.isFinite(nextAt)) this.lookAt(Math.max(now + REMOVAL_PAUSE_MS, nextAt));
    else this.kept.delete();
  }

  private deletedGenerations(): number[] {
    return Array.from(this.deletedRows.keys(), Number).toSorted((a, b) => a - b);
  }
}
