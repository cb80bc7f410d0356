import type { JsonObject } from "../json.ts";
import type { LedgerState } from "./ledger.ts";
import type { FiringKind, Said, ScheduleSpec, Skip } from "./schedule.ts";

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
  /** The row that it lies in instead, if it is large. */
  readonly payloadIn?: string;
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
  /** The shard's change that this one was written with; an earlier release did not count them. */
  change?: number;
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
