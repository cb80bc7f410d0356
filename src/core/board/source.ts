import type { Telling } from "../board-views.ts";
import { recordMemory } from "../durable/memory.ts";
import { shaped } from "../durable/shape.ts";

/** What the board keeps of a source: the last that it was told. A row each. */
export interface Source {
  readonly toldAt: number;
  /** The board's own count when it was told. */
  readonly seq: number;
  readonly telling: Telling;
}

export const SOURCE = shaped<Source>({
  toldAt: "number",
  seq: "number",
  telling: {
    kind: "text",
    name: "text",
    generation: "number",
    nth: "number",
    digest: "object",
    entries: "list",
  },
});

/** No name has a colon. */
export function keyOf({ kind, name }: Pick<Telling, "kind" | "name">): string {
  return `${kind}:${name}`;
}

/** Whether this was told after the other. */
export function isNewer(telling: Telling, than: Telling): boolean {
  return telling.generation === than.generation
    ? telling.nth >= than.nth
    : telling.generation > than.generation;
}

/** Whether it says the same. */
export function isSame(telling: Telling, other: Telling): boolean {
  return telling.generation === other.generation && telling.nth === other.nth;
}

/** What it takes in memory. */
export function memoryOf({ telling: { entries, digest } }: Source): number {
  return entries.reduce((bytes, entry) => bytes + recordMemory(entry), recordMemory(digest ?? {}));
}
