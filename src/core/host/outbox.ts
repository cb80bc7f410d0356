import { Heap } from "../heap.ts";
import { EFFECT_RETRY_FIRST_MS, EFFECT_RETRY_LAST_MS } from "../limits.ts";
import type { AnyEffect } from "../machine.ts";

const NEVER = Number.POSITIVE_INFINITY;

interface Entry<Effect> {
  readonly effect: Effect;
  readonly tries: number;
  readonly dueAt: number;
  /** Taken, and not yet finished or put off. */
  inFlight: boolean;
}

/** Effects of the same group and number of tries, to be done by one call. */
export interface EffectGroup<Effect> {
  readonly effects: readonly Effect[];
  readonly tries: number;
  readonly lane: string;
}

/** Effects of one kind: what is slow there holds up no other. */
interface Lane<Effect> {
  readonly due: Heap<Entry<Effect>>;
  groupsInFlight: number;
}

/**
 * When each effect is tried next. Only the machine knows durably which effects are not done; this is memory, rebuilt
 * from it after a restart, when all of them are due at once.
 */
export class Outbox<Effect extends AnyEffect> {
  private readonly entries = new Map<string, Entry<Effect>>();
  private readonly lanes = new Map<string, Lane<Effect>>();
  private inFlight = 0;

  /** Those that are known already are left as they are, unless they were asked for anew. */
  add(effects: readonly Effect[], dueAtOf: (effect: Effect) => number = ({ since }) => since): void {
    for (const effect of effects) {
      const known = this.entries.get(effect.id);
      if (known && (known.inFlight || known.effect.since >= effect.since)) continue;
      this.put({ effect, tries: 0, dueAt: dueAtOf(effect), inFlight: false });
    }
  }

  /** Those that wait for another try are tried now; gives how many. */
  hurry(now: number, isMeant: (effect: Effect) => boolean): number {
    const waiting = [...this.entries.values()].filter(
      ({ effect, dueAt, inFlight }) => !inFlight && dueAt > now && isMeant(effect),
    );
    for (const entry of waiting) this.put({ ...entry, dueAt: now });
    return waiting.length;
  }

  private put(entry: Entry<Effect>): void {
    this.entries.set(entry.effect.id, entry);
    this.laneOf(entry.effect).due.push(entry);
  }

  /** Takes what is due and still pending, as many groups of a lane as may be; what is not pending any more is forgotten. */
  takeDue(
    now: number,
    limitOf: (effect: Effect) => number,
    isPending: (effect: Effect) => boolean,
    keyOf: (effect: Effect) => string,
  ): EffectGroup<Effect>[] {
    return Array.from(this.lanes, ([name, lane]) =>
      this.takeFrom(name, lane, now, limitOf, isPending, keyOf),
    ).flat();
  }

  private takeFrom(
    name: string,
    lane: Lane<Effect>,
    now: number,
    limitOf: (effect: Effect) => number,
    isPending: (effect: Effect) => boolean,
    keyOf: (effect: Effect) => string,
  ): EffectGroup<Effect>[] {
    const groups = new Map<string, { effects: Effect[]; tries: number; lane: string }>();
    for (let entry = lane.due.peek(); entry && entry.dueAt <= now; entry = lane.due.peek()) {
      const { effect, tries } = entry;
      if (this.entries.get(effect.id) !== entry || !isPending(effect)) {
        lane.due.pop();
        if (this.entries.get(effect.id) === entry) this.entries.delete(effect.id);
        continue;
      }
      const key = `${tries} ${keyOf(effect)}`;
      const group = groups.get(key);
      if (!group && groups.size >= limitOf(effect) - lane.groupsInFlight) break;
      lane.due.pop();
      entry.inFlight = true;
      this.inFlight++;
      if (group) group.effects.push(effect);
      else groups.set(key, { effects: [effect], tries, lane: name });
    }
    lane.groupsInFlight += groups.size;
    return [...groups.values()];
  }

  /** A group that was taken has been performed, with whatever result. */
  releaseSlot({ lane }: EffectGroup<Effect>): void {
    const own = this.lanes.get(lane);
    if (own) own.groupsInFlight--;
  }

  private laneOf({ kind }: Effect): Lane<Effect> {
    const known = this.lanes.get(kind);
    if (known) return known;
    const lane = { due: new Heap<Entry<Effect>>((a, b) => a.dueAt < b.dueAt), groupsInFlight: 0 };
    this.lanes.set(kind, lane);
    return lane;
  }

  /** An effect that was taken needs no further try. */
  finish({ id }: Effect): void {
    const entry = this.entries.get(id);
    // Not in flight: the memory was discarded in the meantime, and the effect asked for anew.
    if (!entry?.inFlight) return;
    this.inFlight--;
    this.entries.delete(id);
  }

  /**
   * An effect is tried again after so many tries and a pause: the given one, or one that doubles with each try. It may
   * have been taken from a memory that is lost since; then its new entry waits, too.
   */
  retry(effect: Effect, tries: number, now: number, pauseMs?: number): void {
    const old = this.entries.get(effect.id);
    if (!old) return;
    if (old.inFlight) this.inFlight--;
    const doubled = Math.min(EFFECT_RETRY_LAST_MS, EFFECT_RETRY_FIRST_MS * 2 ** Math.min(tries, 30));
    this.put({ effect, tries: tries + 1, dueAt: now + (pauseMs ?? doubled), inFlight: false });
  }

  /** When somebody must look again; what is in flight may be lost with this memory, so it counts as due now. */
  nextAt(now: number): number | undefined {
    return this.inFlight > 0 ? now : this.nextDueAt;
  }

  /** Of what is not in flight. */
  get nextDueAt(): number | undefined {
    return this.earliest(() => true);
  }

  /** As `nextAt`, without what is of no time. */
  owedAt(now: number): number | undefined {
    return this.inFlight > 0 ? now : this.earliest(({ since }) => since > 0);
  }

  private earliest(counts: (effect: Effect) => boolean): number | undefined {
    const firsts = Array.from(this.lanes.values(), ({ due }) => due.peek());
    const dues = firsts.map((first) => (first && counts(first.effect) ? first.dueAt : NEVER));
    const next = Math.min(...dues);
    return next === NEVER ? undefined : next;
  }

  /** Groups in flight go on, and are counted until they are over. */
  clear(): void {
    this.entries.clear();
    for (const { due } of this.lanes.values()) due.clear();
    this.inFlight = 0;
  }
}
