import type { Queue, Worker } from "../api/types.ts";
import { conditionOf } from "./workers.ts";

/** What happened while a queue filled or emptied, and is so still. */
export interface DepthMark {
  readonly at: number;
  readonly kind: "failing" | "draining" | "paused";
  /** Of the machine; absent: it is the queue's. */
  readonly worker?: string;
}

/** A mark as it is drawn: in percent of the width, and whether its text stands at the left of it. */
export interface PlacedMark extends DepthMark {
  readonly left: number;
  readonly isLeft: boolean;
}

const PERCENT = 100;
/** From here on there is more room at the left. */
const HALF = 55;
/** More texts than that hide what they are about. */
const SHOWN = 4;

/** The newest of what happened to a queue and its machines between two times. */
export function placedMarks(
  { paused }: Pick<Queue, "paused">,
  workers: readonly Worker[],
  [from, to]: readonly [from: number, to: number],
): PlacedMark[] {
  const own: DepthMark[] = paused ? [{ at: Date.parse(paused.at), kind: "paused" }] : [];
  return [...own, ...workers.flatMap(markOf)]
    .filter(({ at }) => at >= from && at <= to)
    .toSorted((a, b) => a.at - b.at)
    .filter(
      ({ worker, kind }, nth, all) =>
        all.findIndex((one) => one.worker === worker && one.kind === kind) === nth,
    )
    .slice(-SHOWN)
    .map((mark) => {
      const left = ((mark.at - from) / Math.max(1, to - from)) * PERCENT;
      return { ...mark, left, isLeft: left > HALF };
    });
}

function markOf(worker: Worker): DepthMark[] {
  const { name = "", drain, failingSince } = worker;
  const condition = conditionOf(worker);
  if (condition === "draining" && drain)
    return [{ at: Date.parse(drain.since), kind: condition, worker: name }];
  if (condition === "failing" && failingSince !== undefined)
    return [{ at: Date.parse(failingSince), kind: condition, worker: name }];
  return [];
}
