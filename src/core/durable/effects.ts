import type { AnyEffect, Bound, EffectSource } from "../machine.ts";
import { EFFECT_GIVE_UP_MS } from "../limits.ts";
import type { Table } from "./records.ts";

/** How one kind of effect outlives its memory, and how long it is tried. */
export interface EffectKind {
  /**
   * `stored`: as a record of its own. `derived`: it follows from other records, so nothing of it is written.
   * `journalled`: a fact asks for it and a fact ends it.
   */
  readonly kept: "stored" | "derived" | "journalled";
  readonly bound: Bound;
}

/** One row a kind, beside its type. */
export type EffectKinds<E extends AnyEffect> = { readonly [K in E["kind"]]: EffectKind };

/** Those that follow from other records, as whoever keeps these tells. */
export interface DerivedEffects<E extends AnyEffect> {
  /** All of a fresh memory. */
  pending(): Iterable<E>;
  isPending(effect: E): boolean;
}

export const EFFECT_PREFIX = "effect:";
/** Others wait for it, for ever if need be. */
export const REPEATED: Bound = { is: "repeat" };
export const GIVEN_UP: Bound = { is: "fail", afterMs: EFFECT_GIVE_UP_MS };

/** Effects of a machine that keeps records. */
export class RecordedEffects<E extends AnyEffect> implements EffectSource<E> {
  private readonly table: Table<E>;
  private readonly kinds: EffectKinds<E>;
  private readonly derived: DerivedEffects<E> | undefined;
  private readonly stored = new Map<string, E>();
  private fresh: E[];

  /** Reads the stored ones; the derived ones are asked for, so what they follow from is to be read before. */
  constructor(table: Table<E>, kinds: EffectKinds<E>, derived?: DerivedEffects<E>) {
    this.table = table;
    this.kinds = kinds;
    this.derived = derived;
    for (const [id, effect] of table.entries()) this.stored.set(id, effect);
    this.fresh = [...this.stored.values(), ...(derived?.pending() ?? [])];
  }

  add(effect: E): void {
    this.fresh.push(effect);
    if (this.kindOf(effect).kept === "derived") return;
    this.stored.set(effect.id, effect);
    this.table.put(effect.id, effect);
  }

  /** A stored one is done or given up; a derived one ends with what it follows from. */
  remove({ id }: E): void {
    if (this.stored.delete(id)) this.table.delete(id);
  }

  /** Whether a stored one is there. */
  has({ id }: Pick<E, "id">): boolean {
    return this.stored.has(id);
  }

  some(isMeant: (effect: E) => boolean): boolean {
    for (const effect of this.stored.values()) if (isMeant(effect)) return true;
    return false;
  }

  takeNew(): readonly E[] {
    const taken = this.fresh;
    this.fresh = [];
    return taken;
  }

  isPending(effect: E): boolean {
    if (this.kindOf(effect).kept === "stored") return this.stored.has(effect.id);
    return this.derived?.isPending(effect) ?? false;
  }

  boundOf(effect: E): Bound {
    return this.kindOf(effect).bound;
  }

  private kindOf({ kind }: E): EffectKind {
    return this.kinds[kind as E["kind"]];
  }
}
