import type * as z from "zod";
import { given } from "../../core/given.ts";
import type { ChangeDead } from "../../core/queue/command.ts";
import { changeDeadLetters, listDeadLetters } from "../../service/queue-calls.ts";
import { nothing } from "../contract/common.ts";
import { deadAnswer, deadDone, deadQuery, purgeBody, queueParams, redriveBody } from "../contract/queues.ts";
import { problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { withTimes } from "../times.ts";
import { whichDead } from "../which-dead.ts";

const PATH = "/v1/queues/{queue}/dead";

/** Messages that were delivered too often, or that their workers gave up. */
export const deadLetterRoutes: readonly Route[] = [
  route({
    id: "listDeadLetters",
    method: "GET",
    path: PATH,
    summary: "Dead letters of a queue, in the order in which they were sent",
    params: queueParams,
    query: deadQuery,
    answers: { 200: deadAnswer },
    problems: ["QueueNotExist"],
    async handle({ env, params: { queue }, query: { limit, cursor = "0" } }) {
      const outcome = await listDeadLetters(env, queue, { limit, after: Number(cursor) });
      if (!outcome.ok) throw problemOf(outcome);
      const { items, next } = outcome.page;
      return { status: 200, body: { items: items.map(withTimes), ...given({ cursor: next?.toString() }) } };
    },
  }),
  change(
    "redriveDead",
    "redrive",
    "Sends dead letters on their way again, as if they were sent now",
    redriveBody,
  ),
  change("purgeDead", "purge", "Removes dead letters", purgeBody),
];

type Chosen = z.output<typeof purgeBody> & { readonly delaySeconds?: number | undefined };

function change(type: ChangeDead["type"], action: string, summary: string, body: z.ZodType<Chosen>): Route {
  return route({
    id: `${action}DeadLetters`,
    method: "POST",
    path: `${PATH}/${action}`,
    summary,
    params: queueParams,
    query: nothing,
    body,
    answers: { 200: deadDone },
    problems: ["QueueNotExist"],
    async handle({ env, params: { queue }, body: chosen }) {
      const { delaySeconds } = chosen;
      const command = { type, ...whichDead(chosen), ...given({ delaySeconds }) };
      const outcome = await changeDeadLetters(env, queue, command);
      if (!outcome.ok) throw problemOf(outcome);
      const { count, left } = outcome;
      return { status: 200, body: { count, left } };
    },
  });
}
