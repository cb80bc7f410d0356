import type { Source } from "../../core/board/source.ts";
import type { Need, QueueDigest } from "../../core/board-views.ts";
import { given } from "../../core/given.ts";
import { WORKERLESS_AFTER_MS } from "../../core/limits.ts";
import type { ShownWorker } from "../../core/queue/shown-workers.ts";
import { BOARD_OLD_MESSAGE_MS } from "../../core/view-limits.ts";

/** What of a queue somebody has to look after; after `settledMs` without a telling it stands as it told. */
export function needsOfQueue({ toldAt, telling }: Source, settledMs: number, now: number): Need[] {
  if (telling.kind !== "queue" || !telling.digest) return [];
  const { name: queue, generation, digest } = telling;
  const isSettled = now - toldAt >= settledMs;
  return [
    ...ofDeadLetters(queue, generation, digest),
    ...ofMessages(queue, generation, digest, isSettled, now),
    ...digest.processes.flatMap((worker) => ofWorker(queue, worker)),
  ];
}

function ofDeadLetters(queue: string, generation: number, { depth, diedAt }: QueueDigest): Need[] {
  if (depth.deadLetters === 0 || diedAt === undefined) return [];
  const id = `deadLetters:${queue}:${generation}`;
  const text = { code: "deadLetters", values: { count: depth.deadLetters } };
  return [{ id, kind: "deadLetters", since: diedAt, queue, text }];
}

/** Nobody asks for what lies there; or it is asked for, and lies there for too long all the same. */
function ofMessages(
  queue: string,
  generation: number,
  { depth, unaskedSince, oldestAt, paused }: QueueDigest,
  isSettled: boolean,
  now: number,
): Need[] {
  const count = depth.ready + depth.readyForNamed;
  // Whoever paused it knows that they lie there.
  if (count === 0 || paused || !isSettled) return [];
  const own = { kind: "messages", queue } as const;
  if (depth.ready > 0 && unaskedSince !== undefined && now - unaskedSince >= WORKERLESS_AFTER_MS) {
    const text = { code: "queueWithoutWorkers", values: { count } };
    return [{ id: `workerless:${queue}:${generation}`, ...own, since: unaskedSince, text }];
  }
  if (oldestAt === undefined || now - oldestAt < BOARD_OLD_MESSAGE_MS) return [];
  return [
    {
      id: `old:${queue}:${generation}`,
      ...own,
      since: oldestAt,
      text: { code: "oldMessage", values: { count } },
    },
  ];
}

/** It fails, or it is silent although it holds something. */
function ofWorker(queue: string, told: ShownWorker): Need[] {
  const { worker, state, trouble, draining, leases, lastSeenAt, lastError, lately = "" } = told;
  if (worker === undefined || draining || state === "gone") return [];
  const own = { kind: "worker", queue, worker } as const;
  if (trouble === "failing") {
    const values = {
      ...given({ error: lastError?.error }),
      failed: lately.replaceAll("s", "").length,
      of: lately.length,
    };
    const since = told.failingSince ?? lastSeenAt;
    return [{ id: `failing:${queue}:${worker}`, ...own, since, text: { code: "workerFailing", values } }];
  }
  if (state !== "late" || leases === 0) return [];
  const text = { code: "workerSilent", values: { count: leases } };
  return [{ id: `silent:${queue}:${worker}`, ...own, since: lastSeenAt, text }];
}
