/** Sets of indexes: short however many they are. */

/** As [first, count] of each run, sorted, with a gap between one and the next. */
export type Runs = readonly (readonly [number, number])[];

export const NO_RUNS: Runs = [];

/** Numbers as runs of numbers that follow each other. */
export function toRuns(numbers: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && run[0] + run[1] === number) run[1]++;
    else runs.push([number, 1]);
  }
  return runs;
}

/** How many indexes there are in runs. */
export function countOf(runs: Runs): number {
  return runs.reduce((sum, [, count]) => sum + count, 0);
}

export function* indexesOf(runs: Runs): Generator<number> {
  for (const [first, count] of runs) for (let nth = 0; nth < count; nth++) yield first + nth;
}

/** All that are in one of them or in several, in whatever order they come. */
export function joinRuns(...sets: readonly Runs[]): Runs {
  const joined: [number, number][] = [];
  for (const [first, count] of sets.flat().toSorted(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (count <= 0) continue;
    if (last && first <= last[0] + last[1]) last[1] = Math.max(last[1], first + count - last[0]);
    else joined.push([first, count]);
  }
  return joined;
}

export function withoutRuns(runs: Runs, taken: Runs): Runs {
  const left: [number, number][] = [];
  let nth = 0;
  for (const [first, count] of runs) {
    const end = first + count;
    let from = first;
    while (nth < taken.length && endOf(taken[nth]) <= from) nth++;
    for (let at = nth; at < taken.length && (taken[at]?.[0] ?? end) < end; at++) {
      const start = taken[at]?.[0] ?? end;
      if (start > from) left.push([from, start - from]);
      from = Math.max(from, endOf(taken[at]));
    }
    if (from < end) left.push([from, end - from]);
  }
  return left;
}

export function inBoth(one: Runs, other: Runs): Runs {
  return withoutRuns(one, withoutRuns(one, other));
}

export function inRuns(runs: Runs, index: number): boolean {
  return runs.some(([first, count]) => first <= index && index < first + count);
}

/** The first so many of them, and the others. */
export function splitRuns(runs: Runs, most: number): readonly [Runs, Runs] {
  const head: [number, number][] = [];
  let left = most;
  for (const [first, count] of runs) {
    const taken = Math.min(count, left);
    if (taken > 0) head.push([first, taken]);
    left -= taken;
  }
  return [head, withoutRuns(runs, head)];
}

function endOf(run: Runs[number] | undefined): number {
  return run ? run[0] + run[1] : 0;
}
