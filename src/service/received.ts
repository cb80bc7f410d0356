import type { MasterKey } from "../auth/master-key.ts";
import { signTaskToken } from "../auth/task-token.ts";
import { parseStepAddress } from "../core/engine/state/addresses.ts";
import { parseExecutionObjectName } from "../core/names.ts";
import type { ReceivedMessage } from "../core/queue/message.ts";
import { assert } from "../core/result.ts";

/** The task that a message carries, with all that its worker needs to report it. */
export interface HandedTask {
  readonly token: string;
  readonly flow: string;
  readonly execution: string;
  /** Name of the step, and the path of this visit of it. */
  readonly step: string;
  readonly path: string;
  readonly attempt: number;
  readonly remainingSeconds?: number;
  readonly heartbeatSeconds?: number;
  readonly confirm?: true;
}

export type HandedMessage = Omit<ReceivedMessage, "task"> & { readonly task?: HandedTask };

/** Messages as workers get them. A task's token is signed here and stored nowhere: it is the same at each delivery. */
export async function handOut(
  [master]: readonly MasterKey[],
  messages: readonly ReceivedMessage[],
): Promise<HandedMessage[]> {
  assert(master, "nobody is let in without a master key");
  return Promise.all(
    messages.map(async ({ task, ...message }) =>
      task ? { ...message, task: await handedTask(master, task) } : message,
    ),
  );
}

async function handedTask(
  master: MasterKey,
  task: NonNullable<ReceivedMessage["task"]>,
): Promise<HandedTask> {
  const { execution: object, path, attempt, ...rest } = task;
  const id = parseExecutionObjectName(object);
  assert(id, "a task's message names its execution");
  const token = await signTaskToken(master, { execution: object, path, attempt });
  const step = parseStepAddress(path)?.step ?? path;
  return { token, flow: id.flow, execution: id.name, step, path, attempt, ...rest };
}
