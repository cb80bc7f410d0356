import type { ExecutionStand } from "../core/execution-views.ts";
import type { ExecutionEntry } from "../core/flow/flow.ts";
import { PEEKED_KNOWN_MAX, PEEKED_KNOWN_MS } from "../core/view-limits.ts";
import type { Result } from "../core/result.ts";
import type { Env } from "../env.ts";
import { findExecution } from "./execution-calls.ts";
import { askExecution } from "./objects.ts";

interface Known {
  readonly entry: ExecutionEntry;
  readonly until: number;
}

/** What its flow knows of an execution, and what its own object does. */
export type PeekedExecution = ExecutionEntry & Pick<ExecutionStand, "waits">;

/** What flows told this isolate of executions that run: whoever looks again asks their own objects alone. */
const told = new WeakMap<Env, Map<string, Known>>();

/** An execution as it is now: what its flow knows, and of one that runs what its own object does. */
export async function peekExecution(
  env: Env,
  flow: string,
  name: string,
  now: number,
): Promise<Result<{ entry: PeekedExecution }>> {
  const known = knownIn(env);
  const key = `${flow}/${name}`;
  const before = known.get(key);
  if (before && now < before.until) {
    const entry = await withStand(env, flow, before.entry);
    if (entry) return { ok: true, entry };
  }
  known.delete(key);
  const found = await findExecution(env, flow, name);
  if (!found.ok || found.entry.status !== "Running") return found;
  if (known.size >= PEEKED_KNOWN_MAX) known.clear();
  known.set(key, { entry: found.entry, until: now + PEEKED_KNOWN_MS });
  return { ok: true, entry: (await withStand(env, flow, found.entry)) ?? found.entry };
}

/** Undefined when its object is no more. */
async function withStand(
  env: Env,
  flow: string,
  entry: ExecutionEntry,
): Promise<PeekedExecution | undefined> {
  const { generation, name } = entry;
  const stand = await askExecution(env, { flow, generation, name }, (execution) => execution.stand());
  return stand && { ...entry, ...stand };
}

function knownIn(env: Env): Map<string, Known> {
  const known = told.get(env) ?? new Map<string, Known>();
  told.set(env, known);
  return known;
}
