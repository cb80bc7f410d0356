import type { StepTuple } from "../api/types.ts";
import { indexesIn } from "./heat.ts";
import type { Snapshot } from "./snapshot.ts";

/** A step in two executions; absent where one of them did not come to it. */
export interface ComparedStep {
  readonly path: string;
  readonly a?: StepTuple;
  readonly b?: StepTuple;
  /** By how many milliseconds b took longer; absent unless both have ended. */
  readonly slowerMs?: number;
}

/** Steps of either execution, in the order of the first that visited them. */
export function compareSteps(a: Snapshot, b: Snapshot): ComparedStep[] {
  const paths = new Set([...a.steps.keys(), ...b.steps.keys()]);
  return Array.from(paths, (path) => {
    const [one, other] = [a.steps.get(path), b.steps.get(path)];
    const took = [one, other].map(tookOf);
    const [first, second] = took;
    return {
      path,
      ...(one && { a: one }),
      ...(other && { b: other }),
      ...(first !== undefined && second !== undefined && { slowerMs: second - first }),
    };
  });
}

function tookOf(visit: StepTuple | undefined): number | undefined {
  const [, , , from, to] = visit ?? [];
  return from === undefined || to === undefined || to === 0 ? undefined : to - from;
}

/** Items of a foreach that failed in one of two executions only. */
export function failedInOne(a: Snapshot, b: Snapshot, foreach: string) {
  const failed = [a, b].map(({ foreach: all }) => indexesIn(all.get(foreach)?.states ?? "", "f"));
  const [one = [], other = []] = failed;
  const [inOne, inOther] = [new Set(one), new Set(other)];
  return {
    onlyA: one.filter((index) => !inOther.has(index)),
    onlyB: other.filter((index) => !inOne.has(index)),
  };
}
