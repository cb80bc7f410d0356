import { given } from "../core/given.ts";
import { WORKER_TASKS_SHOWN_MAX } from "../core/limits.ts";
import { type Page, pageOf } from "../core/lists.ts";
import type { RunningTask, WorkerDetail, WorkerView, WorkersQuery } from "../core/worker-views.ts";
import { usualMs } from "../core/queue/finished-tasks.ts";
import type { Message } from "../core/queue/message.ts";
import type { Pollers } from "../core/queue/pollers.ts";
import type { QueueMachine } from "../core/queue/queue-machine.ts";
import { viewer } from "../core/queue/shown-workers.ts";
import { workerKey } from "../core/queue/worker-entry.ts";
import { WORKER_PROCESSES_SHOWN_MAX, WORKER_TASKS_KEPT } from "../core/view-limits.ts";

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
  const view = viewer(queue, registry, pollers, now);
  function* views(): Generator<WorkerView> {
    for (const { entry } of entries) {
      const { held, ...own } = view(entry);
      yield { ...own, running: withoutTasks ? [] : runningTasks(machine, held) };
    }
  }
  return pageOf(views(), limit, (one) => JSON.stringify(one).length);
}

/** All processes of a name; undefined when there is no such queue. */
export function readWorker(
  machine: QueueMachine,
  pollers: Pollers,
  worker: string,
  now: number,
): WorkerDetail | undefined {
  const queue = machine.read(now);
  if (!queue.exists) return undefined;
  const own = machine.registry.all(now).filter((entry) => entry.worker === worker);
  const view = viewer(queue, machine.registry, pollers, now);
  const processes = own
    .toSorted((a, b) => b.lastSeenAt - a.lastSeenAt)
    .slice(0, WORKER_PROCESSES_SHOWN_MAX)
    .map((entry) => {
      const { held, ...known } = view(entry);
      return { ...known, running: runningTasks(machine, held) };
    });
  const finished = own.flatMap((entry) => entry.finished?.toReversed() ?? []).toSorted((a, b) => b.at - a.at);
  const usual = usualMs(machine.registry.all(now));
  return { processes, finished: finished.slice(0, WORKER_TASKS_KEPT), ...given({ usualMs: usual }) };
}

function isBehind(key: string, other: string): boolean {
  const [name = "", session = ""] = key.split("/");
  const [otherName = "", otherSession = ""] = other.split("/");
  return name === otherName ? session > otherSession : name > otherName;
}

/** The tasks among them that are held for the longest time. */
function runningTasks(machine: QueueMachine, held: readonly Message[]): RunningTask[] {
  return held
    .filter(({ isTask }) => isTask)
    .map((message) => ({ message, since: message.holder?.since ?? 0 }))
    .toSorted((a, b) => a.since - b.since)
    .slice(0, WORKER_TASKS_SHOWN_MAX)
    .flatMap(({ message, since }) => {
      const { task } = machine.meta(message);
      return task ? [{ execution: task.execution, path: task.path, attempt: task.attempt, since }] : [];
    });
}
