import type { BoardMachine } from "../../core/board/board-machine.ts";
import type { BoardWorker, BoardWorkers, BoardWorkersQuery } from "../../core/board-views.ts";
import { pageOf } from "../../core/lists.ts";
import type { QueueTelling } from "../../core/queue/digest.ts";
import { workerKey } from "../../core/queue/worker-entry.ts";
import { BOARD_CUT_NAMES_TOLD, BOARD_WORKERS_TOLD } from "../../core/view-limits.ts";
import { has } from "./names.ts";

/** Workers of all queues, by queue and name, as their queues knew them when they told it last. */
export function readWorkers(
  machine: BoardMachine,
  { limit, after, contains = "" }: BoardWorkersQuery,
): BoardWorkers {
  const queues = Array.from(machine.tellings("queue")).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const found = queues
    .filter(({ name }) => !after || name >= after.queue)
    .flatMap(workersOf)
    .filter(
      (worker) =>
        isBehind(worker, after) && (has(worker.worker ?? "", contains) || has(worker.queue, contains)),
    );
  const cutQueues = queues.filter(isCut).map(({ name }) => name);
  return {
    ...machine.stand,
    ...pageOf(found, limit, (one) => JSON.stringify(one).length),
    cutQueues: cutQueues.slice(0, BOARD_CUT_NAMES_TOLD),
  };
}

export function workersOf({ name: queue, digest }: QueueTelling): BoardWorker[] {
  return (digest?.processes ?? [])
    .map((worker) => ({ queue, ...worker }))
    .toSorted((a, b) => (workerKey(a) < workerKey(b) ? -1 : 1));
}

function isBehind(worker: BoardWorker, after: BoardWorkersQuery["after"]): boolean {
  return !after || worker.queue > after.queue || workerKey(worker) > after.key;
}

/** It has more workers than it tells. */
function isCut({ digest }: QueueTelling): boolean {
  const { processes = [], processesLeftOut } = digest ?? {};
  // What an earlier release told does not say it.
  return (processesLeftOut ?? 0) > 0 || processes.length > BOARD_WORKERS_TOLD;
}
