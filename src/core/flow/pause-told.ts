import type { FlowOutcome, PauseTold } from "./command.ts";
import type { FlowMemory } from "./flow-memory.ts";
import { removeUnknown } from "./remove-unknown.ts";

/** The index shows which executions are paused, as long as they run. */
export function pauseTold(
  memory: FlowMemory,
  { generation, name, fact, paused }: PauseTold,
  now: number,
): FlowOutcome {
  const entry = memory.index.find(generation, name);
  if (!entry) return removeUnknown(memory, { generation, name }, now);
  if (entry.endedAt !== undefined || (entry.pauseFact ?? 0) >= fact) return { ok: true };
  const { paused: _, ...rest } = entry;
  memory.index.change({ ...rest, pauseFact: fact, ...(paused && { paused }) });
  if (generation === memory.flow?.generation) memory.recent.changed();
  return { ok: true };
}
