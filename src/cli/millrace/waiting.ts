import type * as z from "zod";
import type { executionHead } from "../../http/contract/executions.ts";
import { time } from "./format.ts";

type Waiting = NonNullable<z.output<typeof executionHead>["waitingFor"]>[number];

const WHY = {
  deadLetter: "its message was delivered too often, and is a dead letter",
  queueDeleted: "its message went with its queue, which was deleted,",
  queueRemade: "its message went with its queue, which was deleted and made again,",
} as const;

/** One line for each open step: what it waits for, on whom, since when and until when. */
export function describeWaiting(all: readonly Waiting[] = []): string {
  const lines = all.map(
    ({ path, waitsFor, why, queue, queuePaused, worker, flow, execution, iterations, ...times }) =>
      [
        `${path}: ${waitsFor}${why === undefined ? "" : `: ${WHY[why]}`}`,
        queue !== undefined && `in queue ${queue}${queuePaused ? ", which is paused," : ""}`,
        worker !== undefined && `${waitsFor === "worker" ? "for" : "by"} ${worker}`,
        execution !== undefined && `${flow}/${execution}`,
        iterations !== undefined && `${iterations} not started`,
        times.since !== undefined && `since ${time(times.since)}`,
        times.until !== undefined && `until ${time(times.until)}`,
        times.lastSeenAt !== undefined && `(last seen ${time(times.lastSeenAt)})`,
        times.unaskedSince !== undefined && `(no worker has asked since ${time(times.unaskedSince)})`,
      ]
        .filter((part) => part !== false)
        .join(" "),
  );
  return lines.join("\n");
}

/** A worker that is there has taken a task by then. */
const TAKEN_WITHIN_MS = 5000;

/** What no worker takes, a line for each queue, and what none will ever get. */
export function untaken(all: readonly Waiting[] = [], now: number): string[] {
  const lying = all.filter(
    ({ waitsFor, since }) =>
      waitsFor === "worker" && since !== undefined && now - Date.parse(since) >= TAKEN_WITHIN_MS,
  );
  const lost = all.flatMap(({ path, queue, why }) =>
    why === undefined ? [] : [`no worker will get ${path}: ${WHY[why]} in queue ${queue}`],
  );
  const queues = new Set(lying.map(({ queue = "" }) => queue));
  return [...Array.from(queues, (queue) => inQueue(queue, lying)), ...lost.slice(0, LOST_SHOWN_MAX)];
}

const LOST_SHOWN_MAX = 3;

function inQueue(queue: string, lying: readonly Waiting[]): string {
  const all = lying.filter((one) => one.queue === queue);
  const [oldest] = all.map(({ since = "" }) => since).toSorted();
  const tasks = all.length === 1 ? "the task" : `the ${all.length} tasks`;
  if (all.some(({ queuePaused }) => queuePaused))
    return `nobody takes ${tasks} in queue ${queue}, which is paused: \`npx millrace queue resume ${queue}\``;
  const unasked = all.find(({ unaskedSince }) => unaskedSince !== undefined)?.unaskedSince;
  if (unasked !== undefined)
    return `no worker is there for ${tasks} in queue ${queue}: none has asked since ${time(unasked)}`;
  return `no worker has taken ${tasks} in queue ${queue} since ${time(oldest)}: is one running?`;
}
