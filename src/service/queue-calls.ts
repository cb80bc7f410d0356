import type { MergePatch } from "../core/merge-patch.ts";
import type { WorkRequest } from "../core/objects.ts";
import type { QueueView } from "../core/queue/queue-views.ts";
import type { QueueAttributes } from "../core/queue/attributes.ts";
import type {
  ChangeDead,
  ChangeLeases,
  MessageToSend,
  PauseQueue,
  QueueOutcome,
  ReceiptVerdict,
  SendVerdict,
  SessionCall,
} from "../core/queue/command.ts";
import type { DepthView } from "../core/queue/depth-history.ts";
import type { DeadLettersPage, DeadLettersQuery } from "../core/queue/dead-letters.ts";
import type { PeekedMessage, ReceivedMessage } from "../core/queue/message.ts";
import { type Rejection, type Result, reject } from "../core/result.ts";
import type { Env } from "../env.ts";
import { type LeftOut, ListAsking } from "./ask-for-list.ts";
import { askDirectory, askQueue } from "./objects.ts";

/** What every door does with queues. Whatever names a queue that is not there is rejected with QueueNotExist. */

export interface NamedQueue {
  readonly name: string;
  readonly view: QueueView;
}

export function queueNotExist(name: string, remedy = "create it first"): Rejection {
  return reject("QueueNotExist", `there is no queue "${name}": ${remedy}`);
}

/** What a queue answered; its rejections do not know its name. */
export function named<T extends object>(
  name: string,
  outcome: Rejection | T,
  remedy?: string,
): Rejection | T {
  return "code" in outcome && outcome.code === "QueueNotExist" ? queueNotExist(name, remedy) : outcome;
}

/** With `only` a queue is created (QueueAlreadyExist when its attributes are others) or changed, never the other. */
export async function putQueue(
  env: Env,
  name: string,
  attributes: MergePatch<QueueAttributes>,
  only?: "create" | "change",
): Promise<Result<{ created: boolean }>> {
  const outcome = await askQueue(env, name, (queue) => queue.put(attributes, only));
  if (!outcome.ok) return named(name, outcome);
  const { created = false, generation = 0 } = outcome;
  if (created) {
    // The queue's object does this too, until it is done; here it is so that a list right after shows it.
    await askDirectory(env, (directory) =>
      directory.apply({ type: "register", kind: "queue", name, generation }),
    );
  }
  return { ok: true, created };
}

export async function readQueue(env: Env, name: string): Promise<Result<NamedQueue>> {
  const view = await askQueue(env, name, (queue) => queue.get());
  return view ? { ok: true, name, view } : queueNotExist(name);
}

/** `cursor` is there when the list goes on; queues that were deleted a moment ago are left out. */
export async function listQueues(
  env: Env,
  { limit, after, prefix }: { limit: number; after?: string | undefined; prefix?: string | undefined },
): Promise<{ items: NamedQueue[]; cursor?: string; leftOut?: readonly LeftOut[] }> {
  const names = await askDirectory(env, (directory) => directory.names("queue", limit + 1, after, prefix));
  const page = names.slice(0, limit);
  const asking = new ListAsking();
  const queues = await Promise.all(page.map((name) => asking.ask(name, () => readQueue(env, name))));
  const cursor = names.length > limit ? page.at(-1) : undefined;
  const items = queues.flatMap((queue) => (queue?.ok ? { name: queue.name, view: queue.view } : []));
  return { items, ...(cursor !== undefined && { cursor }), ...asking.leftOut() };
}

/** Nobody receives; `limited`: how many tasks wait in it whose time limits run on. */
export async function pauseQueue(
  env: Env,
  name: string,
  pause: Omit<PauseQueue, "type">,
): Promise<Result<{ limited: number }>> {
  const outcome = await askQueue(env, name, (queue) => queue.pause({ type: "pauseQueue", ...pause }));
  return outcome.ok ? { ok: true, limited: outcome.limited ?? 0 } : named(name, outcome);
}

export async function resumeQueue(env: Env, name: string): Promise<Result<object>> {
  const outcome = await askQueue(env, name, (queue) => queue.resume());
  return outcome.ok ? { ok: true } : named(name, outcome);
}

