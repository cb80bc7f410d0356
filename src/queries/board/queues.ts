import type { BoardMachine } from "../../core/board/board-machine.ts";
import type { BoardNamesQuery, BoardQueue, BoardQueues } from "../../core/board-views.ts";
import { pageOf } from "../../core/lists.ts";
import type { QueueTelling } from "../../core/queue/digest.ts";
import { DEPTH_STEP_MS } from "../../core/view-limits.ts";
import { tellingsByName } from "./names.ts";

/** Queues by name, as they stood when they told it last. */
export function readQueues(machine: BoardMachine, query: BoardNamesQuery, now: number): BoardQueues {
  const found = tellingsByName(machine, "queue", query).flatMap((telling) => viewOf(telling, now));
  return { ...machine.stand, ...pageOf(found, query.limit, (one) => JSON.stringify(one).length) };
}

/** How many came and went is true for as long as it was counted. */
function viewOf({ name, nth: toldAt, digest }: QueueTelling, now: number): BoardQueue[] {
  if (!digest) return [];
  const { processes: _, processesLeftOut: __, unaskedSince: ___, diedAt: ____, rates, ...shown } = digest;
  const isFresh = rates && now - toldAt < DEPTH_STEP_MS;
  return [{ name, ...shown, ...(isFresh && { rates }) }];
}
