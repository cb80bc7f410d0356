import { given } from "../given.ts";
import { WORKERS_MAX, WORKER_FORGOTTEN_MS, WORKER_LIVE_MS } from "../limits.ts";
import type { Notice, Reported, SessionCall, WorkerAbout } from "./command.ts";
import { addedHours, noteLost, noteReported, overlaidHours } from "./finished-tasks.ts";
import type { WorkerLoss } from "./losses.ts";
import type { Taker } from "./pollers.ts";
import { RegistryPages, type Unwritten } from "./registry-pages.ts";
import { type Drain, type WorkerEntry, isDraining } from "./worker-entry.ts";
import type { WorkerNote, WorkerNotes } from "./worker-notes.ts";

/** Of a process of a runner, or of some program that gave its name. */
export type WorkerCall = Taker & Pick<SessionCall, "about" | "bye" | "takesOver">;

/** Those who work at a queue: a by-product of their calls. */
export class Registry {
  /** By session or name, those that called last at the end. */
  private readonly entries = new Map<string, WorkerEntry>();
  private readonly names = new Map<string, Set<WorkerEntry>>();
  private readonly pages = new RegistryPages();
  /** How often more changed in this memory than when a worker was seen. */
  changes = 0;
  /** Known from rows, and not heard of since. */
  private readonly awaited = new Set<WorkerEntry>();
  private readonly newLosses = new Map<string, { readonly lostAt: number; readonly count: number }>();
  /** When the rows were first looked at. */
  private restoredAt: number | undefined;
  private readonly notes: WorkerNotes;
  /** Of whom more changed in this commit than when they were seen. */
  private readonly changed = new Set<WorkerEntry>();
  /** By processes that took on what was known of others, the keys of those. */
  private readonly replaced = new Map<WorkerEntry, string[]>();
  /** When it was noted last what is known of a worker, where that is later than its row. */
  private readonly notedAt = new Map<WorkerEntry, number>();

  constructor(rows: Iterable<readonly [number, string]>, notes: WorkerNotes) {
    this.notes = notes;
    for (const [number, text] of rows)
      for (const entry of this.pages.restore(number, text)) {
        this.index(entry);
        this.awaited.add(entry);
      }
    for (const note of notes.takeRestored()) this.recall(note);
  }

  /** Notes a call; gives what a session is to be told. `takes`: it asks for messages. */
  note(call: WorkerCall, takes: boolean, now: number): Notice[] {
    const { session, worker, about, bye = false } = call;
    if (session === undefined && worker === undefined) return [];
    this.endForerunner(call);
    const key = keyOf(call);
    const entry = this.entries.get(key) ?? this.add(call, now);
    this.awaited.delete(entry);
    this.entries.delete(key);
    this.entries.set(key, entry);
    const ended = bye || (entry.ended && !takes);
    const hasChanged = ended !== entry.ended || (about && !isSame(about, entry.about));
    Object.assign(entry, { lastSeenAt: now, ended }, about && { about });
    this.mark(entry, hasChanged ? "changed" : "seen");
    // A queue that nobody calls any more leaves the memory within seconds, and nobody else will have this written.
    if (bye && hasChanged && !this.isAnyLive(now)) this.pages.hasten();
    return session === undefined ? [] : this.noticesFor(entry, now);
  }

  count(who: Taker, reported: Reported, now: number): void {
    const { done, failed } = reported;
    const entry = this.entries.get(keyOf(who));
    if (!entry || done + failed === 0) return;
    entry.done += done;
    entry.failed += failed;
    noteReported(entry, reported, now);
    this.mark(entry, "changed");
  }

  /** After a restart the queue tells once more of what ran out before: the row has it. */
  countLost({ at, by, ...who }: WorkerLoss): void {
    const entry = this.entries.get(keyOf(who));
    if (!entry || at <= this.knownAt(entry)) return;
    entry.lost += by;
    noteLost(entry, by);
    const { worker } = entry;
    if (by > 0 && worker !== undefined)
      this.newLosses.set(worker, { lostAt: at, count: (this.newLosses.get(worker)?.count ?? 0) + 1 });
    this.mark(entry, "changed");
  }

