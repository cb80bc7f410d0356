import type { AnyEffect } from "./machine.ts";

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
