import type { Table } from "../durable/records.ts";
import type { Backfill } from "./backfill-state.ts";
import type { CheckRunning, StartFiring } from "./effect.ts";
import { Ledger } from "./ledger.ts";
import { refusalOf } from "./timetable/refusal.ts";
import { payloadsOf, withoutPayload } from "./payloads.ts";
import { type Firing, firingId, scheduleKey } from "./schedule.ts";
import type { Open, ScheduleState, StoredSchedule } from "./state.ts";
import { Timetable, readTimetable } from "./timetable/timetable.ts";

/** What follows from how a schedule was written. */
interface ReadSchedule {
  readonly timetable: Timetable;
  readonly refusal?: string;
  readonly isReadable: boolean;
}

/** The tables in which schedules and their ledgers lie. */
export interface EntryTables {
  readonly schedules: Table<StoredSchedule>;
  readonly firings: Table<Firing[]>;
}

/** A schedule in memory. */
export class Entry {
  readonly key: string;
  readonly ledger: Ledger;
  readonly state: ScheduleState;
  /** The real state of its executions is being asked for; nothing is decided meanwhile. */
  checking: CheckRunning | undefined;
  /** How often it was asked for in this memory. */
  checks = 0;
  /** When to ask for it next, while something waits for their end. */
  recheckAt: number | undefined;
  /** The backfill that runs, once it was read. */
  backfill: Backfill | undefined;
  /** Rows of payloads that are there. */
  readonly payloads: Set<string>;
  private readonly tables: EntryTables;
  private stored: StoredSchedule;
  /** A large payload lies on disk alone. */
  private isWhole: boolean;
  private known: ReadSchedule | undefined;

  constructor(tables: EntryTables, stored: StoredSchedule, state: ScheduleState) {
    this.key = scheduleKey(stored.flow, stored.name);
    this.tables = tables;
    const kept = withoutPayload(stored);
    this.stored = kept ?? stored;
    this.isWhole = kept === undefined;
    this.state = state;
    this.payloads = new Set(payloadsOf(state.open));
    this.ledger = new Ledger(tables.firings, `${this.key}:`, state);
  }

  /** What it says, without a large payload. */
  get spec(): StoredSchedule {
    return this.stored;
  }

  /** All that it says. */
  get whole(): StoredSchedule {
    if (this.isWhole) return this.stored;
    return this.tables.schedules.get(this.key) ?? this.stored;
  }

  /** It says something else from now on. */
  write(stored: StoredSchedule): void {
    this.tables.schedules.put(this.key, stored);
    const kept = withoutPayload(stored);
    this.stored = kept ?? stored;
    this.isWhole = kept === undefined;
    this.known = undefined;
  }

  /** What was stored once goes on, whatever would be refused today; of what cannot be read any more there are no instants. */
  get timetable(): Timetable {
    return this.read.timetable;
  }

  private get read(): ReadSchedule {
    if (this.known) return this.known;
    const { stored, key } = this;
    const read = readTimetable(stored, stored.createdAt, key);
    const refusal = read.ok ? refusalOf(stored) : read;
    return (this.known = {
      timetable: read.ok ? read.timetable : new Timetable({ cron: [] }, key, [], []),
      isReadable: read.ok,
      ...(refusal && { refusal: refusal.detail }),
    });
  }

  /** What of it would be refused if it was stored today. */
  get refusal(): string | undefined {
    return this.read.refusal;
  }

  /** Why it has no instants, if what it says of them cannot be read any more. */
  get unreadable(): string | undefined {
    return this.read.isReadable ? undefined : this.read.refusal;
  }

  /** Executions that count for overlaps. */
  get running(): readonly Open[] {
    return this.state.open.filter(({ kind }) => kind !== "backfill");
  }

  /** When somebody must look at it; undefined when nothing will happen by itself. */
  wakeAt(): number | undefined {
    const { state, stored } = this;
    const times: number[] = [];
    if (stored.enabled && state.nextAt !== undefined) times.push(this.dueAt(state.nextAt));
    // What was being asked when the memory was lost is asked again; an answer to a start comes by itself.
    const isAnswered = this.running.every(({ isTaken }) => isTaken);
    if (!this.checking && state.waiting.length > 0 && isAnswered) times.push(0);
    if (!this.checking && this.recheckAt !== undefined && this.isHeldUp()) times.push(this.recheckAt);
    if (this.backfill?.isDue(this.state.open)) times.push(0);
    for (const { startBy, endBy, isTaken } of state.open) {
      // Whether it has begun is being asked.
      if (!(isTaken && this.checking)) times.push(startBy ?? Infinity);
      times.push(endBy ?? Infinity);
    }
    for (const { startBy } of [...state.buffer, ...state.waiting]) times.push(startBy ?? Infinity);
    const first = Math.min(...times);
    return first === Infinity ? undefined : first;
  }

  /** Whether something waits until an execution ends. */
  isHeldUp(): boolean {
    const { buffer, backfill, open } = this.state;
    return open.length > 0 && (buffer.length > 0 || backfill !== undefined);
  }

  /** Whether the end of its executions matters for what comes. */
  get watchesEnds(): boolean {
    const { overlap = "allow", expect } = this.stored;
    return overlap !== "allow" || expect?.endWithinSeconds !== undefined;
  }

  openOf({ executionName }: Pick<Open, "executionName">): Open | undefined {
    return this.state.open.find((open) => open.executionName === executionName);
  }

  /** The effect that starts a firing's execution; after a restart it is made again from what is stored. */
  startOf(open: Open): StartFiring {
    const { flow, name } = this.stored;
    return {
      id: firingId(this.key, open.kind, open.at, open.backfill),
      kind: "startFiring",
      since: open.since,
      flow,
      schedule: name,
      at: open.at,
      firing: open.kind,
      executionName: open.executionName,
    };
  }

  dueAt(at: number): number {
    return this.stored.jitterSeconds ? this.timetable.startsAt(at) : at;
  }
}