  /** By worker, what was lost since the last call. */
  takeNewLosses(): [worker: string, loss: { readonly lostAt: number; readonly count: number }][] {
    const losses = [...this.newLosses];
    this.newLosses.clear();
    return losses;
  }

  private isAnyLive(now: number): boolean {
    for (const { ended, lastSeenAt } of this.entries.values())
      if (!ended && lastSeenAt > now - WORKER_LIVE_MS) return true;
    return false;
  }

  /** The processes of a name. */
  ofName(worker: string): readonly WorkerEntry[] {
    return [...(this.names.get(worker) ?? [])];
  }

  /** Without `drain` it takes messages again. Gives the processes of this name: none when nobody of it is known. */
  setDrain(worker: string, drain: Drain | undefined): readonly WorkerEntry[] {
    const own = this.ofName(worker);
    for (const entry of own) {
      if (drain || entry.draining) this.mark(entry, "atOnce");
      entry.draining = drain !== undefined;
      if (drain) entry.drain = drain;
      else delete entry.drain;
    }
    return own;
  }

  isDraining(worker: string | undefined, now: number): boolean {
    const [one] = worker === undefined ? [] : (this.names.get(worker) ?? []);
    return one !== undefined && isDraining(one, now);
  }

  lastSeenAt(worker: string): number | undefined {
    const own = this.ofName(worker);
    return own.length === 0 ? undefined : Math.max(...own.map(({ lastSeenAt }) => lastSeenAt));
  }

  all(now: number): WorkerEntry[] {
    return [...this.entries.values()].filter((entry) => !isForgotten(entry, now));
  }

  /** Since when memory goes without a call of this worker; undefined when it called since. */
  awaitedSince(entry: WorkerEntry, now: number): number | undefined {
    this.restoredAt ??= now;
    return this.awaited.has(entry) ? this.restoredAt : undefined;
  }

  /** Writes the rows that are due; of what else changed it leaves a note. */
  save(write: (number: number, text: string) => void, now: number): void {
    this.restoredAt ??= now;
    for (const entry of this.pages.save(write, now)) this.dropNote(entry);
    const when = { at: now, nth: this.pages.nth };
    for (const entry of this.changed)
      this.notes.put(keyOf(entry), entry, { ...when, replaces: this.replaced.get(entry) });
    this.changed.clear();
  }

  /** The queue is deleted, and its rows with it. */
  clear(): void {
    const { entries, names, awaited, pages, notes, changed, replaced, notedAt } = this;
    for (const known of [entries, names, awaited, pages, notes, changed, replaced, notedAt]) known.clear();
  }

  /** Takes a note back, of a worker whose row does not have it. */
  private recall({ at, nth, replaces = [], ...told }: WorkerNote): void {
    const known = this.entries.get(keyOf(told));
    this.pages.nth = Math.max(this.pages.nth, nth);
    if (known && nth <= this.pages.nthOf(known)) return;
    const hours = overlaidHours(known?.hours, told.hours);
    const entry: WorkerEntry = Object.assign(known ?? told, told, hours.length > 0 && { hours });
    for (const key of replaces) {
      const old = this.entries.get(key);
      if (old) this.remove(old);
    }
    if (!known) {
      if (this.entries.size >= WORKERS_MAX) this.removeOldest();
      this.index(entry);
      this.pages.add(entry);
    }
    this.awaited.add(entry);
    this.notedAt.set(entry, at);
    this.pages.mark(entry, "changed");
    if (replaces.length > 0) this.replaced.set(entry, [...replaces]);
    this.notes.put(keyOf(entry), entry, { at, nth, replaces: this.replaced.get(entry) });
  }

  private knownAt(entry: WorkerEntry): number {
    return Math.max(this.pages.writtenAt(entry), this.notedAt.get(entry) ?? 0);
  }

  private dropNote(entry: WorkerEntry): void {
    this.notes.drop(keyOf(entry));
    this.changed.delete(entry);
    this.replaced.delete(entry);
    this.notedAt.delete(entry);
  }

