import { DeadLetters } from "../durable/dead-letters.ts";
import { RecordedEffects } from "../durable/effects.ts";
import { Nonces } from "../durable/nonces.ts";
import type { Attempt, Format, Records, Table } from "../durable/records.ts";
import { type JsonObject, parseOwn } from "../json.ts";
import { SCHEDULES_PARKED_PER_TURN } from "../limits.ts";
import { CALENDARS_KEPT } from "../night-limits.ts";
import type { Parking } from "../machine.ts";
import { assert, messageOf } from "../result.ts";
import { Backfills } from "./backfill-state.ts";
import { SCHEDULE_EFFECT_KINDS, type ScheduleEffect, type StartFiring } from "./effect.ts";
import { type Calendar, calendarOf } from "./calendar.ts";
import { Changes } from "./changes.ts";
import type { CellUnit } from "./timetable/cells.ts";
import { DEAD_NOTICE, type DeadNotice } from "./dead-notice.ts";
import { Entry, type EntryTables } from "./entry.ts";
import { ParkedSchedules, guarded } from "./parking.ts";
import { type KeptPayload, Payloads } from "./payloads.ts";
import { firingInput, scheduleKey } from "./schedule.ts";
import { ShardMemory } from "./shard-memory.ts";
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
 * state, sealed chunks of its ledger, and large payloads. Who is due next comes from a heap: nobody looks at the others.
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
  readonly payloads: Payloads;
  readonly memory = new ShardMemory();
  readonly parked: ParkedSchedules;
  readonly deadNotices: DeadLetters<DeadNotice>;
  /** Schedules that failed before, in what is being done again, and why. */
  private readonly suspects: ReadonlyMap<string, string>;
  private readonly records: Records;
  private readonly tables: EntryTables;
  private readonly states: Table<Partial<ScheduleState>>;
  /** How many backfills a schedule had that is gone. */
  private readonly numbers: Table<number>;
  /** What the clock showed last. Of the time before this memory nobody knows: the first time may be behind it. */
  private clockAt = Number.POSITIVE_INFINITY;
  private isTimeKnown = false;
  /** Rows that were written in this memory. */
  rows = 0;
  /** By schedule and stretch, until the schedule changes. */
  private readonly calendars = new Map<string, { readonly entry: Entry; readonly calendar: Calendar }>();
  readonly changes: Changes;
  /** As many changes of what is parked are noted. */
  private parkedNoted = 0;

  constructor(records: Records, hasWebhook: boolean, suspects: ReadonlyMap<string, string>) {
    this.hasWebhook = hasWebhook;
    this.records = records;
    this.suspects = suspects;
    this.nonces = new Nonces(records);
    this.backfills = new Backfills(records);
    this.payloads = new Payloads(records);
    this.tables = { schedules: records.table("schedule:"), firings: records.table("firing:") };
    this.states = records.table("state:", STATE);
    this.numbers = records.table("backfills:");
    this.parked = new ParkedSchedules(records);
    this.changes = new Changes(records);
    this.deadNotices = new DeadLetters(records, DEAD_NOTICE, this.memory.budget);
    const states = new Map(this.states.attempts());
    for (const [key, stored] of this.tables.schedules.attempts()) this.admit(key, stored, states.get(key));
    this.effects = new RecordedEffects<ScheduleEffect>(records, SCHEDULE_EFFECT_KINDS, this.memory.budget, {
      pending: () => this.pending(),
      isPending: (effect) => this.isPending(effect),
    });
  }

  get(flow: string, name: string): Entry | undefined {
    return this.entries.get(scheduleKey(flow, name));
  }

  /** Keys in order, behind `after`, of one flow or of all. */
  keys(flow: string | undefined, after: string): Generator<string> {
    return this.tables.schedules.keys({ within: flow === undefined ? "" : `${flow}/`, after });
  }

  byKey(key: string): Entry | undefined {
    return this.entries.get(key);
  }

  all(): Iterable<Entry> {
    return this.entries.values();
  }

  /** Every command brings the time with it: if the clock was set back, what it takes for settled may be to come yet. */
  heedClock(now: number): void {
    if (!this.isTimeKnown) this.park(now);
    this.isTimeKnown = true;
    if (now < this.clockAt) {
      for (const entry of this.entries.values()) if (!this.isHeld(entry)) this.returnTo(entry, now);
    }
    this.clockAt = now;
  }

  private returnTo(entry: Entry, now: number): void {
    guarded(entry, () => {
      if (returnTo(entry, now)) this.touch(entry);
      this.arm(entry);
    });
  }

  /** Those that failed, or could not be read. */
  private park(now: number): void {
    this.parked.note(now);
    for (const [key, reason] of this.suspects) {
      this.parked.failed(key, reason, now);
      const entry = this.entries.get(key);
      if (entry) this.arm(entry);
    }
  }

  /** Whether it is left alone because it failed. */
  isHeld({ key }: Entry): boolean {
    return this.parked.isHeld(key);
  }

  /** Whether it failed in just what is being done again. */
  isSuspect({ key }: Entry): boolean {
    return this.suspects.has(key);
  }

  /** As many as one turn parks: what else is due waits for the next one. */
  get hasParkedEnough(): boolean {
    return this.suspects.size >= SCHEDULES_PARKED_PER_TURN;
  }

  /** Lets a schedule that failed go on. */
  unpark(entry: Entry): void {
    this.parked.clear(entry.key);
    for (const open of entry.state.open) if (!open.isTaken) this.effects.add(entry.startOf(open));
    this.arm(entry);
  }

  /** What was parked, and rows that could not be read, since the last call. */
  takeParked(): readonly Parking[] {
    return [...this.parked.takeNew(), ...this.records.unreadable.takeNew()];
  }

  add(stored: StoredSchedule): Entry {
    const entry = new Entry(this.tables, stored, newState());
    // Its backfills' executions must not meet those of a schedule that had its name before.
    entry.state.backfills = this.numbers.get(entry.key) ?? 0;
    this.entries.set(entry.key, entry);
    this.writeSpec(entry, stored);
    return entry;
  }

  writeSpec(entry: Entry, stored: StoredSchedule): void {
    entry.write(stored);
    if (entry.unreadable === undefined) this.parked.clear(entry.key);
    this.touch(entry);
  }

  /** A payload that starts of a schedule have of their own, by a name that tells where it is from. */
  keepPayload({ key, payloads }: Entry, wanted: string, payload: JsonObject): KeptPayload {
    let id = wanted;
    while (payloads.has(id)) id += "'";
    const kept = this.payloads.keep(key, id, payload);
    if (kept.payloadIn !== undefined) payloads.add(kept.payloadIn);
    return kept;
  }

  /** Its state changed: it is written with this commit. */
  touch(entry: Entry): void {
    this.changed.add(entry);
    for (const [key, kept] of this.calendars) if (kept.entry === entry) this.calendars.delete(key);
  }

  /** To read a year costs some rows: it is done once. */
  calendar(entry: Entry, from: number, to: number, unit: CellUnit): Calendar {
    const key = `${entry.key} ${from} ${to} ${unit}`;
    const known = this.calendars.get(key);
    if (known?.entry === entry) return known.calendar;
    const calendar = calendarOf(entry, from, to, unit);
    const [oldest] = this.calendars.keys();
    if (this.calendars.size >= CALENDARS_KEPT && oldest !== undefined) this.calendars.delete(oldest);
    this.calendars.set(key, { entry, calendar });
    return calendar;
  }

  remove(entry: Entry): void {
    const { backfills } = entry.state;
    if (backfills > 0) this.numbers.put(entry.key, backfills);
    this.entries.delete(entry.key);
    this.changed.delete(entry);
    this.memory.forget(entry);
    this.removeRows(entry.key);
  }

  /** All of one by its key, also if it cannot be read. */
  removeRows(key: string): void {
    this.changes.note(this.clockAt, true);
    this.wakes.set(key, undefined);
    this.tables.schedules.delete(key);
    this.states.delete(key);
    this.tables.firings.clear(`${key}:`);
    this.backfills.removeAll(key);
    this.payloads.removeAll(key);
    this.parked.clear(key);
  }

  /** A flow that is gone: what starts in another of its name meets nothing of it. */
  removeFlow(flow: string, generation: number): void {
    // All keys first: what is being read must not be written.
    for (const key of Array.from(this.keys(flow, ""))) {
      const entry = this.byKey(key);
      if (!entry) this.removeRows(key);
      else if ((entry.spec.generation ?? 0) <= generation) this.remove(entry);
    }
    this.numbers.clear(`${flow}/`);
  }

  save(): void {
    if (this.changed.size > 0) this.changes.note(this.clockAt);
    if (this.parked.changes !== this.parkedNoted) this.changes.note(this.clockAt, true);
    this.parkedNoted = this.parked.changes;
    for (const entry of this.changed) {
      entry.state.change = this.changes.at;
      entry.ledger.flush();
      this.payloads.removeUnused(entry.key, entry.payloads, entry.state.open);
      this.memory.measure(entry);
      this.states.put(entry.key, entry.state);
      guarded(entry, () => this.arm(entry));
    }
    this.changed.clear();
    const due = this.changes.takeDue(this.clockAt);
    if (due) this.effects.add(due);
    this.records.save();
  }

  /** Sees to it that a schedule is looked at in time; nothing of it needs to be written. */
  arm(entry: Entry): void {
    const { key } = entry;
    const wakeAt = this.isHeld(entry) ? this.parked.get(key)?.retryAt : entry.wakeAt();
    this.wakes.set(key, this.entries.has(key) ? wakeAt : undefined);
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

  /** What the execution of a firing is started with; undefined once its flow has the start, or nobody wants it any more. */
  inputOf(effect: StartFiring): JsonObject | undefined {
    const entry = this.get(effect.flow, effect.schedule);
    const open = entry?.openOf(effect);
    if (!entry || !open || open.isTaken) return undefined;
    const ofBackfill = open.backfill === undefined ? undefined : entry.backfill?.payload;
    const payload = this.payloads.read(entry.key, open) ?? ofBackfill ?? entry.whole.payload ?? {};
    return firingInput(entry.spec.name, payload, open.at);
  }

  private *pending(): Generator<ScheduleEffect> {
    yield* this.untakenStarts();
    const due = this.changes.due();
    if (due) yield due;
  }

  /** Starts that no flow has taken yet. */
  private *untakenStarts(): Generator<StartFiring> {
    for (const entry of this.entries.values()) {
      if (this.isHeld(entry)) continue;
      for (const open of entry.state.open) if (!open.isTaken) yield entry.startOf(open);
    }
  }

  /** Of what follows from a schedule's state. */
  private isPending(effect: ScheduleEffect): boolean {
    if (effect.kind === "notify") return false;
    if (effect.kind === "tellBoard") return effect.id === this.changes.due()?.id;
    const entry = this.get(effect.flow, effect.schedule);
    if (entry && this.isHeld(entry)) return false;
    if (effect.kind === "checkRunning") return entry?.checking?.id === effect.id;
    const open = entry && entry.openOf(effect);
    return open !== undefined && !open.isTaken;
  }

  /** A schedule that cannot be read, or whose state cannot, is known by its key alone. */
  private admit(key: string, stored: Attempt<StoredSchedule>, state?: Attempt<Partial<ScheduleState>>): void {
    try {
      const kept = state && valueOf(state);
      this.changes.read(kept?.change);
      const entry = new Entry(this.tables, valueOf(stored), { ...newState(), ...kept });
      assert(entry.key === key, "a schedule lies under its own name");
      this.prepare(entry);
      this.memory.measure(entry);
      this.entries.set(key, entry);
      this.arm(entry);
      if (entry.unreadable !== undefined) this.parked.cannotRead(key, entry.unreadable);
    } catch (error) {
      this.entries.delete(key);
      this.parked.cannotRead(key, `what is stored of it cannot be read: ${messageOf(error)}`);
    }
  }

  private prepare(entry: Entry): void {
    const { key, state } = entry;
    if (state.backfill !== undefined) entry.backfill = this.backfills.read(key, state.backfill);
    resettle(entry);
    if (entry.isHeldUp()) entry.recheckAt = 0;
  }
}

function valueOf<V>(attempt: Attempt<V>): V {
  if ("error" in attempt) throw attempt.error;
  return attempt.value;
}

/** Leaves out what a new state has anyway. */
function withoutEmpty(key: string, value: unknown): unknown {
  return Array.isArray(value) && value.length === 0 && Object.hasOwn(EMPTY, key) ? undefined : value;
}
