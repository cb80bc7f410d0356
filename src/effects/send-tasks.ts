import { masterKey } from "../auth/master-key.ts";
import { signTaskToken, taskMessageId } from "../auth/task-token.ts";
import type { ExecutionCommand } from "../core/engine/command.ts";
import type { TaskAttempt } from "../core/engine/state/task-ref.ts";
import type { SendTasks } from "../core/engine/state/effect.ts";
import type { Execution } from "../core/engine/contract.ts";
import type { ExecutionMachine } from "../core/engine/execution-machine.ts";
import { type TaskMessage, type TaskRefusal, taskMessage, tasksOf } from "../core/engine/tasks.ts";
import type { Performed } from "../core/host/ports.ts";
import {
  DIRECT_TASKS_MAX,
  DISPATCH_RETRY_MS,
  MESSAGE_BODY_BYTES,
  TASKS_PER_BATCH,
  TRANSPORT_CALL_BYTES,
  TRANSPORT_CALL_MESSAGES,
  TRANSPORT_ENVELOPE_BYTES,
  TRANSPORT_MESSAGE_BYTES,
  TRANSPORT_OPERATION_BYTES,
} from "../core/limits.ts";
import type { TransportMessage } from "../core/queue/transport.ts";
import { assert } from "../core/result.ts";
import { utf8Length } from "../core/text.ts";
import type { TaskForQueue } from "../core/queue/command.ts";
import { count } from "../metrics.ts";
import { deliverTasks } from "./deliver-tasks.ts";
import type { EffectContext, EffectRow } from "./performer.ts";

/**
 * Brings tasks to their queue: a few straight to the queue's object, many through the transport queue, which spares this
 * object the waiting but costs a request, a call and three operations more. The transport queue may forget everything:
 * what no queue has confirmed in time is handed over directly, too. Where there is none, that is the only way.
 */
export const sendTasks: EffectRow<ExecutionMachine, SendTasks, ExecutionCommand> = {
  groupBy: ({ queue }) => queue,
  async perform(context, effects, tries) {
    const [first] = effects;
    const { execution } = context.machine;
    assert(first && execution, "an execution asks to send");
    const attempts = effects.flatMap((effect) => tasksOf(execution.state, effect, Number.POSITIVE_INFINITY));
    const commands: ExecutionCommand[] = [];
    try {
      for (let from = 0; from < attempts.length; from += TASKS_PER_BATCH) {
        const messages = await buildMessages(context, attempts.slice(from, from + TASKS_PER_BATCH));
        commands.push(...messages.refused);
        const batches = toBatches(context.object, first.queue, messages.tasks);
        const { TRANSPORT } = context.env;
        const isForTransport = tries === 0 && attempts.length > DIRECT_TASKS_MAX;
        if (TRANSPORT && isForTransport) await sendToTransport(context, TRANSPORT, batches);
        else for (const batch of batches) commands.push(...(await deliverTasks(context.env, batch)));
      }
    } catch (error) {
      // What is known of the batches before must be told, or they would be sent again with the others.
      if (commands.length === 0) throw error;
    }
    return { done: false, retryInMs: pauseAfter(tries), commands } satisfies Performed<ExecutionCommand>;
  },
};

function pauseAfter(tries: number): number {
  return DISPATCH_RETRY_MS[Math.min(tries, DISPATCH_RETRY_MS.length - 1)] ?? 0;
}

interface BuiltMessages {
  readonly tasks: readonly TaskForQueue[];
  /** Tasks that no queue will take. */
  readonly refused: readonly ExecutionCommand[];
}

async function buildMessages(
  { env, object, machine }: EffectContext<ExecutionMachine>,
  attempts: readonly TaskAttempt[],
): Promise<BuiltMessages> {
  const master = await masterKey(env.MASTER_KEY);
  assert(master, "the service starts nothing without a master key");
  const named = await Promise.all(
    attempts.map(async (attempt) => {
      const payload = { execution: object, ...attempt };
      const [token, id] = await Promise.all([signTaskToken(master, payload), taskMessageId(payload)]);
      return { attempt, token, id };
    }),
  );
  // The execution went on meanwhile: what is over by now has no message.
  const { execution } = machine;
  const tasks: TaskForQueue[] = [];
  const refused: ExecutionCommand[] = [];
  for (const { attempt, token, id } of named) {
    const message = execution && buildMessage(execution, attempt, token);
    if (!message) continue;
    if ("error" in message) refused.push(refusal(message));
    else tasks.push({ id, ...message });
  }
  return { tasks, refused };
}

function buildMessage(
  execution: Execution,
  attempt: TaskAttempt,
  token: string,
): TaskMessage | TaskRefusal | undefined {
  const message = taskMessage(execution, attempt, token);
  if (!message || "error" in message || utf8Length(message.body) <= MESSAGE_BODY_BYTES) return message;
  const cause = `the message body is larger than ${MESSAGE_BODY_BYTES} bytes`;
  return { path: message.path, attempt: message.attempt, error: "MNS.MessageBodyTooLarge", cause };
}

function refusal({ path, attempt, error, cause }: TaskRefusal): ExecutionCommand {
  return { type: "refuseTasks", tasks: [{ path, attempt }], error, cause };
}

/** As few transport messages as their size allows. */
function toBatches(execution: string, queue: string, tasks: readonly TaskForQueue[]): TransportMessage[] {
  const batches: TaskForQueue[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const task of tasks) {
    const length = utf8Length(JSON.stringify(task));
    if (size + length > TRANSPORT_MESSAGE_BYTES) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)?.push(task);
    size += length;
  }
  return batches.map((batch) => ({ batch: crypto.randomUUID(), execution, queue, tasks: batch }));
}

async function sendToTransport(
  { calls, meter }: Pick<EffectContext<ExecutionMachine>, "calls" | "meter">,
  transport: Queue<TransportMessage>,
  batches: readonly TransportMessage[],
): Promise<void> {
  let call: { body: TransportMessage; contentType: "json" }[] = [];
  let size = 0;
  const send = async () => {
    const batch = call;
    await calls.transport(() => transport.sendBatch(batch));
    const operations = call.reduce((sum, { body }) => sum + (body.operations ?? 0), 0);
    count("millrace_transport_operations_total", "write", operations);
    meter.transportWritten(operations);
    call = [];
    size = 0;
  };
  for (const batch of batches) {
    const length = utf8Length(JSON.stringify(batch));
    if (call.length >= TRANSPORT_CALL_MESSAGES || (call.length > 0 && size + length > TRANSPORT_CALL_BYTES))
      await send();
    call.push({ body: { ...batch, operations: transportOperations(length) }, contentType: "json" });
    size += length;
  }
  if (call.length > 0) await send();
}

function transportOperations(bodyBytes: number): number {
  return Math.ceil((bodyBytes + TRANSPORT_ENVELOPE_BYTES) / TRANSPORT_OPERATION_BYTES);
}
