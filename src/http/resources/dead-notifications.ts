import { given } from "../../core/given.ts";
import type { ChangeDeadNotifications } from "../../core/topic/command.ts";
import type { DeadNotification } from "../../core/topic/dead-notification.ts";
import { changeDeadNotifications, listDeadNotifications } from "../../service/topic-calls.ts";
import { nothing } from "../contract/common.ts";
import { deadNotificationsAnswer } from "../contract/dead-letters.ts";
import { deadDone, deadQuery, purgeBody } from "../contract/queues.ts";
import { subscriptionParams } from "../contract/topics.ts";
import { problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { withTimes } from "../times.ts";
import { whichDead } from "../which-dead.ts";

const PATH = "/v1/topics/{topic}/subscriptions/{subscription}/dead";

/** Messages that a subscription of a topic did not get. */
export const deadNotificationRoutes: readonly Route[] = [
  route({
    id: "listDeadNotifications",
    method: "GET",
    path: PATH,
    summary: "Dead letters of a subscription, in the order in which they died",
    params: subscriptionParams,
    query: deadQuery,
    answers: { 200: deadNotificationsAnswer },
    problems: ["TopicNotExist", "SubscriptionNotExist"],
    async handle({ env, params: { topic, subscription }, query: { limit, cursor = "0" } }) {
      const query = { limit, after: Number(cursor) };
      const outcome = await listDeadNotifications(env, topic, subscription, query);
      if (!outcome.ok) throw problemOf(outcome);
      const { items, next } = outcome.page;
      const body = { items: items.map(toLetter), ...given({ cursor: next?.toString() }) };
      return { status: 200, body };
    },
  }),
  change("redriveDead", "redrive", "Sends dead letters of a subscription on their way again", ["MemoryFull"]),
  change("purgeDead", "purge", "Removes dead letters of a subscription", []),
];

function toLetter({ message, ...letter }: DeadNotification & { readonly id: string }) {
  const { id, ...published } = message;
  return withTimes({ ...published, message: id, ...letter });
}

function change(
  type: ChangeDeadNotifications["type"],
  action: string,
  summary: string,
  problems: Route["problems"],
): Route {
  return route({
    id: `${action}DeadNotifications`,
    method: "POST",
    path: `${PATH}/${action}`,
    summary,
    params: subscriptionParams,
    query: nothing,
    body: purgeBody,
    answers: { 200: deadDone },
    problems: ["TopicNotExist", "SubscriptionNotExist", ...problems],
    async handle({ env, params: { topic, subscription }, body }) {
      const outcome = await changeDeadNotifications(env, topic, { type, subscription, ...whichDead(body) });
      if (!outcome.ok) throw problemOf(outcome);
      const { count, left } = outcome;
      return { status: 200, body: { count, left } };
    },
  });
}
