import { parseStepAddress } from "../../core/engine/state/addresses.ts";
import { given } from "../../core/given.ts";
import { parseExecutionObjectName } from "../../core/names.ts";
import type { RunningTask } from "../../core/objects.ts";
import { workerKey } from "../../core/queue/worker-entry.ts";
import { assert } from "../../core/result.ts";
import { toRfc3339 } from "../../core/time.ts";
import {
  type QueueWorker,
  drainWorker,
  listQueueWorkers,
  listWorkers,
  workerCursor,
} from "../../service/worker-calls.ts";
import { nothing } from "../contract/common.ts";
import { queueParams } from "../contract/queues.ts";
import {
  drainAnswer,
  queueWorkersQuery,
  workerParams,
  workersAnswer,
  workersQuery,
} from "../contract/workers.ts";
import { fitPage } from "../page.ts";
import { problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { withTimes } from "../times.ts";

const PATH = "/v1/queues/{queue}/workers";

const DRAINS = [
  { action: "drain", draining: true, summary: "A worker finishes what it has, and takes no more messages" },
  { action: "resume", draining: false, summary: "A worker takes messages again" },
] as const;

function toWorker({ worker, since, running, ...rest }: QueueWorker) {
  return withTimes({
    ...rest,
    ...given({ name: worker }),
    since: toRfc3339(since),
    running: running.map((task) => toTask(task)),
  });
}

function toTask({ execution: object, path, attempt, since }: RunningTask) {
  const id = parseExecutionObjectName(object);
  assert(id, "a task's message names its execution");
  const step = parseStepAddress(path)?.step ?? path;
  return { flow: id.flow, execution: id.name, step, path, attempt, since: toRfc3339(since) };
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
  ...DRAINS.map(({ action, draining, summary }) =>
    route({
      id: `${action}Worker`,
      method: "POST",
      path: `${PATH}/{worker}/${action}`,
      summary,
      params: workerParams,
      query: nothing,
      body: nothing,
      answers: { 200: drainAnswer },
      problems: ["QueueNotExist", "WorkerNotExist"],
      async handle({ env, params: { queue, worker } }) {
        const outcome = await drainWorker(env, queue, worker, draining);
        if (!outcome.ok) throw problemOf(outcome);
        return { status: 200, body: { queue, name: worker, draining } };
      },
    }),
  ),
];
