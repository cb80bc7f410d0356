import { bodyMd5 } from "../auth/md5.ts";
import type { ConfirmTasks, ExecutionCommand } from "../core/engine/command.ts";
import type { JsonObject } from "../core/json.ts";
import type { TransportMessage } from "../core/queue/transport.ts";
import type { TaskForQueue } from "../core/queue/command.ts";
import type { Env } from "../env.ts";

/**
 * Puts a batch of tasks into its queue; gives what the execution must be told of it. A full queue throws: it will have
 * room later.
 */
export async function deliverTasks(env: Env, message: TransportMessage): Promise<ExecutionCommand[]> {
  const { queue, batch, execution, tasks } = message;
  const outcome = await env.QUEUES.getByName(queue).acceptTasks({
    type: "acceptTasks",
    batch,
    execution,
    tasks,
  });
  if (outcome.ok) return [await confirmation(queue, tasks)];
  if (outcome.code !== "QueueNotExist") throw new Error(outcome.detail);
  const cause = `there is no queue "${queue}"`;
  return [{ type: "refuseTasks", tasks: tasks.map(toAttempt), error: "MNS.QueueNotExist", cause }];
}

async function confirmation(queue: string, tasks: readonly TaskForQueue[]): Promise<ConfirmTasks> {
  const confirmed = tasks.map(async (task) =>
    task.awaitsReport ? toAttempt(task) : { ...toAttempt(task), output: await sendResult(task) },
  );
  return { type: "confirmTasks", queue, tasks: await Promise.all(confirmed) };
}

function toAttempt({ path, attempt }: TaskForQueue) {
  return { path, attempt };
}

/** What a requestResponse task gets from its queue (spec: FDL section 5.3). */
async function sendResult({ id, body }: TaskForQueue): Promise<JsonObject> {
  return { MessageId: id, MessageBodyMD5: await bodyMd5(body), RequestId: crypto.randomUUID() };
}
