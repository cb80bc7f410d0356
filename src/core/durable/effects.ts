import { type Json, jsonSize } from "../json.ts";
import type { Budget } from "./budget.ts";
import { jsonMemory, recordMemory } from "./memory.ts";
import type { AnyEffect, Bound, EffectParked, EffectSource, ParkedEffect, ShownParking } from "../machine.ts";
import {
  EFFECT_BYTES,
  EFFECT_GIVE_UP_MS,
  OVERDUE_AFTER_MS,
  PARKED_RETRY_FIRST_MS,
  PARKED_RETRY_LAST_MS,
  PARKED_SHOWN_MAX,
} from "../limits.ts";
import type { Format, Records, Table } from "./records.ts";
import { shaped } from "./shape.ts";

/** How one kind of effect outlives its memory, and how long it is tried. */
export interface EffectKind {
  /**
   * `stored`: as a record of its own, but for those that `derive` is told of. `derived`: it follows from other records, so
   * nothing of it is written.
   * `journalled`: a fact asks for it and a fact ends it.
   */
  readonly kept: "stored" | "derived" | "journalled";
  readonly bound: Bound;
  /** Of stored ones: fields that are left on disk if they are large (`EFFECT_BYTES`); `whole` reads them. */
  readonly onDisk?: readonly string[];
}

/** One row a kind, beside its type. */
export type EffectKinds<E extends AnyEffect> = { readonly [K in E["kind"]]: EffectKind };

/** Those that follow from other records, as whoever keeps these tells. */
export interface DerivedEffects<E extends AnyEffect> {
  /** All of a fresh memory. */
  pending(): Iterable<E>;
  isPending(effect: E): boolean;
}

/** Others wait for it, for ever if need be. */
export const REPEATED: Bound = { is: "repeat" };
export const GIVEN_UP: Bound = { is: "fail", afterMs: EFFECT_GIVE_UP_MS };
/** Nobody waits for it, and it must not be forgotten. */
export const PARKED: Bound = { is: "park", afterMs: EFFECT_GIVE_UP_MS };

/** The pause before what was parked so often before is tried again by itself. */
export function parkedPause(timesBefore: number): number {
  return Math.min(PARKED_RETRY_LAST_MS, PARKED_RETRY_FIRST_MS * 2 ** Math.min(timesBefore, 30));
}

/** What is kept of being parked; `times` is how often. */
export interface ParkedRow extends ParkedEffect {
  readonly times: number;
}

/** An effect is parked, once more if it was before. */
export function parkedRow<E extends AnyEffect>(
  { effect, tries, reason }: Omit<EffectParked<E>, "type">,
  before: ParkedRow | undefined,
  now: number,
): ParkedRow {
  const { at = now, times = 0 } = before ?? {};
  const { kind, id } = effect;
  return { kind, id, at, tries, reason, retryAt: now + parkedPause(times), times: times + 1 };
}

/** Of an effect besides its fields: its places in maps, and what the host knows of it. */
const EFFECT_PLACES_BYTES = 200;

/** What an effect takes in memory that is there as a whole. */
export function effectBytes(effect: AnyEffect): number {
  return EFFECT_PLACES_BYTES + recordMemory(effect);
}

/** Of effects that are repeated for ever those that were asked for long ago, as heads show them. */
export function* overdue<E extends AnyEffect>(
  effects: Iterable<E>,
  boundOf: (effect: E) => Bound,
  now: number,
): Generator<ShownParking> {
  const reason = "it was not done for more than an hour, and is tried again and again";
  for (const effect of effects) {
    const { kind, id, since: at } = effect;
    if (now - at >= OVERDUE_AFTER_MS && boundOf(effect).is === "repeat") yield { kind, id, at, reason };
  }
}

/** More than an effect may keep in memory. The size ends the count early; small texts can take much. */
export function takesMuch(value: Json): boolean {
  return jsonSize(value, EFFECT_BYTES) > EFFECT_BYTES || jsonMemory(value) > EFFECT_BYTES;
}

const PARKED_ROW = shaped<ParkedRow>({
  kind: "text",
  id: "text",
  at: "number",
  tries: "number",
  reason: "text",
  retryAt: "number",
  times: "number",
});

/** Of a kind that nobody knows nothing can be done. */
function knownEffects<E extends AnyEffect>(kinds: EffectKinds<E>): Format<E> {
  const format = shaped<E>({ id: "text", kind: "text", since: "number" });
  return {
    ...format,
    read: (text) => {
      const effect = format.read(text);
      if (!Object.hasOwn(kinds, effect.kind)) throw new Error(`there are no effects "${effect.kind}"`);
      return effect;
    },
  };
}

/** Effects of a machine that keeps records. */
export class RecordedEffects<E extends AnyEffect> implements EffectSource<E> {
  private readonly table: Table<E>;
  private readonly kinds: EffectKinds<E>;
  private readonly derived: DerivedEffects<E> | undefined;
  private readonly budget: Budget | undefined;
  private readonly stored = new Map<string, E>();
  private readonly parkedRows: Table<ParkedRow>;
  private readonly parkings: Map<string, ParkedRow>;
  private fresh: E[];

