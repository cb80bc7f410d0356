import type { AnyEffect, EffectOver, Machine } from "../../../src/core/machine.ts";
import { START_AT } from "../../support/engine-run.ts";

/** The texts of an object's store, by where they lie. */
export type Texts = Readonly<Record<string, string>>;

/** What memory makes of a store, as its readers see it. */
export type Reads = Readonly<Record<string, unknown>>;

/** A sort of object: how one opens a store of texts, and what is read from it. */
export interface ObjectSort<C, O, E extends AnyEffect, M, Store> {
  store(texts: Texts): Store;
  texts(store: Store): Texts;
  machine(store: Store): M & Machine<C, O, E>;
  read(machine: M, now: number, effects: readonly AnyEffect[]): Reads;
  /** Rows that were written since the store was made. */
  rows(store: Store): number;
}

/** An object on a store in memory, with the clock in the story's hands. */
export class KeptObject<C, O, E extends AnyEffect, M, Store> {
  now: number;
  readonly machine: M & Machine<C, O, E>;
  private readonly sort: ObjectSort<C, O, E, M, Store>;
  private readonly store: Store;
  private asked: E[] = [];

  constructor(sort: ObjectSort<C, O, E, M, Store>, texts: Texts = {}, now = START_AT) {
    this.sort = sort;
    this.store = sort.store(texts);
    this.machine = sort.machine(this.store);
    this.now = now;
  }

  /** Commands of one commit; gives the outcome of the last. */
  commit(...commands: (C | EffectOver<E>)[]): O {
    const outcomes = commands.map((command) => this.machine.handle(command, this.now));
    this.machine.beforeSave?.(this.now);
    this.machine.save(this.now);
    const last = outcomes.at(-1);
    if (last === undefined) throw new Error("no command");
    return last;
  }

  /** Effects that are not done, in the order in which they were asked for. */
  get effects(): readonly E[] {
    this.asked.push(...this.machine.effects.takeNew());
    this.asked = this.asked.filter((effect) => this.machine.effects.isPending(effect));
    return this.asked;
  }

  /** Effects of some kinds are done. */
  do(...kinds: E["kind"][]): void {
    for (const effect of this.effects) {
      if (kinds.includes(effect.kind)) this.commit({ type: "effectOver", effect });
    }
  }

  pass(seconds: number): void {
    this.now += seconds * 1000;
  }

  /** The alarm rings, as often as it is due. */
  ring(): void {
    for (
      let at = this.machine.nextTimerAt();
      at !== undefined && at <= this.now;
      at = this.machine.nextTimerAt()
    )
      this.commit(this.machine.wakeCommand());
  }

  get rows(): number {
    return this.sort.rows(this.store);
  }

  texts(): Texts {
    return this.sort.texts(this.store);
  }

  reads(): Reads {
    const effects = this.effects.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const read = this.sort.read(this.machine, this.now, effects);
    return { nextTimerAt: this.machine.nextTimerAt(), effects, ...read };
  }
}
