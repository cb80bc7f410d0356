import { given } from "../given.ts";
import type { WorkerEntry } from "./worker-entry.ts";

/**
 * How a worker stood at the end of a commit, but for what it tells of itself, its single tasks, and hours that its row has:
 * that is written more often than each hour.
 */
export interface WorkerNote extends Omit<WorkerEntry, "about" | "finished"> {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Of the registry's save: the row of a worker tells which ones it has. */
  readonly nth: number;
  /** Processes of the same name that are over, by their keys: what was known of them it has taken on. */
  readonly replaces?: readonly string[];
}

/** The one that goes on, and the one before it. */
const HOURS_NOTED = 2;

/**
 * What changed of workers since their row was written, by process or name. It rides in rows that are written anyway, so
 * that a queue which falls idle knows afterwards what it knew: a row of its own each time would double what a report costs.
 */
export class WorkerNotes {
  /** Those that no row of workers has yet. */
  private readonly open = new Map<string, WorkerNote>();
  /** Of these, those that no other row has either. */
  private readonly untold = new Set<string>();
  private restored: WorkerNote[] = [];

  put(
    key: string,
    { about: _, finished: __, hours, ...entry }: WorkerEntry,
    { replaces, ...when }: Pick<WorkerNote, "at" | "nth"> & { readonly replaces?: string[] | undefined },
  ): void {
    this.open.set(key, { ...entry, ...when, ...given({ replaces, hours: hours?.slice(-HOURS_NOTED) }) });
    this.untold.add(key);
  }

  /** It is forgotten, or its row is written. */
  drop(key: string): void {
    this.open.delete(key);
    this.untold.delete(key);
  }

  /** For the next row that is written. */
  takeUntold(): readonly WorkerNote[] | undefined {
    if (this.untold.size === 0) return undefined;
    const notes = [...this.untold].flatMap((key) => this.open.get(key) ?? []);
    this.untold.clear();
    return notes;
  }

  /** What a restart would not find in the rows of workers. */
  snapshot(): readonly WorkerNote[] {
    return [...this.open.values()];
  }

  /** Takes back what a row told, in the order of the rows. */
  restore(notes: readonly WorkerNote[]): void {
    this.restored.push(...notes);
  }

  takeRestored(): readonly WorkerNote[] {
    const { restored } = this;
    this.restored = [];
    return restored;
  }

  clear(): void {
    this.open.clear();
    this.untold.clear();
    this.restored = [];
  }
}
