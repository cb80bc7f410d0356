import type { AnyEffect, EffectSource } from "./machine.ts";
import { BOARD_HURRY_MS } from "./view-limits.ts";

/**
 * Tell the board; due at the end of the pause that the board asked for. It follows from what is remembered of the last
 * telling, so it has no row of its own.
 */
export interface TellBoard extends AnyEffect {
  readonly kind: "tellBoard";
}

/** The board's answer: how long it wants to hear nothing. */
export interface Told {
  readonly pauseMs: number;
}

/** The board was told. */
export interface BoardTold extends Told {
  readonly type: "boardTold";
  /** What it was told, as the source calls it. */
  readonly stand: string;
}

/** How a source stands, the whole of it; without a digest it is no more. */
export interface TellingOf<Kind extends string, Digest> {
  readonly kind: Kind;
  readonly name: string;
  readonly generation: number;
  /** Of two tellings of one generation the later has the higher one. */
  readonly nth: number;
  readonly digest?: Digest;
}

/** How a source calls what it tells, and that. */
export interface Stand<T> {
  readonly stand: string;
  readonly telling: T;
}

/** What a source remembers of it. */
export interface LastTelling extends Told {
  /** How many there were. */
  readonly nth: number;
  readonly at: number;
  /** Names what was told: a source that stands otherwise has something to tell. */
  readonly stand: string;
}

/** What is to be told, if a source stands otherwise than it told; `changedAt` is about when that came to be. */
export function dueTelling(
  stand: string,
  changedAt: number,
  last: LastTelling | undefined,
): TellBoard | undefined {
  if (last?.stand === stand) return undefined;
  const { nth = 0, at = 0, pauseMs = 0 } = last ?? {};
  // A clock that was set back makes no pause longer.
  const since = Math.max(Math.min(at, changedAt) + pauseMs, changedAt);
  return { kind: "tellBoard", id: `board:${nth + 1}`, since };
}

export function lastTelling(
  before: LastTelling | undefined,
  { stand, pauseMs }: BoardTold,
  now: number,
): LastTelling {
  return { nth: (before?.nth ?? 0) + 1, at: now, pauseMs, stand };
}

/** What a source remembers of its tellings that writes nothing of it: each memory tells once what it begins with. */
export class Tellings {
  private changes = 0;
  private changedAt = 0;
  private seen = "";
  /** Somebody waits to see what he changed: of this commit, and of what is not told yet. */
  private hurries = false;
  private isUrgent = false;
  private told: LastTelling | undefined;
  /** Id of the telling that was asked for last. */
  private announced: string | undefined;

  get stand(): string {
    return String(this.changes);
  }

  /** After each commit: a text that is another one when there is something to tell. */
  look(seen: string, now: number): void {
    if (seen === this.seen) return;
    this.isUrgent ||= this.hurries;
    this.hurries = false;
    this.seen = seen;
    this.changes++;
    this.changedAt = now;
  }

  /** Somebody changes something with this commit, and waits to see it. */
  hurry(): void {
    this.hurries = true;
  }

  boardTold(command: BoardTold, now: number): void {
    this.told = lastTelling(this.told, command, now);
    if (command.stand === this.stand) this.isUrgent = false;
  }

  isDue({ id }: AnyEffect): boolean {
    return this.due()?.id === id;
  }

  /** What is to be told, unless it was asked for. */
  takeDue(): TellBoard | undefined {
    const due = this.due();
    if (!due || due.id === this.announced) return undefined;
    this.announced = due.id;
    return due;
  }

  /** What was asked for is forgotten with all that was. */
  discard(): void {
    this.announced = undefined;
  }

  private due(): TellBoard | undefined {
    const { told, stand, changedAt } = this;
    if (!told || !this.isUrgent) return dueTelling(stand, changedAt, told);
    const pauseMs = Math.min(told.pauseMs, BOARD_HURRY_MS);
    const due = dueTelling(stand, changedAt, { ...told, pauseMs });
    return due && { ...due, id: `${due.id}:soon` };
  }
}

/** Effects of a source with its tellings. */
export function withTellings<E extends AnyEffect>(
  own: () => EffectSource<E>,
  tellings: Tellings,
  isThere: () => boolean,
): EffectSource<E | TellBoard> {
  return {
    takeNew: () => {
      const due = isThere() ? tellings.takeDue() : undefined;
      return due ? [...own().takeNew(), due] : own().takeNew();
    },
    isPending: (effect) => (isTelling(effect) ? tellings.isDue(effect) : own().isPending(effect)),
    boundOf: (effect) => (isTelling(effect) ? { is: "repeat" } : own().boundOf(effect)),
    parked: () => own().parked(),
    parkedOf: (effect) => (isTelling(effect) ? undefined : own().parkedOf(effect)),
  };
}

function isTelling(effect: AnyEffect): effect is TellBoard {
  return effect.kind === "tellBoard";
}
