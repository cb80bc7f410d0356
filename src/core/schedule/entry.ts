import type { Table } from "../durable/records.ts";
import type { JsonObject } from "../json.ts";
import type { Backfill } from "./backfill-record.ts";
import type { CheckRunning, Said } from "./command.ts";
import { Ledger, type LedgerState } from "./ledger.ts";
import { refusalOf } from "./timetable/refusal.ts";
import { type Firing, type FiringKind, type ScheduleSpec, type Skip, scheduleKey } from "./schedule.ts";
import { Timetable, readTimetable } from "./timetable/timetable.ts";

/** A schedule as it was written; changes only when somebody changes it. */
export interface StoredSchedule extends ScheduleSpec {
  readonly enabled: boolean;
  readonly flow: string;
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Of the flow that it was made for. */
  readonly generation?: number;
}

/** An instant whose time has come and that has no final verdict yet. */
export interface Waiting {
  readonly at: number;
  readonly startsAt: number;
  readonly firedBy: string;
  /** Why it starts although its time has passed. */
  readonly reason?: string;
  /** When `expect` is broken. */
  readonly startBy?: number;
}

/** A firing that started, as far as somebody must know what becomes of it. */
export interface Open {
  readonly at: number;
  readonly kind: FiringKind;
  readonly executionName: string;
  /** When its start was asked for. */
  readonly since: number;
  /** Its flow has the start; what has no such mark is asked for again after a restart. */
  readonly isTaken?: boolean;
  /** When `expect` is broken, unless it was. */
  readonly startBy?: number;
  readonly endBy?: number;
  /** Its own: of a manual run that brought one, or of a schedule that was given another one since. */
  readonly payload?: JsonObject;
  readonly backfill?: string;
}

/** What a repeated request finds. */
export interface Run {
  readonly id: string;
  readonly startId: string;
  readonly at: number;
  readonly executionName?: string;
  readonly backfill?: string;
}

/** What changes with each firing: one cell, which holds the newest rows of the ledger, too. */
export interface ScheduleState extends LedgerState {
  /**
   * Every instant up to here has its row, or waits for its verdict. Absent in states of older releases: see settled.ts.
   */
  settledUntil?: number;
  /**
   * The first instant behind it, as it follows from the expressions, the zone's data and the rows of today: worked out anew
   * whenever a state is read. It is written for releases that know nothing else.
   */
  nextAt?: number | undefined;
  paused?: ({ readonly at: number } & Said) | undefined;
  skips: Skip[];
  waiting: Waiting[];
  buffer: Waiting[];
  open: Open[];
  runs: Run[];
  /** The one that runs, and how many there were. */
  backfill?: string | undefined;
  backfills: number;
}

export function newState(): ScheduleState {
  return {
    counts: {},
    rows: 0,
    chunks: 0,
    tail: [],
    skips: [],
    waiting: [],
    buffer: [],
    open: [],
    runs: [],
    backfills: 0,
  };
}

/** What follows from how a schedule was written. */
interface ReadSchedule {
  readonly timetable: Timetable;
  readonly refusal?: string;
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
  private stored: StoredSchedule;
  private known: ReadSchedule | undefined;

  constructor(firings: Table<Firing[]>, stored: StoredSchedule, state: ScheduleState) {
    this.key = scheduleKey(stored.flow, stored.name);
    this.stored = stored;
    this.state = state;
    this.ledger = new Ledger(firings, `${this.key}:`, state);
  }

  get spec(): StoredSchedule {
    return this.stored;
  }

  set spec(stored: StoredSchedule) {
    this.stored = stored;
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
      ...(refusal && { refusal: refusal.detail }),
    });
  }

  /** What of it would be refused if it was stored today. */
  get refusal(): string | undefined {
    return this.read.refusal;
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

  dueAt(at: number): number {
    return this.stored.jitterSeconds ? this.timetable.startsAt(at) : at;
  }
}
