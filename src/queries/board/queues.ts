import type { BoardMachine } from "../../core/board/board-machine.ts";
import type { BoardNamesQuery, BoardQueue, BoardQueues } from "../../core/board-views.ts";
import { pageOf } from "../../core/lists.ts";
import type { QueueTelling } from "../../core/queue/digest.ts";
import { tellingsByName } from "./names.ts";

/** Queues by name, as they stood when they told it last. */
export function readQueues(machine: BoardMachine, query: BoardNamesQuery): BoardQueues {
  const found = tellingsByName(machine, "queue", query).flatMap(viewOf);
  return { ...machine.stand, ...pageOf(found, query.limit, (one) => JSON.stringify(one).length) };
}

function viewOf({ name, digest }: QueueTelling): BoardQueue[] {
  if (!digest) return [];
  const { processes: _, unaskedSince: __, diedAt: ___, ...shown } = digest;
  return [{ name, ...shown }];
}
