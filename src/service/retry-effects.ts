import type { Result } from "../core/result.ts";
import { reject } from "../core/result.ts";
import type { Env } from "../env.ts";
import { findExecution } from "./execution-calls.ts";
import { flowNotExists } from "./flow-calls.ts";
import { askExecution, askFlow, askQueue, askSchedule, askTopic } from "./objects.ts";
import { queueNotExist } from "./queue-calls.ts";
import { topicNotExist } from "./topic-calls.ts";

/** How many effects are tried now that were parked, or waited for another try. */
type Retried = Result<{ readonly count: number }>;

export async function retryExecution(env: Env, flow: string, name: string): Promise<Retried> {
  const found = await findExecution(env, flow, name);
  if (!found.ok) return found;
  const count = await askExecution(env, found.id, (execution) => execution.retryEffects());
  const detail = "the execution has not taken its start yet: that is an effect of its flow";
  return retried(count, reject("ExecutionStarting", detail));
}

export async function retryFlow(env: Env, flow: string): Promise<Retried> {
  return retried(await askFlow(env, flow, (object) => object.retryEffects()), flowNotExists(flow));
}

export async function retryQueue(env: Env, queue: string): Promise<Retried> {
  return retried(await askQueue(env, queue, (object) => object.retryEffects()), queueNotExist(queue));
}

export async function retryTopic(env: Env, topic: string): Promise<Retried> {
  return retried(await askTopic(env, topic, (object) => object.retryEffects()), topicNotExist(topic));
}

/** A parked schedule counts as one. */
export async function retrySchedule(env: Env, flow: string, name: string): Promise<Retried> {
  return askSchedule(env, flow, name, (shard) => shard.retryEffects(flow, name));
}

function retried(count: number | undefined, missing: Extract<Retried, { ok: false }>): Retried {
  return count === undefined ? missing : { ok: true, count };
}
