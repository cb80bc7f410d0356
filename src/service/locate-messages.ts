import { type ExecutionId, executionObjectName } from "../core/names.ts";
import type { Whereabouts } from "../core/queue/queue-views.ts";
import type { WaitingFor } from "../core/execution-views.ts";
import { messageOf } from "../core/result.ts";
import type { Env } from "../env.ts";
import { log } from "../log.ts";
import { askQueue } from "./objects.ts";

/** Tells of tasks on queues whether they wait for a worker, or for the report of one: their queues know. */
export async function locateMessages(
  env: Env,
  id: ExecutionId,
  waiting: readonly WaitingFor[],
): Promise<WaitingFor[]> {
  const execution = executionObjectName(id);
  const known = new Map<WaitingFor, Whereabouts>();
  const queues = new Set(waiting.flatMap(({ queue }) => queue ?? []));
  await Promise.all(
    Array.from(queues, async (queue) => {
      const own = waiting.filter((one) => one.queue === queue);
      const tasks = own.map(({ path, attempt = 1 }) => ({ execution, path, attempt }));
      const found = await askQueue(env, queue, (object) => object.whereabouts(tasks)).catch(
        (error: unknown) => {
          // What the execution itself knows is better than no answer.
          log({ event: "requestFailed", execution, queue, message: messageOf(error) });
          return [];
        },
      );
      for (const [position, one] of own.entries()) {
        const place = found[position];
        if (place) known.set(one, place);
      }
    }),
  );
  return waiting.map((one) => withPlace(one, known.get(one)));
}

/** What an execution says of a task, and what the task's queue knows besides. */
function withPlace(one: WaitingFor, place: Whereabouts | undefined): WaitingFor {
  switch (place?.is) {
    case undefined:
      return one;
    case "nowhere":
      // A message that is on the way still is refused there, and fails its task.
      return one.waitsFor === "report" ? { ...one, waitsFor: "nobody", why: "queueDeleted" } : one;
    case "gone": {
      // Its worker has deleted it, unless it lay in a queue that is not this one.
      const isOlder = one.since !== undefined && one.since < place.queueCreatedAt;
      const isLost = one.waitsFor === "report" && isOlder;
      return isLost ? { ...one, waitsFor: "nobody", why: "queueRemade" } : one;
    }
    case "dead":
      return { ...one, waitsFor: "nobody", why: "deadLetter" };
    case "delayed":
      return { ...one, waitsFor: "delay", since: place.since, until: place.until };
    case "lying": {
      const { is: _, ...known } = place;
      return { ...one, waitsFor: "worker", ...known };
    }
    case "held": {
      const { is: _, ...known } = place;
      return { ...one, waitsFor: "report", ...known };
    }
  }
}
