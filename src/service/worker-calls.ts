import { WORKERS_PAGE_QUEUES } from "../core/limits.ts";
import type { Page } from "../core/lists.ts";
import type { WorkerDetail, WorkerView, WorkersQuery } from "../core/worker-views.ts";
import type { DrainWorker } from "../core/queue/command.ts";
import { noWorker } from "../core/queue/refusals.ts";
import { workerKey } from "../core/queue/worker-entry.ts";
import type { Result } from "../core/result.ts";
import type { Env } from "../env.ts";
import { type LeftOut, ListAsking } from "./ask-for-list.ts";
import { askDirectory, askQueue } from "./objects.ts";
import { named, queueNotExist } from "./queue-calls.ts";

/** A worker and the queue that knows it. */
export interface QueueWorker extends WorkerView {
  readonly queue: string;
}

export interface WorkersPage {
  readonly items: readonly QueueWorker[];
  /** Where the list goes on, if it does. */
  readonly cursor?: string | undefined;
  readonly leftOut?: readonly LeftOut[];
}

/** Names a worker among those of all queues. */
export function workerCursor(worker: QueueWorker): string {
  return `${worker.queue}/${workerKey(worker)}`;
}

export async function listQueueWorkers(
  env: Env,
  queue: string,
  query: WorkersQuery,
): Promise<Result<WorkersPage>> {
  const page = await askQueue(env, queue, (object) => object.workers(query));
  if (!page) return queueNotExist(queue);
  const last = page.items.at(-1);
  return { ok: true, items: ofQueue(queue, page), cursor: page.more && last ? workerKey(last) : undefined };
}

/** Of all queues by name. A page asks so many queues: it may end early, or be empty, and still have a cursor. */
export async function listWorkers(
  env: Env,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<WorkersPage> {
  const { queue: begun, worker } = parseCursor(after);
  const most = WORKERS_PAGE_QUEUES;
  const names = await askDirectory(env, (directory) => directory.names("queue", most, begun));
  const queues = [...(worker === undefined || begun === undefined ? [] : [begun]), ...names].slice(0, most);
  const asking = new ListAsking();
  const pages = await Promise.all(
    queues.map((queue) => {
      const behind = queue === begun && worker !== undefined ? { after: worker } : {};
      return asking.ask(queue, () => askQueue(env, queue, (object) => object.workers({ limit, ...behind })));
    }),
  );
  const items: QueueWorker[] = [];
  for (const [position, page] of pages.entries()) {
    const queue = queues[position] ?? "";
    for (const one of ofQueue(queue, page)) {
      if (items.length === limit) return { items, cursor: cursorBehind(items), ...asking.leftOut() };
      items.push(one);
    }
    if (page?.more) return { items, cursor: cursorBehind(items), ...asking.leftOut() };
  }
  return { items, cursor: queues.length < most ? undefined : queues.at(-1), ...asking.leftOut() };
}

export async function getWorker(
  env: Env,
  queue: string,
  name: string,
): Promise<Result<{ readonly worker: WorkerDetail }>> {
  const worker = await askQueue(env, queue, (object) => object.worker(name));
  if (!worker) return queueNotExist(queue);
  return worker.processes.length > 0 ? { ok: true, worker } : noWorker(name);
}

/** All processes of this name take no more messages of the queue: until a time, or until they are resumed. */
export function drainWorker(
  env: Env,
  queue: string,
  drain: Pick<DrainWorker, "worker" | "until" | "reason">,
): Promise<Result<object>> {
  return tellWorker(env, queue, { type: "drainWorker", draining: true, ...drain });
}

/** They take messages again. */
export function resumeWorker(env: Env, queue: string, worker: string): Promise<Result<object>> {
  return tellWorker(env, queue, { type: "drainWorker", draining: false, worker });
}

async function tellWorker(env: Env, queue: string, command: DrainWorker): Promise<Result<object>> {
  const outcome = await askQueue(env, queue, (object) => object.drainWorker(command));
  return outcome.ok ? { ok: true } : named(queue, outcome);
}

function ofQueue(queue: string, page: Page<WorkerView> | undefined): QueueWorker[] {
  return (page?.items ?? []).map((worker) => ({ queue, ...worker }));
}

function cursorBehind(items: readonly QueueWorker[]): string | undefined {
  const last = items.at(-1);
  return last && workerCursor(last);
}

/** A queue that was listed to its end, or a place in it. */
function parseCursor(cursor: string | undefined): { queue?: string; worker?: string } {
  if (cursor === undefined) return {};
  const at = cursor.indexOf("/");
  return at < 0 ? { queue: cursor } : { queue: cursor.slice(0, at), worker: cursor.slice(at + 1) };
}
