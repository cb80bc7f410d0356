import type { BoardEntry, QueueDigest, Telling, ToldCallback } from "../board-views.ts";
import { recordMemory } from "../durable/memory.ts";
import type { Format } from "../durable/records.ts";
import { shaped } from "../durable/shape.ts";
import { BOARD_CLOCK_MS } from "../view-limits.ts";

/** What the board keeps of a source: the last that it was told. A row each. */
export interface Source {
  readonly toldAt: number;
  /** The board's own count when it was told. */
  readonly seq: number;
  readonly telling: Telling;
}

const ANY_SOURCE = shaped<Source>({
  toldAt: "number",
  seq: "number",
  telling: {
    kind: "text",
    name: "text",
    generation: "number",
    nth: "number",
    digest: "object",
  },
});

export const SOURCE: Format<Source> = {
  ...ANY_SOURCE,
  read: (text) => {
    const source = ANY_SOURCE.read(text);
    if (!Array.isArray(entriesOf(source.telling))) throw new Error("it has no list of executions");
    return source;
  },
};

/** Executions that a source tells of. */
export function entriesOf(telling: Telling): readonly BoardEntry[] {
  return telling.kind === "flow" ? telling.entries : [];
}

function callbacksOf(telling: Telling): readonly ToldCallback[] {
  return telling.kind === "flow" ? (telling.callbacks ?? []) : [];
}

/** Whether what a source told may be another one by now although it tells nothing: a telling may have been lost. */
export function isBusy({ telling }: Source): boolean {
  switch (telling.kind) {
    case "flow":
      return (telling.digest?.running ?? 0) > 0;
    case "directory":
      return true;
    case "queue":
      return isQueueBusy(telling.digest);
    case "topic":
      return (telling.digest?.messages ?? 0) > 0;
    case "shard":
      return (telling.digest?.on ?? 0) > 0;
  }
}

function isQueueBusy(digest: QueueDigest | undefined): boolean {
  if (!digest) return false;
  const { depth, workers } = digest;
  return workers.all > 0 || Object.values(depth).some((count) => count > 0);
}

/** Whether it has more than it tells, where no list of the board says so. */
export function tellsNotAll({ telling }: Source): boolean {
  return telling.kind === "shard" && (telling.digest?.leftOut ?? 0) > 0;
}

/** No name has a colon. */
export function keyOf({ kind, name }: Pick<Telling, "kind" | "name">): string {
  return `${kind}:${name}`;
}

/** Whether this was told after the other. A number far ahead of the clock was given by one that was set back since. */
export function isNewer(telling: Telling, than: Telling, now: number): boolean {
  return telling.generation === than.generation
    ? telling.nth >= than.nth || than.nth > now + BOARD_CLOCK_MS
    : telling.generation > than.generation;
}

/** Whether it says the same. Of those that number theirs by the time it is looked at what they say. */
export function isSame(telling: Telling, other: Telling): boolean {
  if (telling.generation !== other.generation) return false;
  if (telling.kind === "flow" || telling.kind === "shard") return telling.nth === other.nth;
  return JSON.stringify(telling.digest) === JSON.stringify(other.digest);
}

/** What it takes in memory. */
export function memoryOf({ telling }: Source): number {
  const own = recordMemory(telling.digest ?? {});
  return [...entriesOf(telling), ...callbacksOf(telling)].reduce(
    (bytes, entry) => bytes + recordMemory(entry),
    own,
  );
}
