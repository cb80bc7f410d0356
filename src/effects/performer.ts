import type { Performed } from "../core/host/ports.ts";
import type { AnyEffect } from "../core/machine.ts";
import type { Env } from "../env.ts";
import type { OpenCalls } from "./open-calls.ts";

/** What an effect is performed with. */
export interface EffectContext<M> {
  readonly env: Env;
  /** Name of the object that asks. */
  readonly object: string;
  readonly machine: M;
  readonly calls: OpenCalls;
  /** Counts what the object costs. */
  readonly meter: { transportWritten(operations: number): void };
}

/** Performs effects of one kind and group; throws to say: try again later. */
export type Executor<M, E extends AnyEffect, C> = (
  context: EffectContext<M>,
  effects: readonly E[],
  tries: number,
) => Promise<Performed<C>>;

/** How one kind of effect is done, and which effects of it can be done together. */
export interface EffectRow<M, E extends AnyEffect, C> {
  readonly perform: Executor<M, E, C>;
  groupBy(effect: E): string;
  /** Groups that may be performed at the same time; by default EFFECTS_IN_FLIGHT. */
  readonly atOnce?: number;
}

/** All kinds of effect of one sort of object: a new kind is its file and its row. */
export type EffectTable<M, E extends AnyEffect, C> = {
  readonly [K in E["kind"]]: EffectRow<M, Extract<E, { kind: K }>, C>;
};

/** Looks the row up; the cast forgets the kind, which the row was found by. */
export function rowOf<M, E extends AnyEffect, C>(table: EffectTable<M, E, C>, effect: E): EffectRow<M, E, C> {
  const rows: Readonly<Record<string, unknown>> = table;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return rows[effect.kind] as EffectRow<M, E, C>;
}

export const DONE: Performed<never> = { done: true };
