import { EFFECT_PREFIX, RecordedEffects } from "../durable/effects.ts";
import { Nonces } from "../durable/nonces.ts";
import type { Format, Records, Table } from "../durable/records.ts";
import { parseOwn } from "../json.ts";
import { Backfills } from "./backfill-state.ts";
import { SCHEDULE_EFFECT_KINDS, type ScheduleEffect, type StartFiring } from "./effect.ts";
import { Entry } from "./entry.ts";
import { type Firing, scheduleKey } from "./schedule.ts";
import { resettle, returnTo } from "./settled.ts";
import { type ScheduleState, type StoredSchedule, newState } from "./state.ts";
import { Wakes } from "./wakes.ts";

const EMPTY = newState();
const STATE: Format<Partial<ScheduleState>> = {
  read: parseOwn<Partial<ScheduleState>>,
  write: (state) => JSON.stringify(state, withoutEmpty),
};

/**
 * The schedules of one shard: in memory all of them with their state, on disk a row for what a schedule says, one for its
 * state, and sealed chunks of its ledger. Who is due next comes from a heap: nobody looks at the others.
 */
export class ScheduleStore {
  /** Whether there is anybody to be told of anything. */
  readonly hasWebhook: boolean;
  private readonly entries = new Map<string, Entry>();
  private readonly changed = new Set<Entry>();
  private readonly wakes = new Wakes();
  readonly effects: RecordedEffects<ScheduleEffect>;
  readonly nonces: Nonces;
  readonly backfills: Backfills;
  private readonly records: Records;
  private readonly schedules: Table<StoredSchedule>;
  private readonly states: Table<Partial<ScheduleState>>;
  private readonly firings: Table<Firing[]>;
  /** How many backfills a schedule had that is gone. */
  private readonly numbers: Table<number>;
  /** What the clock showed last. Of the time before this memory nobody knows: the first time may be behind it. */
  private clockAt = Number.POSITIVE_INFINITY;
  /** Rows that were written in this memory. */
  rows = 0;

  constructor(records: Records, hasWebhook: boolean) {
    this.hasWebhook = hasWebhook;
    this.records = records;
    this.nonces = new Nonces(records);
    this.backfills = new Backfills(records);
    this.schedules = records.table("schedule:");
    this.states = records.table("state:", STATE);
    this.firings = records.table("firing:");
    this.numbers = records.table("backfills:");
    const states = new Map(this.states.entries());
    for (const [key, stored] of this.schedules.entries()) {
      this.admit(new Entry(this.firings, stored, { ...newState(), ...states.get(key) }));
    }
    this.effects = new RecordedEffects(records.table<ScheduleEffect>(EFFECT_PREFIX), SCHEDULE_EFFECT_KINDS, {
      pending: () => this.untakenStarts(),
      isPending: (effect) => this.isPending(effect),
    });
  }

  get(flow: string, name: string): Entry | undefined {
    return this.entries.get(scheduleKey(flow, name));
  }

  /** Keys in order, behind `after`, of one flow or of all. */
  keys(flow: string | undefined, after: string): Generator<string> {
    return this.schedules.keys({ within: flow === undefined ? "" : `${flow}/`, after });
  }

  byKey(key: string): Entry | undefined {
    return this.entries.get(key);
  }

  /** Every command brings the time with it: if the clock was set back, what it takes for settled may be to come yet. */
  heedClock(now: number): void {
    if (now < this.clockAt) {
      for (const entry of this.entries.values()) {
        if (returnTo(entry, now)) this.touch(entry);
        this.arm(entry);
      }
    }
    this.clockAt = now;
  }

  add(stored: StoredSchedule): Entry {
    const entry = new Entry(this.firings, stored, newState());
    // Its backfills' executions must not meet those of a schedule that had its name before.
    entry.state.backfills = this.numbers.get(entry.key) ?? 0;
    this.entries.set(entry.key, entry);
    this.writeSpec(entry);
    return entry;
  }

  writeSpec(entry: Entry): void {
    this.schedules.put(entry.key, entry.spec);
    this.touch(entry);
  }

  /** Its state changed: it is written with this commit. */
  touch(entry: Entry): void {
    this.changed.add(entry);
  }

  remove(entry: Entry): void {
    const { backfills } = entry.state;
    if (backfills > 0) this.numbers.put(entry.key, backfills);
    this.entries.delete(entry.key);
    this.changed.delete(entry);
    this.wakes.set(entry.key, undefined);
    this.schedules.delete(entry.key);
    this.states.delete(entry.key);
    entry.ledger.removeAll();
    this.backfills.removeAll(entry.key);
  }

  /** A flow that is gone: what starts in another of its name meets nothing of it. */
  removeFlow(flow: string, generation: number): void {
    // All keys first: what is being read must not be written.
    for (const key of Array.from(this.keys(flow, ""))) {
      const entry = this.byKey(key);
      if (entry && (entry.spec.generation ?? 0) <= generation) this.remove(entry);
    }
    this.numbers.clear(`${flow}/`);
  }

  save(): void {
    for (const entry of this.changed) {
      entry.ledger.flush();
      this.states.put(entry.key, entry.state);
      this.arm(entry);
    }
    this.changed.clear();
    this.records.save();
  }

  /** Sees to it that a schedule is looked at in time; nothing of it needs to be written. */
  arm(entry: Entry): void {
    this.wakes.set(entry.key, this.entries.has(entry.key) ? entry.wakeAt() : undefined);
  }

  nextWakeAt(): number | undefined {
    return this.wakes.nextAt();
  }

  /** Schedules that are due, at most so many of them. */
  takeDue(now: number, max: number): Entry[] {
    const due: Entry[] = [];
    while (due.length < max) {
      const key = this.wakes.take(now);
      if (key === undefined) break;
      const entry = this.entries.get(key);
      if (entry) due.push(entry);
    }
    return due;
  }

  /** Starts that no flow has taken yet. */
  private *untakenStarts(): Generator<StartFiring> {
    for (const entry of this.entries.values()) {
      for (const open of entry.state.open) if (!open.isTaken) yield entry.startOf(open);
    }
  }

  /** Of what follows from a schedule's state. */
  private isPending(effect: ScheduleEffect): boolean {
    if (effect.kind === "notify") return false;
    const entry = this.get(effect.flow, effect.schedule);
    if (effect.kind === "checkRunning") return entry?.checking?.id === effect.id;
    const open = entry && entry.openOf(effect);
    return open !== undefined && !open.isTaken;
  }

  private admit(entry: Entry): void {
    this.entries.set(entry.key, entry);
    if (entry.state.backfill !== undefined) {
      entry.backfill = this.backfills.read(entry.key, entry.state.backfill);
    }
    resettle(entry);
    if (entry.isHeldUp()) entry.recheckAt = 0;
    this.arm(entry);
  }
}

/** Leaves out what a new state has anyway. */
function withoutEmpty(key: string, value: unknown): unknown {
  return Array.isArray(value) && value.length === 0 && Object.hasOwn(EMPTY, key) ? undefined : value;
}
