/** Indexes, as [first, count] of each run. */
export type Runs = readonly (readonly [number, number])[];

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