  /** A process takes on what is known of those before it that are over. */
  private add({ session, worker, key }: WorkerCall, now: number): WorkerEntry {
    for (const entry of this.entries.values()) if (isForgotten(entry, now)) this.remove(entry);
    const counts = { done: 0, failed: 0, lost: 0 };
    const own = worker === undefined ? [] : this.ofName(worker);
    const { draining = false, drain } = own[0] ?? {};
    const over = own.filter(({ ended }) => ended).toSorted((a, b) => a.lastSeenAt - b.lastSeenAt);
    const { lately, finished, medianMs, lastError } = over.at(-1) ?? {};
    for (const old of over) {
      counts.done += old.done;
      counts.failed += old.failed;
      counts.lost += old.lost;
      this.remove(old);
    }
    const hours = over.length > 0 ? addedHours(...over.map((old) => old.hours)) : undefined;
    const who = given({ session, worker, key, drain, lately, finished, medianMs, lastError, hours });
    const entry: WorkerEntry = { ...who, since: now, lastSeenAt: now, ended: false, draining, ...counts };
    if (this.entries.size >= WORKERS_MAX) this.removeOldest();
    this.index(entry);
    this.pages.add(entry);
    if (over.length > 0) this.replaced.set(entry, over.map(keyOf));
    this.changed.add(entry);
    this.changes++;
    return entry;
  }

  private mark(entry: WorkerEntry, unwritten: Unwritten): void {
    if (unwritten !== "seen") {
      this.changes++;
      this.changed.add(entry);
    }
    this.pages.mark(entry, unwritten);
  }

  private index(entry: WorkerEntry): void {
    this.entries.set(keyOf(entry), entry);
    if (entry.worker === undefined) return;
    const own = this.names.get(entry.worker);
    if (own) own.add(entry);
    else this.names.set(entry.worker, new Set([entry]));
  }

  /** Only one of the same name and key. */
  private endForerunner({ takesOver, ...who }: WorkerCall): void {
    if (takesOver === undefined) return;
    const old = this.entries.get(keyOf({ ...who, session: takesOver }));
    if (!old || old.ended) return;
    old.ended = true;
    this.mark(old, "changed");
  }

  private noticesFor(own: WorkerEntry, now: number): Notice[] {
    const sameName = own.worker === undefined ? [] : this.ofName(own.worker);
    const isShared = sameName.some((other) => sharesName(own, other, now));
    return [...(isShared ? ["NameShared" as const] : []), ...(own.about ? [] : ["TellAbout" as const])];
  }

  /** Whoever is to take nothing until he is told otherwise is remembered longest. */
  private removeOldest(): void {
    const all = [...this.entries.values()];
    const oldest =
      all.find(({ ended, draining }) => ended && !draining) ?? all.find(({ draining }) => !draining);
    const one = oldest ?? all[0];
    if (one) this.remove(one);
  }

  private remove(entry: WorkerEntry): void {
    this.entries.delete(keyOf(entry));
    this.awaited.delete(entry);
    this.pages.remove(entry);
    this.dropNote(entry);
    const own = entry.worker === undefined ? undefined : this.names.get(entry.worker);
    own?.delete(entry);
    if (entry.worker !== undefined && own?.size === 0) this.names.delete(entry.worker);
  }
}

function isSame(about: WorkerAbout, before: WorkerAbout | undefined): boolean {
  return JSON.stringify(about) === JSON.stringify(before);
}

/** Whoever calls with another key is somebody else, whatever he calls himself. */
function keyOf({ session, worker, key }: Taker): string {
  return JSON.stringify([session, worker, key]);
}

/** What an operator said of a worker is kept until he says otherwise. */
function isForgotten(entry: WorkerEntry, now: number): boolean {
  return !isDraining(entry, now) && now - entry.lastSeenAt >= WORKER_FORGOTTEN_MS;
}

/** A process that was there before counts only once it gives a sign of life beside the other: else it may be its forerunner. */
function sharesName(own: WorkerEntry, other: WorkerEntry, now: number): boolean {
  if (own === other || other.session === undefined || other.ended) return false;
  return other.lastSeenAt > own.since && now - other.lastSeenAt < WORKER_LIVE_MS;
}
