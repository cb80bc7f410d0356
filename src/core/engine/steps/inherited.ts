import { jsonSize } from "../../json.ts";
import { assert } from "../../result.ts";
import type { Execution } from "../contract.ts";
import { type StepAddress, parseStepAddress } from "../state/addresses.ts";
import type { IterationResult, Visit } from "../state/closed.ts";
import { resultsOf, stepOfVisit, visitsOf } from "../state/navigation.ts";
import { type Runs, toRuns } from "../state/runs.ts";

/** A foreach that is visited again and takes over what succeeded in visits of before, the last one first. */

/** The results that a visit passes on, its own and those that it took over: one of each item that succeeded. */
export function* resultsPassedOn(execution: Execution, path: string): Generator<IterationResult> {
  const known = new Set<number>();
  for (const { address } of visitsBack(execution, path)) {
    for (const result of resultsOf(execution, address)) {
      if (result.status !== "Succeeded" || known.has(result.index)) continue;
      known.add(result.index);
      yield result;
    }
  }
}

/** How many items the foreach had. */
export function countInherited(execution: Execution, path: string): number {
  for (const { visit } of visitsBack(execution, path)) if (visit.iterations) return visit.iterations[0];
  return 0;
}

/** The items that did not succeed. */
export function leftBy(execution: Execution, path: string): Runs {
  const succeeded = new Set<number>();
  for (const { index } of resultsPassedOn(execution, path)) succeeded.add(index);
  return othersThan(succeeded, countInherited(execution, path));
}

/** What a visit takes over from another one, if the collection is as long as it was. */
export function takenOver(execution: Execution, path: string) {
  const { values } = execution.context;
  const succeeded = new Set<number>();
  let resultSize = 0;
  for (const { index, local } of resultsPassedOn(execution, path)) {
    succeeded.add(index);
    resultSize += jsonSize(values.unpack(local));
  }
  return { inherits: path, todo: othersThan(succeeded, countInherited(execution, path)), resultSize };
}

/** The visit in which an item succeeded whose result is passed on; undefined if it did in none. */
export function visitOfItem(execution: Execution, path: string, index: number) {
  for (const { address } of visitsBack(execution, path)) {
    const [result] = resultsOf(execution, address, index, index + 1);
    if (result?.status === "Succeeded") return { address, result };
  }
  return undefined;
}

function othersThan(known: ReadonlySet<number>, count: number): Runs {
  return toRuns(Array.from({ length: count }, (_, index) => index).filter((index) => !known.has(index)));
}

function* visitsBack(
  execution: Execution,
  last: string,
): Generator<{ readonly address: StepAddress; readonly visit: Visit }> {
  for (let path: string | undefined = last; path !== undefined;) {
    const address = parseStepAddress(path);
    const visit = address && visitAt(execution, address);
    assert(visit, `"${path}" is a visit of a foreach that is over`);
    yield { address, visit };
    path = visit.inherits;
  }
}

function visitAt(execution: Execution, { frame, step, round }: StepAddress): Visit | undefined {
  const isMeant = (visit: Visit) => stepOfVisit(execution, frame, visit)?.name === step;
  return visitsOf(execution, frame).find(round, isMeant);
}
