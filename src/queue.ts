import type { ExecutionCommand } from "./core/engine/command.ts";
import type { TransportMessage } from "./core/queue/transport.ts";
import { deliverTasks } from "./effects/deliver-tasks.ts";
import type { Env } from "./env.ts";
import { log } from "./log.ts";
import { count } from "./metrics.ts";
import { askExecutionObject } from "./service/objects.ts";

/** How long a transport message rests after a failure; its execution helps itself in the meantime. */
const RETRY_SECONDS = 2;

/**
 * Brings batches of tasks to their queues and tells the executions. Never throws: a batch that fails is tried again
 * alone, so it takes no other with it.
 */
export async function consume(batch: MessageBatch<TransportMessage>, env: Env): Promise<void> {
  await Promise.all(batch.messages.map((message) => deliver(message, env)));
}

async function deliver(message: Message<TransportMessage>, env: Env): Promise<void> {
  const { execution, queue, batch, operations = 1 } = message.body;
  count("millrace_transport_operations_total", "read", operations);
  try {
    for (const command of await deliverTasks(env, message.body)) await tell(env, execution, command);
    message.ack();
    count("millrace_transport_operations_total", "delete", operations);
  } catch (error) {
    log({ event: "deliveryFailed", execution, queue, batch, message: String(error) });
    message.retry({ delaySeconds: RETRY_SECONDS });
  }
}

async function tell(env: Env, execution: string, command: ExecutionCommand): Promise<void> {
  await askExecutionObject(env, execution, async (object) => {
    if (command.type === "confirmTasks") await object.confirmTasks(command);
    if (command.type === "refuseTasks") await object.refuseTasks(command);
  });
}
