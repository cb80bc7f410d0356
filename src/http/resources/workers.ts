import { parseStepAddress } from "../../core/engine/state/addresses.ts";
import { given } from "../../core/given.ts";
import { parseExecutionObjectName } from "../../core/names.ts";

import type { FinishedTask, HourOfTasks } from "../../core/queue/finished-tasks.ts";
import { type Drain, workerKey } from "../../core/queue/worker-entry.ts";
import { type Result, assert } from "../../core/result.ts";
import { HOUR_MS, toRfc3339 } from "../../core/time.ts";
import type { RunningTask } from "../../core/worker-views.ts";
import {
  type QueueWorker,
  drainWorker,
  getWorker,
  listQueueWorkers,
  listWorkers,
  resumeWorker,
  workerCursor,
} from "../../service/worker-calls.ts";
import { nothing } from "../contract/common.ts";
import { queueParams } from "../contract/queues.ts";
import {
  drainAnswer,
  drainBody,
  queueWorkersQuery,
  workerAnswer,
  workerParams,
  workersAnswer,
  workersQuery,
} from "../contract/workers.ts";
import { fitPage } from "../page.ts";
import { problemOf } from "../problem.ts";
import { type Route, type RouteAnswer, route } from "../route.ts";
import { withTimes } from "../times.ts";

const PATH = "/v1/queues/{queue}/workers";

export function toWorker({
  worker,
  since,
  running,
  drain,
  lastError,
  failingSince,
  hours,
  ...rest
}: QueueWorker) {
  return withTimes({
    ...rest,
    ...given({ name: worker, drain: drain && toDrain(drain), lastError: lastError && toFinished(lastError) }),
    ...(failingSince !== undefined && { failingSince: toRfc3339(failingSince) }),
    ...given({ hours: hours?.map(toHour) }),
    since: toRfc3339(since),
    running: running.map(({ since: takenAt, ...task }) => ({ ...toTask(task), since: toRfc3339(takenAt) })),
  });
}

function toHour([hour, done, failed]: HourOfTasks) {
  return { at: toRfc3339(hour * HOUR_MS), done, failed };
}

function toDrain({ since, until, reason }: Drain) {
  return {
    since: toRfc3339(since),
    ...given({ until: until === undefined ? undefined : toRfc3339(until), reason }),
  };
}

function toFinished({ at, ms, error, ...task }: FinishedTask) {
  return { ...toTask(task), at: toRfc3339(at), ...given({ ms, error }) };
}

function toTask({ execution: object, path, attempt }: Omit<RunningTask, "since">) {
  const id = parseExecutionObjectName(object);
  assert(id, "a task's message names its execution");
  const step = parseStepAddress(path)?.step ?? path;
  return { flow: id.flow, execution: id.name, step, path, attempt };
}

export const workerRoutes: readonly Route[] = [
  route({
    id: "listWorkers",
    method: "GET",
    path: "/v1/workers",
    summary: "Who works, by queue and name; a page may end early, and go on with its cursor all the same",
    params: nothing,
    query: workersQuery,
    answers: { 200: workersAnswer },
    problems: [],
    async handle({ env, query: { limit, cursor } }) {
      const page = await listWorkers(env, { limit, after: cursor });
      return { status: 200, body: fitPage(page, workerCursor, toWorker) };
    },
  }),
  route({
    id: "listQueueWorkers",
    method: "GET",
    path: PATH,
    summary: "Who works at a queue, by name",
    params: queueParams,
    query: queueWorkersQuery,
    answers: { 200: workersAnswer },
    problems: ["QueueNotExist"],
    async handle({ env, params: { queue }, query: { limit, cursor } }) {
      const page = await listQueueWorkers(env, queue, { limit, ...given({ after: cursor }) });
      if (!page.ok) throw problemOf(page);
      return { status: 200, body: fitPage(page, workerKey, toWorker) };
    },
  }),
  route({
    id: "getWorker",
    method: "GET",
    path: `${PATH}/{worker}`,
    summary: "A worker: its processes, and how its last tasks ended",
    params: workerParams,
    query: nothing,
    answers: { 200: workerAnswer },
    isTagged: true,
    problems: ["QueueNotExist", "WorkerNotExist"],
    async handle({ env, params: { queue, worker } }) {
      const found = await getWorker(env, queue, worker);
      if (!found.ok) throw problemOf(found);
      const { processes, finished, usualMs } = found.worker;
      const body = {
        queue,
        name: worker,
        processes: processes.map((one) => toWorker({ queue, ...one })),
        finished: finished.map(toFinished),
        ...given({ usualMs }),
      };
      return { status: 200, body };
    },
  }),
  route({
    id: "drainWorker",
    method: "POST",
    path: `${PATH}/{worker}/drain`,
    summary: "A worker finishes what it has, and takes no more messages, for good or until a time",
    params: workerParams,
    query: nothing,
    body: drainBody,
    answers: { 200: drainAnswer },
    problems: ["InvalidRange", "QueueNotExist", "WorkerNotExist"],
    async handle({ env, params: { queue, worker }, body: { until, reason } }) {
      const ends = until === undefined ? undefined : Date.parse(until);
      return changed(
        queue,
        worker,
        true,
        await drainWorker(env, queue, { worker, ...given({ until: ends, reason }) }),
      );
    },
  }),
  route({
    id: "resumeWorker",
    method: "POST",
    path: `${PATH}/{worker}/resume`,
    summary: "A worker takes messages again",
    params: workerParams,
    query: nothing,
    body: nothing,
    answers: { 200: drainAnswer },
    problems: ["QueueNotExist", "WorkerNotExist"],
    async handle({ env, params: { queue, worker } }) {
      return changed(queue, worker, false, await resumeWorker(env, queue, worker));
    },
  }),
];

function changed(queue: string, name: string, draining: boolean, outcome: Result<object>): RouteAnswer {
  if (!outcome.ok) throw problemOf(outcome);
  return { status: 200, body: { queue, name, draining } };
}
