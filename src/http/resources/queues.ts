import type * as z from "zod";
import { type Caller, mayBeWorker } from "../../auth/roles.ts";
import { given } from "../../core/given.ts";
import { attached } from "../../core/message-properties.ts";
import type { QueueAttributes } from "../../core/queue/attributes.ts";
import type { ReceiptVerdict } from "../../core/queue/command.ts";
import type { Result } from "../../core/result.ts";
import { toRfc3339 } from "../../core/time.ts";
import {
  type NamedQueue,
  changeLeases,
  deleteQueue,
  listQueues,
  putQueue,
  readQueue,
  receiveMessages,
  removeMessages,
  sendMessages,
} from "../../service/queue-calls.ts";
import { handOut } from "../../service/received.ts";
import { workTurn } from "../../service/work.ts";
import { toMessages, toWorkAnswer } from "../../turns/answer.ts";
import { readLists, sessionOf } from "../../turns/said.ts";
import { namesQuery, nothing } from "../contract/common.ts";
import {
  deleteBody,
  extendBody,
  leasesAnswer,
  patchQueueBody,
  putQueueBody,
  queueAnswer,
  queueParams,
  queuesAnswer,
  receiveAnswer,
  receiveBody,
  releaseBody,
  sendAnswer,
  sendBody,
  workAnswer,
  workBody,
} from "../contract/queues.ts";
import { fitPage, nameOf } from "../page.ts";
import { ProblemError, problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { toPause, withTimes } from "../times.ts";

const PATH = "/v1/queues/{queue}";

export function toQueue({ name, view }: NamedQueue) {
  const { paused, ...rest } = view;
  return withTimes({ name, ...rest, ...given({ paused: paused && toPause(paused) }) });
}

/** What was done with a queue, or the problem with it. */
export function accepted<T extends object>(outcome: Result<T>): T {
  if (outcome.ok) return outcome;
  throw problemOf(outcome);
}

function toVerdict(verdict: ReceiptVerdict) {
  return verdict.ok && verdict.leaseUntil !== undefined
    ? { ok: true, leaseUntil: toRfc3339(verdict.leaseUntil) }
    : verdict;
}

/** Some keys are good for workers of some names only. */
function checkWorker(caller: Caller, worker: string | undefined): void {
  if (mayBeWorker(caller, worker)) return;
  throw new ProblemError("Forbidden", `this key is not for a worker named "${worker}"`);
}

const LEASE_ACTIONS = {
  delete: { summary: "Deletes received messages", body: deleteBody },
  extend: { summary: "Hides received messages for longer", body: extendBody },
  release: { summary: "Gives received messages back", body: releaseBody },
} as const;

export const queueRoutes: readonly Route[] = [
  route({
    id: "putQueue",
    method: "PUT",
    path: PATH,
    summary: "Creates a queue, or changes attributes of it",
    params: queueParams,
    query: nothing,
    body: putQueueBody,
    answers: { 200: queueAnswer, 201: queueAnswer },
    problems: [],
    async handle({ env, params: { queue: name }, body }) {
      const attributes: Partial<QueueAttributes> = given(body);
      const { created } = accepted(await putQueue(env, name, attributes));
      return { status: created ? 201 : 200, body: toQueue(accepted(await readQueue(env, name))) };
    },
  }),
  route({
    id: "patchQueue",
    method: "PATCH",
    path: PATH,
    summary: "Changes attributes of a queue that exists; null restores a default",
    params: queueParams,
    query: nothing,
    body: patchQueueBody,
    answers: { 200: queueAnswer },
    problems: ["QueueNotExist"],
    async handle({ env, params: { queue: name }, body }) {
      accepted(await putQueue(env, name, body, "change"));
      return { status: 200, body: toQueue(accepted(await readQueue(env, name))) };
    },
  }),
  route({
    id: "listQueues",
    method: "GET",
    path: "/v1/queues",
    summary: "Queues by name",
    params: nothing,
    query: namesQuery,
    answers: { 200: queuesAnswer },
    problems: [],
    async handle({ env, query: { limit, cursor } }) {
      const page = await listQueues(env, { limit, after: cursor });
      return { status: 200, body: fitPage(page, nameOf, toQueue) };
    },
  }),
  route({
    id: "getQueue",
    method: "GET",
    path: PATH,
    summary: "A queue: its attributes and what lies in it",
    params: queueParams,
    query: nothing,
    answers: { 200: queueAnswer },
    problems: ["QueueNotExist"],
    handle: async ({ env, params }) => ({
      status: 200,
      body: toQueue(accepted(await readQueue(env, params.queue))),
    }),
  }),
  route({
    id: "deleteQueue",
    method: "DELETE",
    path: PATH,
    summary: "Deletes a queue with all that lies in it",
    params: queueParams,
    query: nothing,
    answers: { 204: undefined },
    problems: ["QueueNotExist"],
    async handle({ env, params: { queue: name } }) {
      accepted(await deleteQueue(env, name));
      return { status: 204 };
    },
  }),
  route({
    id: "sendMessages",
    method: "POST",
    path: `${PATH}/send`,
    audited: false,
    summary: "Sends messages",
    params: queueParams,
    query: nothing,
    body: sendBody,
    answers: { 201: sendAnswer },
    problems: ["QueueNotExist", "QueueFull", "MemoryFull", "MessageTooLarge"],
    async handle({ env, params: { queue: name }, body }) {
      const messages = body.messages.map(({ delaySeconds, properties, worker, ...rest }) => ({
        ...rest,
        ...attached(properties ?? {}),
        ...given({ delaySeconds, worker }),
      }));
      const { sent } = accepted(await sendMessages(env, name, messages));
      return { status: 201, body: { ids: sent.flatMap((verdict) => (verdict.ok ? verdict.id : [])) } };
    },
  }),
  route({
    id: "receiveMessages",
    method: "POST",
    path: `${PATH}/receive`,
    access: "work",
    summary: "Receives messages; waits for them when there are none",
    params: queueParams,
    query: nothing,
    body: receiveBody,
    answers: { 200: receiveAnswer },
    handsOutTokens: true,
    problems: ["QueueNotExist", "TooManyPolls"],
    async handle({ env, masters, caller, params: { queue: name }, body: { max, session: id, ...wishes } }) {
      checkWorker(caller, wishes.worker);
      const session = sessionOf(caller, { session: id, worker: wishes.worker });
      const outcome = await receiveMessages(env, name, { max, ...given(wishes) }, session);
      const messages = await handOut(masters, accepted(outcome).messages);
      return { status: 200, body: { messages: toMessages(messages) } };
    },
  }),
  route({
    id: "work",
    method: "POST",
    path: `${PATH}/work`,
    access: "work",
    summary: "A worker's turn: reports, deletes, and takes the next messages, in one call",
    params: queueParams,
    query: nothing,
    body: workBody,
    answers: { 200: workAnswer },
    handsOutTokens: true,
    problems: ["QueueNotExist", "TooManyPolls"],
    async handle({ env, masters, caller, params: { queue: name }, body }) {
      const { max, waitSeconds, leaseSeconds, worker } = body;
      checkWorker(caller, worker);
      const session = sessionOf(caller, body);
      const lists = readLists(body);
      // Who takes nothing more waits for the end of what he works on, or until he may take messages again.
      const whileDraining = max === 0 && lists.beats.length === 0;
      const waits = !whileDraining || (session !== undefined && (waitSeconds ?? 0) > 0);
      const outcome = await workTurn(env, masters, {
        queue: name,
        ...lists,
        ...given({ leaseSeconds }),
        ...(session && { session }),
        ...(waits && { receive: { max, whileDraining, ...given({ waitSeconds, leaseSeconds, worker }) } }),
      });
      return { status: 200, body: toWorkAnswer(accepted(outcome)) };
    },
  }),
  ...(["delete", "extend", "release"] as const).map((action) => leaseRoute(action)),
];

function leaseRoute(action: keyof typeof LEASE_ACTIONS): Route {
  const { summary, body } = LEASE_ACTIONS[action];
  return route({
    id: `${action}Messages`,
    method: "POST",
    path: `${PATH}/${action}`,
    access: "work",
    summary: `${summary}; one verdict each`,
    params: queueParams,
    query: nothing,
    body: body as z.ZodType<z.output<typeof extendBody>>,
    answers: { 200: leasesAnswer },
    problems: ["QueueNotExist"],
    async handle({ env, params: { queue: name }, body: { receipts, leaseSeconds } }) {
      const seconds = leaseSeconds !== undefined && { leaseSeconds };
      const outcome =
        action === "delete"
          ? await removeMessages(env, name, receipts)
          : await changeLeases(env, name, { type: action, receipts, ...seconds });
      return { status: 200, body: { verdicts: accepted(outcome).verdicts.map(toVerdict) } };
    },
  });
}
