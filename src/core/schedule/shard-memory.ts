import { Budget } from "../durable/budget.ts";
import { takesMuch } from "../durable/effects.ts";
import { jsonMemory, recordMemory } from "../durable/memory.ts";
import type { JsonObject } from "../json.ts";
import { LEDGER_CHUNK, SHARD_FIRINGS_BYTES } from "../limits.ts";
import { LATELY_CELLS } from "../night-limits.ts";
import type { Rejection } from "../result.ts";
import type { StoredBackfill } from "./backfill-state.ts";
import type { Entry } from "./entry.ts";
import type { Firing, Skip } from "./schedule.ts";
import type { Open, Run, StoredSchedule, Waiting } from "./state.ts";

/** Of a schedule besides its texts: what it is kept in, its instants as they were read, its wake. */
const ENTRY_BYTES = 3000;
const FIRING_BYTES = 300;
/** Of a start that no flow has, besides its texts: its effect, and what the host knows of that. */
const START_BYTES = 1000;
/** Of an execution that is watched: itself, and its place in the question how it is. */
const WATCHED_BYTES = 400;
const WAITING_BYTES = 250;
/** Of what a repeated request finds. */
const REMEMBERED_BYTES = 250;
/** The same of one that somebody asks for: with its texts at their longest. */
const RUN_BYTES = START_BYTES + 1200;
const INSTANT_BYTES = 16;

const WHAT = "the shard that the schedule belongs to";
const FEWER = "delete schedules that nobody needs, or make what they say shorter";
const LATER = "try again when executions that were started have begun";

/** What the ledger says of what found no room. */
export const NO_ROOM = `${WHAT} keeps as much as its memory holds`;
/**
 * Of the newest rows of its ledger, which it will have sooner or later; each may say that there was no room: for these words
 * there has to be some.
 */
const TAIL_BYTES = (2 * LEDGER_CHUNK + 1) * (FIRING_BYTES + textBytes(NO_ROOM));

/** Of the half hours that it counts its firings by: so many characters each. */
const LATELY_BYTES = 2 * LATELY_CELLS * 5;

/** What an execution takes that is to start, or is watched. */
export function openBytes({ executionName, payload, isTaken }: Open): number {
  const own = payload ? jsonMemory(payload) : 0;
  return (isTaken ? WATCHED_BYTES : START_BYTES) + own + textBytes(executionName);
}

/** What an instant takes that waits, or is to be skipped. */
export function instantBytes({ reason }: Waiting | Skip): number {
  return WAITING_BYTES + textBytes(reason);
}

function runBytesOf({ id, startId, executionName }: Run): number {
  return REMEMBERED_BYTES + textBytes(id) + textBytes(startId) + textBytes(executionName);
}

function firingBytes({ executionName, reason, error }: Firing): number {
  return FIRING_BYTES + textBytes(executionName) + textBytes(reason) + textBytes(error);
}

/** As if each character took two bytes. */
function textBytes(text = ""): number {
  return 2 * text.length;
}

/** What a run takes that somebody asks for, with what is remembered of the request. */
export function runBytes(payload: JsonObject = {}): number {
  return RUN_BYTES + (takesMuch(payload) ? 0 : jsonMemory(payload));
}

/** What a backfill takes while it runs: its plan, and as many starts as it may have at once. */
export function backfillBytes({ payload = {}, count, parallelism }: StoredBackfill): number {
  return jsonMemory(payload) + count * INSTANT_BYTES + parallelism * RUN_BYTES;
}

/** A schedule is kept as it was written, and as its instants were read. */
function specBytes(stored: StoredSchedule): number {
  return 2 * recordMemory(stored);
}

function entryBytes({ spec, state, backfill }: Entry): number {
  const { tail, lately, waiting, buffer, open, skips, runs } = state;
  return (
    ENTRY_BYTES +
    specBytes(spec) +
    Math.max(TAIL_BYTES, sum(tail, firingBytes)) +
    Math.max(LATELY_BYTES, textBytes(lately?.cells)) +
    sum(waiting, instantBytes) +
    sum(buffer, instantBytes) +
    sum(skips, instantBytes) +
    sum(runs, runBytesOf) +
    sum(open, openBytes) +
    (backfill ? backfillBytes(backfill.stored) : 0)
  );
}

function sum<T>(records: readonly T[], bytesOf: (record: T) => number): number {
  return records.reduce((bytes, one) => bytes + bytesOf(one), 0);
}

/**
 * What the schedules of a shard take in memory. Each is measured when it was written; what comes to it in between is added up.
 * People are refused what there is no room for, and room is left for what time brings: that gets rows that say why it did
 * not start.
 */
export class ShardMemory {
  readonly budget = new Budget();
  private readonly charged = new Map<Entry, number>();

  measure(entry: Entry): void {
    this.charge(entry, entryBytes(entry) - (this.charged.get(entry) ?? 0));
  }

  forget(entry: Entry): void {
    this.budget.release(this.charged.get(entry) ?? 0);
    this.charged.delete(entry);
  }

  /** Of a schedule that says something new, in the place of an old one if there is one. */
  refuseSchedule(stored: StoredSchedule, old: Entry | undefined): Rejection | undefined {
    const before = old ? specBytes(old.spec) : -ENTRY_BYTES - TAIL_BYTES - LATELY_BYTES;
    const bytes = specBytes(stored) - before;
    return bytes <= 0 ? undefined : this.budget.refusal(bytes + SHARD_FIRINGS_BYTES, WHAT, FEWER);
  }

  /** Of what would take so much more. */
  refuse(bytes: number): Rejection | undefined {
    return this.budget.refusal(bytes, WHAT, LATER);
  }

  /** So much more of a schedule, if there is room. */
  take(entry: Entry, bytes: number): Rejection | undefined {
    const full = this.refuse(bytes);
    if (!full) this.charge(entry, bytes);
    return full;
  }

  /** Whether there is nearly no room any more. */
  get isFull(): boolean {
    return this.refuse(RUN_BYTES) !== undefined;
  }

  private charge(entry: Entry, bytes: number): void {
    this.budget.charge(bytes);
    this.charged.set(entry, (this.charged.get(entry) ?? 0) + bytes);
  }
}
