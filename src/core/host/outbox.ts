import { Heap } from "../heap.ts";
import { EFFECT_RETRY_FIRST_MS, EFFECT_RETRY_LAST_MS } from "../limits.ts";
import type { AnyEffect } from "../machine.ts";

interface Entry<Effect> {
  readonly effect: Effect;
  tries: number;
  dueAt: number;
  /** Taken, and not yet finished or put off. */
  inFlight: boolean;
}

/** Effects of the same group and number of tries, to be done by one call. */
export interface EffectGroup<Effect> {
  readonly effects: readonly Effect[];
  readonly tries: number;
}

/**
 * When each effect is tried next. Only the machine knows durably which effects are not done; this is memory, rebuilt
 * from it after a restart, when all of them are due at once.
 */
export class Outbox<Effect extends AnyEffect> {
  private readonly entries = new Map<string, Entry<Effect>>();
  private inFlight = 0;
  private readonly due = new Heap<Entry<Effect>>((a, b) => a.dueAt < b.dueAt);

  add(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (this.entries.has(effect.id)) continue;
      const entry = { effect, tries: 0, dueAt: effect.since, inFlight: false };
      this.entries.set(effect.id, entry);
      this.due.push(entry);
    }
  }

  /** Takes what is due and still pending, as at most `limit` groups; what is not pending any more is forgotten. */
  takeDue(
    now: number,
    limit: number,
    isPending: (effect: Effect) => boolean,
    keyOf: (effect: Effect) => string,
  ): EffectGroup<Effect>[] {
    const groups = new Map<string, { effects: Effect[]; tries: number }>();
    for (let entry = this.due.peek(); entry && entry.dueAt <= now; entry = this.due.peek()) {
      const { effect, tries } = entry;
      if (this.entries.get(effect.id) !== entry || !isPending(effect)) {
        this.due.pop();
        if (this.entries.get(effect.id) === entry) this.entries.delete(effect.id);
        continue;
      }
      const key = `${tries} ${keyOf(effect)}`;
      const group = groups.get(key);
      if (!group && groups.size >= limit) break;
      this.due.pop();
      entry.inFlight = true;
      this.inFlight++;
      if (group) group.effects.push(effect);
      else groups.set(key, { effects: [effect], tries });
    }
    return [...groups.values()];
  }

  /** An effect that was taken needs no further try. */
  finish(effect: Effect): void {
    if (this.land(effect)) this.entries.delete(effect.id);
  }

  /** An effect that was taken is tried again after a pause: the given one, or one that doubles with each try. */
  retry(effect: Effect, now: number, pauseMs?: number): void {
    const entry = this.land(effect);
    if (!entry) return;
    const doubled = Math.min(EFFECT_RETRY_LAST_MS, EFFECT_RETRY_FIRST_MS * 2 ** Math.min(entry.tries, 30));
    entry.tries++;
    entry.dueAt = now + (pauseMs ?? doubled);
    this.due.push(entry);
  }

  /** The entry of an effect in flight; none when the memory was dropped in the meantime. */
  private land(effect: Effect): Entry<Effect> | undefined {
    const entry = this.entries.get(effect.id);
    if (!entry?.inFlight) return undefined;
    entry.inFlight = false;
    this.inFlight--;
    return entry;
  }

  /** When somebody must look again; what is in flight may be lost with this memory, so it counts as due now. */
  nextAt(now: number): number | undefined {
    return this.inFlight > 0 ? now : this.due.peek()?.dueAt;
  }

  clear(): void {
    this.entries.clear();
    this.due.clear();
    this.inFlight = 0;
  }
}
