import type { BoardMachine } from "../../core/board/board-machine.ts";
import type { HourOfEnds } from "../../core/flow/digest.ts";
import type { BoardHours, BoardHoursQuery } from "../../core/board-views.ts";
import { HOUR_MS } from "../../core/time.ts";

/** What ended in each hour, of one flow or of all. */
export function readHours(machine: BoardMachine, query: BoardHoursQuery): BoardHours {
  const { from = 0, to = Number.MAX_SAFE_INTEGER, flow } = query;
  const sums = new Map<number, HourOfEnds>();
  for (const { name, digest } of machine.tellings("flow")) {
    if (flow !== undefined && name !== flow) continue;
    for (const told of digest?.hours ?? []) sums.set(told[0], added(sums.get(told[0]), told));
  }
  const hours = [...sums.values()]
    .filter(([hour]) => (hour + 1) * HOUR_MS > from && hour * HOUR_MS <= to)
    .toSorted(([a], [b]) => a - b);
  return { ...machine.stand, hours };
}

function added(known: HourOfEnds | undefined, [hour, succeeded, failed, other]: HourOfEnds): HourOfEnds {
  const [, a = 0, b = 0, c = 0] = known ?? [];
  return [hour, succeeded + a, failed + b, other + c];
}
