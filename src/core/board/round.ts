import type { SourceKind } from "../board-views.ts";
import type { AnyEffect } from "../machine.ts";

/** In which order the board asks around. */
export const ROUND_KINDS: readonly SourceKind[] = ["directory", "shard", "queue", "topic", "flow"];

/** The board asks its sources how they stand, some of them with each tick. */
export interface Round {
  readonly begunAt: number;
  /** All of them; else those that moved lately, and those that it does not know. */
  readonly isWhole: boolean;
  /** Everything up to here had its turn. */
  readonly kind: SourceKind;
  readonly after: string;
  /** When it was to go on; absent while it waits for the next tick. */
  readonly askedAt?: number;
}

/** Ask some, from where a round has come to. */
export interface AskSources extends AnyEffect {
  readonly kind: "askSources";
}

/** How a round goes on: from another place, or it is over. */
export type RoundStep = Pick<Round, "kind" | "after"> | "over";

export function askOf({ begunAt, kind, after, askedAt }: Round): AskSources | undefined {
  if (askedAt === undefined) return undefined;
  return { kind: "askSources", id: `ask:${begunAt}:${kind}:${after}`, since: askedAt };
}

/** The kind whose turn it is when all of one were asked. */
export function kindAfter(kind: SourceKind): SourceKind | undefined {
  return ROUND_KINDS[ROUND_KINDS.indexOf(kind) + 1];
}
