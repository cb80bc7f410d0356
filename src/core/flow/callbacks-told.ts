import type { CallbacksTold, FlowOutcome } from "./command.ts";
import type { StoredEntry } from "./execution-index.ts";
import type { FlowMemory } from "./flow-memory.ts";
import { removeUnknown } from "./remove-unknown.ts";

/** The flow knows which callbacks of its executions are open, as long as they run. */
export function callbacksTold(
  memory: FlowMemory,
  { generation, name, fact, open, told }: CallbacksTold,
  now: number,
): FlowOutcome {
  const { index, callbacks } = memory;
  const entry = index.find(generation, name);
  if (!entry) return removeUnknown(memory, { generation, name }, now);
  if (entry.endedAt !== undefined || (entry.callbackFact ?? 0) >= fact) return { ok: true };
  const { callbacks: before = 0, ...rest } = entry;
  index.change({ ...rest, callbackFact: fact, ...(open > 0 && { callbacks: open }) });
  if (open > 0) callbacks.keep(entry, told);
  else callbacks.remove(entry);
  if (generation === memory.flow?.generation) memory.recent.callbacks(open - before);
  return { ok: true };
}

/** Of an execution that has ended nobody answers them any more. */
export function withoutCallbacks(memory: FlowMemory, entry: StoredEntry): StoredEntry {
  const { callbacks, ...rest } = entry;
  if (callbacks === undefined) return entry;
  memory.callbacks.remove(entry);
  if (entry.generation === memory.flow?.generation) memory.recent.callbacks(-callbacks);
  return rest;
}