export async function deleteQueue(env: Env, name: string): Promise<Result<object>> {
  const outcome = await askQueue(env, name, (queue) => queue.remove());
  if (!outcome.ok) return named(name, outcome, "the list of queues shows which there are");
  const { generation = 0 } = outcome;
  await askDirectory(env, (directory) =>
    directory.apply({ type: "unregister", kind: "queue", name, generation }),
  );
  return { ok: true };
}

/** One verdict each, in order; without `each` all of them are sent, or none. */
export async function sendMessages(
  env: Env,
  name: string,
  messages: readonly MessageToSend[],
  each = false,
): Promise<Result<{ sent: readonly SendVerdict[] }>> {
  // Named here, so that a call that is repeated on its way sends nothing twice.
  const batch = `m-${crypto.randomUUID()}`;
  const outcome = await askQueue(env, name, (queue) =>
    queue.send({ type: "sendMessages", batch, messages, each }),
  );
  return outcome.ok ? { ok: true, sent: outcome.sent ?? [] } : named(name, outcome);
}

/** Waits for messages as long as asked, or as the queue says; none when nothing came. */
export async function receiveMessages(
  env: Env,
  name: string,
  receive: NonNullable<WorkRequest["receive"]>,
  session?: SessionCall,
): Promise<Result<{ messages: readonly ReceivedMessage[] }>> {
  const request = { remove: [], removeDone: [], receive, ...(session && { session }) };
  const outcome = await askQueue(env, name, (queue) => queue.work(request));
  return outcome.ok ? { ok: true, messages: outcome.messages ?? [] } : named(name, outcome);
}

export async function peekMessages(
  env: Env,
  name: string,
  max: number,
): Promise<Result<{ messages: readonly PeekedMessage[] }>> {
  const messages = await askQueue(env, name, (queue) => queue.peek(max));
  return messages ? { ok: true, messages } : queueNotExist(name);
}

/** How full a queue was between two times, in epoch milliseconds. */
export async function readDepths(
  env: Env,
  name: string,
  from: number,
  to: number,
): Promise<Result<{ depths: DepthView }>> {
  const depths = await askQueue(env, name, (queue) => queue.depthBetween(from, to));
  return depths ? { ok: true, depths } : queueNotExist(name);
}

export async function listDeadLetters(
  env: Env,
  name: string,
  query: DeadLettersQuery,
): Promise<Result<{ page: DeadLettersPage }>> {
  const page = await askQueue(env, name, (queue) => queue.deadLetters(query));
  return page ? { ok: true, page } : queueNotExist(name);
}

/** How many it were, and how many dead letters are left. */
export async function changeDeadLetters(
  env: Env,
  name: string,
  change: ChangeDead,
): Promise<Result<{ count: number; left: number }>> {
  const outcome = await askQueue(env, name, (queue) => queue.changeDead(change));
  if (!outcome.ok) return named(name, outcome);
  return { ok: true, count: outcome.count ?? 0, left: outcome.left ?? 0 };
}

/** One verdict each, in order. With `onlyHeld` receipts whose lease is over are refused, whoever has the message. */
export async function removeMessages(
  env: Env,
  name: string,
  receipts: readonly string[],
  onlyHeld = false,
): Promise<Result<{ verdicts: readonly ReceiptVerdict[] }>> {
  const outcome = await askQueue(env, name, (queue) =>
    queue.work({ remove: receipts, removeDone: [], onlyHeld }),
  );
  return verdictsOf(name, outcome);
}

/** One verdict each, in order. */
export async function changeLeases(
  env: Env,
  name: string,
  change: ChangeLeases,
): Promise<Result<{ verdicts: readonly ReceiptVerdict[] }>> {
  return verdictsOf(name, await askQueue(env, name, (queue) => queue.changeLeases(change)));
}

function verdictsOf(name: string, outcome: QueueOutcome): Result<{ verdicts: readonly ReceiptVerdict[] }> {
  return outcome.ok ? { ok: true, verdicts: outcome.verdicts ?? [] } : named(name, outcome);
}
