import type { Runs } from "./runs.ts";

/** Which lists of a fan are still to be begun: the next ones, or of a foreach that takes results over those of `todo`. */

interface Fan {
  readonly count: number;
  readonly next: number;
  readonly todo?: Runs;
}

/** The first of them; `count` if there is none. */
export function nextIndex({ next, count, todo }: Fan): number {
  if (!todo) return next;
  const run = todo.find(([first, length]) => next < first + length);
  return run ? Math.max(run[0], next) : count;
}

/** How many they are. */
export function leftToBegin({ next, count, todo }: Fan): number {
  if (!todo) return count - next;
  return todo.reduce((sum, [first, length]) => sum + Math.max(0, first + length - Math.max(first, next)), 0);
}

/** The first so many of them, of which there are as many. */
export function nextRuns({ next, todo }: Fan, wanted: number): Runs {
  if (!todo) return [[next, wanted]];
  const runs: [number, number][] = [];
  let left = wanted;
  for (const [first, length] of todo) {
    const from = Math.max(first, next);
    const count = Math.min(first + length - from, left);
    if (count <= 0) continue;
    runs.push([from, count]);
    left -= count;
  }
  return runs;
}

/** The index behind the last one. */
export function endOf(runs: Runs): number {
  const [first, count] = runs.at(-1) ?? [0, 0];
  return first + count;
}
