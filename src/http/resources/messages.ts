import { given } from "../../core/given.ts";
import type { PeekedMessage } from "../../core/queue/message.ts";
import { toRfc3339 } from "../../core/time.ts";
import { peekMessages } from "../../service/queue-calls.ts";
import { peekAnswer, peekQuery, queueParams } from "../contract/queues.ts";
import { problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";

function toPeeked({
  id,
  body,
  properties,
  dequeueCount,
  enqueuedAt,
  firstDequeuedAt,
  priority,
}: PeekedMessage) {
  const firstAt = firstDequeuedAt === 0 ? undefined : toRfc3339(firstDequeuedAt);
  return {
    id,
    body,
    dequeueCount,
    priority,
    enqueuedAt: toRfc3339(enqueuedAt),
    ...given({ properties, firstDequeuedAt: firstAt }),
  };
}

export const messageRoutes: readonly Route[] = [
  route({
    id: "peekMessages",
    method: "GET",
    path: "/v1/queues/{queue}/messages",
    summary: "The next messages of a queue, which stay where they are",
    params: queueParams,
    query: peekQuery,
    answers: { 200: peekAnswer },
    problems: ["QueueNotExist"],
    async handle({ env, params: { queue }, query: { max } }) {
      const peeked = await peekMessages(env, queue, max);
      if (!peeked.ok) throw problemOf(peeked);
      return { status: 200, body: { items: peeked.messages.map(toPeeked) } };
    },
  }),
];