  /**
   * Reads the stored ones, and charges them; the derived ones are asked for, so what they follow from is to be read and
   * charged before.
   */
  constructor(records: Records, kinds: EffectKinds<E>, budget?: Budget, derived?: DerivedEffects<E>) {
    this.table = records.table("effect:", knownEffects(kinds));
    this.parkedRows = records.table("parked:effect:", PARKED_ROW);
    this.kinds = kinds;
    this.budget = budget;
    this.derived = derived;
    for (const [id, effect] of this.table.entries()) {
      if (effect.id === id) this.hold(this.inMemory(effect));
      else records.unreadable.note(`effect:${id}`, new Error("it lies under another id than its own"));
    }
    this.parkings = new Map(this.parkedRows.entries());
    for (const row of this.parkings.values()) budget?.charge(parkedBytes(row));
    this.fresh = [...this.stored.values(), ...(derived?.pending() ?? [])];
  }

  add(effect: E): void {
    if (this.kindOf(effect).kept === "derived") {
      this.derive(effect);
      return;
    }
    const kept = this.inMemory(effect);
    this.derive(kept);
    this.hold(kept);
    this.table.put(effect.id, effect);
  }

  /** Asks for one that follows from other records. */
  derive(effect: E): void {
    this.fresh.push(effect);
  }

  /** What a stored one takes in memory. */
  bytesOf(effect: E): number {
    return effectBytes(this.inMemory(effect));
  }

  /** A stored one is done or given up; a derived one ends with what it follows from. */
  remove({ id }: E): void {
    if (this.letGo(id)) this.table.delete(id);
    if (this.unpark(id)) this.parkedRows.delete(id);
  }

  /** Only stored ones are parked: what a derived one follows from says what becomes of it. */
  park(command: EffectParked<E>, now: number): void {
    const { id } = command.effect;
    if (!this.stored.has(id)) return;
    const row = parkedRow(command, this.parkings.get(id), now);
    this.unpark(id);
    this.parkings.set(id, row);
    this.budget?.charge(parkedBytes(row));
    this.parkedRows.put(id, row);
  }

  /** All that is parked is asked for anew. */
  retryParked(now: number): void {
    for (const id of Array.from(this.parkings.keys())) {
      const effect = this.table.get(id);
      this.unpark(id);
      this.parkedRows.delete(id);
      if (effect) this.add({ ...effect, since: now });
    }
  }

  parked(): readonly ParkedEffect[] {
    return [...this.parkings.values()];
  }

  /** What is parked, and what is repeated for long, the first so many. */
  shown(now: number): readonly ShownParking[] {
    const repeated = overdue(this.stored.values(), (effect) => this.boundOf(effect), now);
    return firstOf([...this.parkings.values()], repeated);
  }

  parkedOf({ id }: E): ParkedEffect | undefined {
    return this.parkings.get(id);
  }

  /** A stored one with all of its fields, or undefined when it is over. */
  whole<K extends E>({ id }: K): K | undefined {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an id names one effect, of one kind
    return this.table.get(id) as K | undefined;
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
    return this.stored.has(effect.id) || (this.derived?.isPending(effect) ?? false);
  }

  boundOf(effect: E): Bound {
    return this.kindOf(effect).bound;
  }

  private hold(kept: E): void {
    this.letGo(kept.id);
    this.stored.set(kept.id, kept);
    this.budget?.charge(this.bytesOf(kept));
  }

  private letGo(id: string): boolean {
    const kept = this.stored.get(id);
    if (kept) this.budget?.release(this.bytesOf(kept));
    return this.stored.delete(id);
  }

  private unpark(id: string): boolean {
    const row = this.parkings.get(id);
    if (row) this.budget?.release(parkedBytes(row));
    return this.parkings.delete(id);
  }

  private inMemory(effect: E): E {
    const { onDisk = [] } = this.kindOf(effect);
    const isLarge = ([key, value]: [string, Json]) => onDisk.includes(key) && takesMuch(value);
    if (!Object.entries(effect).some(isLarge)) return effect;
    const kept = Object.entries(effect).filter(([key]) => !onDisk.includes(key));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these fields are optional where a row names them
    return Object.fromEntries(kept) as unknown as E;
  }

  private kindOf({ kind }: E): EffectKind {
    return this.kinds[kind as E["kind"]];
  }
}

/** As many as heads show. */
export function firstOf(...found: readonly Iterable<ShownParking>[]): ShownParking[] {
  const shown: ShownParking[] = [];
  for (const some of found)
    for (const one of some) {
      if (shown.length >= PARKED_SHOWN_MAX) return shown;
      shown.push(one);
    }
  return shown;
}

function parkedBytes(row: ParkedRow): number {
  return recordMemory(row);
}
