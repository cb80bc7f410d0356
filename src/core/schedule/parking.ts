import { parkedPause } from "../durable/effects.ts";
import type { Records, Table } from "../durable/records.ts";
import { shaped } from "../durable/shape.ts";
import type { Parking } from "../machine.ts";
import { messageOf } from "../result.ts";

/** That a schedule fires no more, and why. Times are epoch milliseconds. */
export interface ParkedSchedule {
  /** Since when; absent until a command brings the time. */
  readonly at?: number;
  readonly reason: string;
  /** When it is tried again. Absent of what cannot be read: that is tried whenever the shard is brought into memory. */
  readonly retryAt?: number;
}

interface Row extends ParkedSchedule {
  /** How often it failed. */
  readonly tries?: number;
}

const ROW = shaped<Row>({ at: "number", reason: "text" }, { retryAt: "number", tries: "number" });

/** What a schedule does by itself went wrong: it tells which one, so that the others can go on without it. */
export class ScheduleFault extends Error {
  readonly key: string;

  constructor(key: string, cause: unknown) {
    super(messageOf(cause), { cause });
    this.key = key;
    if (cause instanceof Error && cause.stack !== undefined) this.stack = cause.stack;
  }
}

/** Does a schedule's own work; what it throws is a ScheduleFault. */
export function guarded<T>({ key }: { readonly key: string }, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ScheduleFault ? error : new ScheduleFault(key, error);
  }
}

/** Schedules of a shard that do not fire because something is wrong with them, which is none of the others' affair. */
export class ParkedSchedules {
  private readonly table: Table<Row>;
  private readonly rows: Map<string, Row>;
  /** Why what could not be read could not, in this memory. */
  private readonly unread = new Map<string, string>();
  private fresh: Parking[] = [];
  /** How often something about them changed in this memory. */
  changes = 0;

  constructor(records: Records) {
    this.table = records.table("parked:schedule:", ROW);
    this.rows = new Map(this.table.entries());
  }

  get(key: string): ParkedSchedule | undefined {
    const row = this.rows.get(key);
    const reason = this.unread.get(key);
    if (!row) return reason === undefined ? undefined : { reason };
    const { tries: _, ...parked } = row;
    return parked;
  }

  all(): Iterable<readonly [key: string, parked: ParkedSchedule]> {
    return this.rows;
  }

  /** Whether it failed: what cannot be read has no instants anyway. */
  isHeld(key: string): boolean {
    return this.rows.get(key)?.retryAt !== undefined;
  }

  cannotRead(key: string, reason: string): void {
    this.unread.set(key, reason);
  }

  failed(key: string, reason: string, now: number): void {
    const { at = now, tries = 0 } = this.rows.get(key) ?? {};
    this.write(key, { at, reason, tries: tries + 1, retryAt: now + parkedPause(tries) });
  }

  /** What this memory could not read is written down, and what it could read again is over. */
  note(now: number): void {
    for (const [key, reason] of this.unread) {
      const row = this.rows.get(key);
      if (row?.reason !== reason) this.write(key, { at: row?.at ?? now, reason });
    }
    for (const [key, { retryAt }] of this.rows) {
      if (retryAt === undefined && !this.unread.has(key)) this.clear(key);
    }
  }

  clear(key: string): void {
    this.unread.delete(key);
    if (!this.rows.delete(key)) return;
    this.table.delete(key);
    this.changes++;
  }

  /** Those that were parked since the last call. */
  takeNew(): readonly Parking[] {
    const taken = this.fresh;
    this.fresh = [];
    return taken;
  }

  private write(key: string, row: Row): void {
    this.rows.set(key, row);
    this.table.put(key, row);
    this.changes++;
    this.fresh.push({ kind: "schedule", id: key, reason: row.reason });
  }
}
