import { given } from "../../core/given.ts";
import { attached } from "../../core/message-properties.ts";
import type { Result } from "../../core/result.ts";
import type { Endpoint, Subscription } from "../../core/topic/topic.ts";
import {
  type NamedTopic,
  deleteTopic,
  listSubscriptions,
  listTopics,
  publish,
  putTopic,
  readSubscription,
  readTopic,
  subscribe,
  unsubscribe,
} from "../../service/topic-calls.ts";
import { namesQuery, nothing } from "../contract/common.ts";
import {
  publishAnswer,
  publishBody,
  putSubscriptionBody,
  putTopicBody,
  subscriptionAnswer,
  subscriptionParams,
  subscriptionsAnswer,
  topicAnswer,
  topicParams,
  topicsAnswer,
} from "../contract/topics.ts";
import { problemOf } from "../problem.ts";
import { fitPage, nameOf } from "../page.ts";
import { toParked } from "../parked.ts";
import { type Route, route } from "../route.ts";
import { withTimes } from "../times.ts";

const PATH = "/v1/topics/{topic}";
const SUBSCRIPTION = `${PATH}/subscriptions/{subscription}`;

function accepted<T extends object>(outcome: Result<T>): T {
  if (outcome.ok) return outcome;
  throw problemOf(outcome);
}

function toTopic({ name, view: { parked, ...view } }: NamedTopic) {
  return { ...withTimes({ name, ...view }), ...toParked(parked) };
}

function toSubscription({ endpoint, endpointText: _text, ...rest }: Subscription) {
  const { kind: _, ...where } = endpoint;
  return withTimes({ ...rest, endpoint: where });
}

function toEndpoint(asked: { queue: string } | { url: string }): Endpoint {
  return "queue" in asked ? { kind: "queue", ...asked } : { kind: "url", ...asked };
}

const topics: readonly Route[] = [
  route({
    id: "putTopic",
    method: "PUT",
    path: PATH,
    summary: "Creates a topic, or changes attributes of it",
    params: topicParams,
    query: nothing,
    body: putTopicBody,
    answers: { 200: topicAnswer, 201: topicAnswer },
    problems: [],
    async handle({ env, params: { topic }, body }) {
      const { created } = accepted(await putTopic(env, topic, given(body)));
      return { status: created ? 201 : 200, body: toTopic(accepted(await readTopic(env, topic))) };
    },
  }),
  route({
    id: "listTopics",
    method: "GET",
    path: "/v1/topics",
    summary: "Topics by name",
    params: nothing,
    query: namesQuery,
    answers: { 200: topicsAnswer },
    problems: [],
    async handle({ env, query: { limit, cursor } }) {
      const page = await listTopics(env, { limit, after: cursor });
      return { status: 200, body: fitPage(page, nameOf, toTopic) };
    },
  }),
  route({
    id: "getTopic",
    method: "GET",
    path: PATH,
    summary: "A topic: its attributes, and how much is on its way",
    params: topicParams,
    query: nothing,
    answers: { 200: topicAnswer },
    problems: ["TopicNotExist"],
    handle: async ({ env, params }) => ({
      status: 200,
      body: toTopic(accepted(await readTopic(env, params.topic))),
    }),
  }),
  route({
    id: "deleteTopic",
    method: "DELETE",
    path: PATH,
    summary: "Deletes a topic with its subscriptions",
    params: topicParams,
    query: nothing,
    answers: { 204: undefined },
    problems: ["TopicNotExist"],
    async handle({ env, params }) {
      accepted(await deleteTopic(env, params.topic));
      return { status: 204 };
    },
  }),
  route({
    id: "publish",
    method: "POST",
    path: `${PATH}/publish`,
    audited: false,
    summary: "Publishes a message to all subscriptions of a topic",
    params: topicParams,
    query: nothing,
    body: publishBody,
    answers: { 201: publishAnswer },
    problems: ["TopicNotExist", "MessageTooLarge", "MemoryFull"],
    async handle({ env, params, body: { body, tag, properties } }) {
      const message = { body, ...attached(properties ?? {}), ...given({ tag }) };
      const { id } = accepted(await publish(env, params.topic, message));
      return { status: 201, body: { id } };
    },
  }),
];

const subscriptions: readonly Route[] = [
  route({
    id: "putSubscription",
    method: "PUT",
    path: SUBSCRIPTION,
    summary: "Subscribes a queue or an address to a topic, or changes that",
    params: subscriptionParams,
    query: nothing,
    body: putSubscriptionBody,
    answers: { 200: subscriptionAnswer, 201: subscriptionAnswer },
    problems: ["TopicNotExist", "InvalidEndpoint", "TooManySubscriptions"],
    async handle({ env, params, body: { endpoint, filterTag, ...rest } }) {
      const { topic, subscription: name } = params;
      const spec = {
        ...rest,
        endpoint: toEndpoint(endpoint),
        ...(filterTag !== undefined && { filterTag }),
      };
      const { created } = accepted(await subscribe(env, topic, name, spec));
      const { subscription } = accepted(await readSubscription(env, topic, name));
      return { status: created ? 201 : 200, body: toSubscription(subscription) };
    },
  }),
  route({
    id: "listSubscriptions",
    method: "GET",
    path: `${PATH}/subscriptions`,
    summary: "A topic's subscriptions by name",
    params: topicParams,
    query: namesQuery,
    answers: { 200: subscriptionsAnswer },
    problems: ["TopicNotExist"],
    async handle({ env, params, query: { limit, cursor } }) {
      const query = { limit, ...(cursor !== undefined && { after: cursor }) };
      const page = accepted(await listSubscriptions(env, params.topic, query));
      return { status: 200, body: fitPage(page, nameOf, toSubscription) };
    },
  }),
  route({
    id: "getSubscription",
    method: "GET",
    path: SUBSCRIPTION,
    summary: "A subscription",
    params: subscriptionParams,
    query: nothing,
    answers: { 200: subscriptionAnswer },
    problems: ["TopicNotExist", "SubscriptionNotExist"],
    async handle({ env, params }) {
      const found = accepted(await readSubscription(env, params.topic, params.subscription));
      return { status: 200, body: toSubscription(found.subscription) };
    },
  }),
  route({
    id: "deleteSubscription",
    method: "DELETE",
    path: SUBSCRIPTION,
    summary: "Ends a subscription; what is on its way to it is forgotten",
    params: subscriptionParams,
    query: nothing,
    answers: { 204: undefined },
    problems: ["TopicNotExist", "SubscriptionNotExist"],
    async handle({ env, params }) {
      accepted(await unsubscribe(env, params.topic, params.subscription));
      return { status: 204 };
    },
  }),
];

export const topicRoutes: readonly Route[] = [...topics, ...subscriptions];
