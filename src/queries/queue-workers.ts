import { given } from "../core/given.ts";
import { WORKER_TASKS_SHOWN_MAX } from "../core/limits.ts";
import { type Page, pageOf } from "../core/lists.ts";
import type { RunningTask, WorkerView, WorkersQuery } from "../core/objects.ts";
import type { Message } from "../core/queue/message.ts";
import type { Pollers, Taker } from "../core/queue/pollers.ts";
import type { Queue } from "../core/queue/queue.ts";
import type { QueueMachine } from "../core/queue/queue-machine.ts";
import { type WorkerEntry, workerKey, workerState } from "../core/queue/worker-entry.ts";

/** Who works at a queue; undefined when there is no such queue. */
export function readWorkers(
  machine: QueueMachine,
  pollers: Pollers,
  { limit, after, names, withoutTasks = false }: WorkersQuery,
  now: number,
): Page<WorkerView> | undefined {
  const queue = machine.read(now);
  if (!queue.exists) return undefined;
  const { registry } = machine;
  const wanted = names && new Set(names);
  const entries = registry
    .all(now)
    .map((entry) => ({ entry, key: workerKey(entry) }))
    .filter(({ entry: { worker }, key }) => {
      return (after === undefined || isBehind(key, after)) && (!wanted || wanted.has(worker ?? ""));
    })
    .toSorted((a, b) => (isBehind(a.key, b.key) ? 1 : -1));
  const waiting = pollers.newestFirst();
  const waits = { sessions: new Set(waiting.map(({ session }) => session)), names: namesOf(waiting) };
  function* views(): Generator<WorkerView> {
    for (const { entry } of entries) {
      const { session, worker = "" } = entry;
      const isWaiting = session === undefined ? waits.names.has(worker) : waits.sessions.has(session);
      const awaitedSince = registry.awaitedSince(entry, now);
      const view = viewOf(entry, heldBy(queue, entry), { isWaiting, ...given({ awaitedSince }) }, now);
      yield withoutTasks ? { ...view, running: [] } : view;
    }
  }
  return pageOf(views(), limit, (view) => JSON.stringify(view).length);
}

function isBehind(key: string, other: string): boolean {
  const [name = "", session = ""] = key.split("/");
  const [otherName = "", otherSession = ""] = other.split("/");
  return name === otherName ? session > otherSession : name > otherName;
}

/** Of polls without a session. */
function namesOf(pollers: readonly Taker[]): Set<string> {
  return new Set(
    pollers.flatMap(({ session, worker }) => (session === undefined && worker !== undefined ? [worker] : [])),
  );
}

function heldBy({ held }: Queue, { session, worker = "" }: WorkerEntry): Message[] {
  return [...(session === undefined ? held.ofName(worker) : held.of(session))];
}

function viewOf(
  entry: WorkerEntry,
  held: readonly Message[],
  signs: { readonly isWaiting: boolean; readonly awaitedSince?: number },
  now: number,
): WorkerView {
  const { ended: _, about = {}, ...known } = entry;
  const tasks = held.flatMap((message) => runningTask(message)).toSorted((a, b) => a.since - b.since);
  return {
    ...known,
    ...about,
    state: workerState(entry, { leases: held.length, ...signs }, now),
    leases: held.length,
    running: tasks.slice(0, WORKER_TASKS_SHOWN_MAX),
  };
}

function runningTask({ task, holder }: Message): RunningTask[] {
  if (!task || !holder) return [];
  const { execution, path, attempt } = task;
  return [{ execution, path, attempt, since: holder.since }];
}
