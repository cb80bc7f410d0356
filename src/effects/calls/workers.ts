import { WORKERS_MAX } from "../../core/limits.ts";
import { QUEUE_NAME_PATTERN, QUEUE_NAME_RULE } from "../../core/names.ts";
import { listedWorkers } from "../../core/queue/listed-workers.ts";
import { WORKER_NAMES } from "../../core/fdl/resource.ts";
import type { Json } from "../../core/json.ts";
import { type Caller, refused } from "./call.ts";

/** Tells who works at a queue: a foreach over the answer does something at each of them. */
export const callWorkers: Caller<"workers"> = async ({ env }, { params }) => {
  const { Queue: queue = null, Names: names = null } = params;
  if (typeof queue !== "string" || !QUEUE_NAME_PATTERN.test(queue))
    return refused("MNS.InvalidQueueName", `serviceParams.Queue must be ${QUEUE_NAME_RULE}`);
  const asked = readNames(names);
  if (names !== null && !asked)
    return refused("MNS.InvalidArgument", `serviceParams.Names must be ${WORKER_NAMES.rule}`);
  const query = { limit: WORKERS_MAX, withoutTasks: true, ...(asked && { names: asked }) };
  const page = await env.QUEUES.getByName(queue).workers(query);
  if (!page) return refused("MNS.QueueNotExist", `there is no queue "${queue}"`);
  const workers = listedWorkers(page.items, asked);
  return { ok: true, output: { workers, count: workers.length } };
};

function readNames(names: Json): string[] | undefined {
  return WORKER_NAMES.accepts(names) && Array.isArray(names) ? names.map(String) : undefined;
}
