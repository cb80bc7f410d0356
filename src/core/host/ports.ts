import type { AnyEffect } from "../machine.ts";

/** What the host needs from the object it runs in; in tests all of it is simulated. */
export interface HostPorts<Command, Effect extends AnyEffect> {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves once the commands that wait together have arrived. */
  collectBatch(): Promise<void>;
  /** All or nothing, also against exceptions. */
  transaction<T>(body: () => T): T;
  /** Asks to be woken (`Host.wake`) at an instant; replaces what was asked before. Costs a written row. */
  setAlarm(at: number): void;
  /** Takes that back. */
  clearAlarm(): void;
  /** Does effects of one group. Throws to say: try again later. */
  perform(effects: readonly Effect[], tries: number): Promise<Performed<Command>>;
  /** Effects with the same key can be done by one call. */
  groupKey(effect: Effect): string;
  /** How many groups of effects of this kind may be done at the same time. */
  groupsAtOnce(effect: Effect): number;
  /** Work that goes on after the answer. */
  background(work: Promise<void>): void;
  log(entry: LogEntry): void;
}

/** What came of performing a group of effects. */
export interface Performed<Command> {
  /** True when nothing is left to do; otherwise they are tried again after `retryInMs`, unless settled by then. */
  readonly done: boolean;
  readonly retryInMs?: number;
  /** What the outside answered. */
  readonly commands?: readonly Command[];
}

export interface LogEntry {
  readonly event: string;
  readonly [key: string]: string | number | boolean | undefined;
}
