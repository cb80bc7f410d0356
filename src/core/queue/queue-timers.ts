import { QUEUE_AWAKE_MS } from "../socket-limits.ts";
import { firstLossAt, roundedUp } from "./losses.ts";
import type { Pollers } from "./pollers.ts";
import type { Queue } from "./queue.ts";

/**
 * When a queue must be woken (epoch ms); `now` is when it was looked at. Time takes effect when somebody looks, and who
 * waits keeps the object, with its own clock, in memory. But a task that fails with the next loss of its worker must fail
 * even if nobody comes, and whoever wants to be told of losses is. Who waits over a socket lets the object sleep until a
 * message appears.
 */
export function queueTimerAt(queue: Queue, pollers: Pollers, now: number): number | undefined {
  const lossAt = firstLossAt(queue.held.all(), queue.attributes);
  const due = [lossAt === undefined ? undefined : roundedUp(lossAt), appearsLater(queue, pollers, now)];
  const known = due.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function appearsLater(queue: Queue, pollers: Pollers, now: number): number | undefined {
  const at = pollers.hasSockets ? queue.nextVisibleAt() : undefined;
  return at !== undefined && at > now + QUEUE_AWAKE_MS ? at : undefined;
}
