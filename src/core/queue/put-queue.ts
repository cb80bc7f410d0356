import { patched } from "../merge-patch.ts";
import { reject } from "../result.ts";
import { DEFAULT_ATTRIBUTES, type QueueAttributes, isSame } from "./attributes.ts";
import type { PutQueue, QueueOutcome } from "./command.ts";
import type { KeptQueue } from "./kept-queue.ts";
import { notExist } from "./refusals.ts";

/** Creates the queue, or changes its attributes. */
export function putQueue(memory: KeptQueue, { attributes, only }: PutQueue, now: number): QueueOutcome {
  const { queue } = memory;
  const created = !queue.exists;
  if (created && only === "change") return notExist();
  const before = created ? DEFAULT_ATTRIBUTES : queue.attributes;
  const wanted: QueueAttributes = { ...DEFAULT_ATTRIBUTES, ...patched(before, attributes) };
  if (!created && only === "create") {
    if (isSame(before, { ...DEFAULT_ATTRIBUTES, ...patched(DEFAULT_ATTRIBUTES, attributes) })) {
      return { ok: true, created, generation: queue.generation };
    }
    return reject("QueueAlreadyExist", "there is a queue of this name with other attributes");
  }
  if (created) {
    memory.emit({ type: "created", generation: queue.generation + 1, attributes: wanted }, now);
  } else if (JSON.stringify(wanted) !== JSON.stringify(before)) {
    memory.emit({ type: "changed", attributes: wanted }, now);
  }
  return { ok: true, created, generation: queue.generation };
}
