import { reject } from "../result.ts";
import type { FlowOutcome, PurgeExecution } from "./command.ts";
import type { FlowMemory } from "./flow-memory.ts";

/** Its object goes first and its row of the index last, as with those that were kept long enough. */
export function purgeExecution(memory: FlowMemory, { name }: PurgeExecution, now: number): FlowOutcome {
  const { effects, flow, index } = memory;
  const entry = flow && index.find(flow.generation, name);
  if (!entry) return reject("ExecutionNotExists", `flow "${flow?.name}" has no execution "${name}"`);
  const { generation, number } = entry;
  if (entry.endedAt === undefined)
    return reject("ExecutionRunning", `the execution "${name}" has not ended: stop it first`);
  const id = `purge:${generation}:${number}`;
  const executions = [{ name, number }];
  if (!effects.has({ id }))
    effects.add({ kind: "removeExecutions", id, since: now, generation, executions, isAsked: true });
  return { ok: true };
}
