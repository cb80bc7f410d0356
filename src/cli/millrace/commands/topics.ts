import * as z from "zod";
import { namesQuery } from "../../../http/contract/common.ts";
import {
  publishAnswer,
  publishBody,
  putSubscriptionBody,
  putTopicBody,
  subscriptionAnswer,
  subscriptionsAnswer,
  topicAnswer,
  topicsAnswer,
} from "../../../http/contract/topics.ts";
import { UsageError } from "../../usage-error.ts";
import { command, group } from "../command.ts";
import { YES, confirm } from "../confirm.ts";
import { changeNotes, orNone } from "../existing.ts";
import { record, table, time } from "../format.ts";
import { readText } from "../input.ts";
import { UNSET, readChanges } from "../options.ts";
import type { Output } from "../output.ts";
import { ALL, moreNotes, readPages } from "../pages.ts";
import { describeParked, retryEffects } from "./retry-effects.ts";

type Subscription = z.output<typeof subscriptionAnswer>;

const ARGS = { topic: "name of the topic" };
const SUBSCRIPTION_ARGS = { ...ARGS, subscription: "name of the subscription" };
const nothing = z.undefined();

function pathOf(topic = "", subscription?: string): string {
  const path = `/v1/topics/${encodeURIComponent(topic)}`;
  return subscription === undefined ? path : `${path}/subscriptions/${encodeURIComponent(subscription)}`;
}

function describeTopic(topic: z.output<typeof topicAnswer>, output: Output): string {
  const { name, messages, subscriptions, createdAt, attributes } = topic;
  return record(output, {
    topic: name,
    "on their way": messages,
    subscriptions,
    created: time(createdAt),
    parked: describeParked(topic.parked),
    ...Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)])),
  });
}

function endpointOf({ endpoint }: Pick<Subscription, "endpoint">): string {
  return "queue" in endpoint ? `queue ${endpoint.queue}` : endpoint.url;
}

function describeSubscription(subscription: Subscription, output: Output): string {
  const { name, strategy, format, filterTag, createdAt } = subscription;
  return record(output, {
    subscription: name,
    endpoint: endpointOf(subscription),
    strategy,
    format,
    "only tag": filterTag,
    created: time(createdAt),
  });
}

const list = command({
  usage: "list",
  calls: ["GET /v1/topics"],
  summary: "List topics by name",
  options: namesQuery,
  flags: [ALL],
  examples: ["topic list"],
  async run({ client, options, flags }) {
    const page = await readPages(client, "/v1/topics", options, topicsAnswer, flags.all);
    return {
      json: page,
      text: (output) =>
        table(
          output,
          page.items,
          [
            ["NAME", ({ name }) => name],
            ["SUBSCRIPTIONS", ({ subscriptions }) => subscriptions],
            ["ON THEIR WAY", ({ messages }) => messages],
            ["CREATED", ({ createdAt }) => time(createdAt)],
          ],
          "no topics yet: `npx millrace topic put NAME` makes one",
        ),
      notes: moreNotes(page),
    };
  },
});

const get = command({
  usage: "get <topic>",
  calls: ["GET /v1/topics/{topic}"],
  summary: "Show a topic: its attributes, and how much is on its way",
  args: ARGS,
  examples: ["topic get news"],
  async run({ client, args: { topic } }) {
    const found = await client.call({ method: "GET", path: pathOf(topic) }, topicAnswer);
    return { json: found, text: (output) => describeTopic(found, output) };
  },
});

const put = command({
  usage: "put <topic>",
  calls: ["PUT /v1/topics/{topic}"],
  summary: "Create a topic, or change what is given of it",
  args: ARGS,
  options: putTopicBody,
  examples: ["topic put news", "topic put news --maximum-message-size 4096"],
  async run({ client, args: { topic }, options: body }) {
    const found = await client.call({ method: "PUT", path: pathOf(topic), body }, topicAnswer);
    return { json: found, text: (output) => describeTopic(found, output) };
  },
});

const remove = command({
  usage: "delete <topic>",
  calls: ["DELETE /v1/topics/{topic}"],
  summary: "Delete a topic with its subscriptions",
  args: ARGS,
  flags: [YES],
  examples: ["topic delete news", "topic delete news --yes"],
  async run({ client, args: { topic = "" }, flags }) {
    await confirm(`Delete topic ${topic} with its subscriptions?`, flags.yes);
    await client.call({ method: "DELETE", path: pathOf(topic) }, nothing);
    return { json: { deleted: topic }, text: () => `topic ${topic}: deleted` };
  },
});

const publish = command({
  usage: "publish <topic> <body>",
  calls: ["POST /v1/topics/{topic}/publish"],
  summary: "Publish a message to all subscriptions of a topic",
  args: { ...ARGS, body: "the message; - for stdin" },
  options: publishBody.omit({ body: true, properties: true }),
  examples: [`topic publish news '{"order": 7}' --tag orders`, "topic publish news - < message.json"],
  async run({ client, args: { topic, body: text = "" }, options }) {
    const body = { body: text === "-" ? readText(text) : text, ...options };
    const sent = await client.call({ method: "POST", path: `${pathOf(topic)}/publish`, body }, publishAnswer);
    return { json: sent, text: () => `published as ${sent.id}` };
  },
});

const settings = putSubscriptionBody.omit({ endpoint: true });

/** Where the messages shall go, if that is said. */
function endpointFrom({ queue, endpoint }: Readonly<Record<string, unknown>>) {
  if (queue !== undefined && endpoint !== undefined)
    throw new UsageError("use --queue or --endpoint, not both");
  if (typeof queue === "string") return { queue };
  return typeof endpoint === "string" ? { url: endpoint } : undefined;
}

const subscribe = command({
  usage: "subscribe <topic> <subscription>",
  calls: [
    "GET /v1/topics/{topic}/subscriptions/{subscription}",
    "PUT /v1/topics/{topic}/subscriptions/{subscription}",
  ],
  summary: "Subscribe a queue or an address to a topic, or change what is given of that",
  args: SUBSCRIPTION_ARGS,
  changes: settings,
  flags: [
    ["--queue <name>", "the messages go into this queue"],
    ["--endpoint <address>", "the messages go to this http(s) address"],
    UNSET,
  ],
  examples: [
    "topic subscribe news mail-room --queue letters",
    "topic subscribe news hook --endpoint https://example.com/hook --format simplified --filter-tag orders",
  ],
  async run({ client, args: { topic, subscription }, flags }) {
    const path = pathOf(topic, subscription);
    const before = await orNone(
      client.call({ method: "GET", path }, subscriptionAnswer),
      "SubscriptionNotExist",
    );
    const endpoint = endpointFrom(flags) ?? before?.endpoint;
    if (!endpoint) throw new UsageError("where shall the messages go? Name a --queue or an --endpoint");
    const given = readChanges(settings, z.looseObject({}), flags, before ?? {});
    const kept = Object.fromEntries(
      Object.keys(settings.shape).map((name) => [name, { ...before, ...given }[name]]),
    );
    const wanted = Object.entries(kept).filter(([, value]) => value !== null && value !== undefined);
    const body = { endpoint, ...Object.fromEntries(wanted) };
    const stored = await client.call({ method: "PUT", path, body }, subscriptionAnswer);
    return {
      json: stored,
      text: (output) => describeSubscription(stored, output),
      notes: changeNotes(Object.keys(putSubscriptionBody.shape), before, stored),
    };
  },
});

const subscriptions = command({
  usage: "subscriptions <topic>",
  calls: ["GET /v1/topics/{topic}/subscriptions"],
  summary: "List a topic's subscriptions by name",
  args: ARGS,
  options: namesQuery,
  flags: [ALL],
  examples: ["topic subscriptions news"],
  async run({ client, args: { topic }, options, flags }) {
    const path = `${pathOf(topic)}/subscriptions`;
    const page = await readPages(client, path, options, subscriptionsAnswer, flags.all);
    return {
      json: page,
      text: (output) =>
        table(
          output,
          page.items,
          [
            ["NAME", ({ name }) => name],
            ["ENDPOINT", endpointOf],
            ["STRATEGY", ({ strategy }) => strategy],
            ["FORMAT", ({ format }) => format],
            ["ONLY TAG", ({ filterTag }) => filterTag],
          ],
          "nobody has subscribed yet: `npx millrace topic subscribe TOPIC NAME --queue QUEUE` does",
        ),
      notes: moreNotes(page),
    };
  },
});

const subscription = command({
  usage: "subscription <topic> <subscription>",
  calls: ["GET /v1/topics/{topic}/subscriptions/{subscription}"],
  summary: "Show a subscription",
  args: SUBSCRIPTION_ARGS,
  examples: ["topic subscription news mail-room"],
  async run({ client, args: { topic, subscription: name } }) {
    const found = await client.call({ method: "GET", path: pathOf(topic, name) }, subscriptionAnswer);
    return { json: found, text: (output) => describeSubscription(found, output) };
  },
});

const unsubscribe = command({
  usage: "unsubscribe <topic> <subscription>",
  calls: ["DELETE /v1/topics/{topic}/subscriptions/{subscription}"],
  summary: "End a subscription; what is on its way to it is forgotten",
  args: SUBSCRIPTION_ARGS,
  examples: ["topic unsubscribe news mail-room"],
  async run({ client, args: { topic, subscription: name } }) {
    await client.call({ method: "DELETE", path: pathOf(topic, name) }, nothing);
    return { json: { deleted: `${topic}/${name}` }, text: () => `subscription ${topic}/${name}: ended` };
  },
});

export const topicCommands = group("topic", "Topics, and who has subscribed to them", [
  list,
  get,
  put,
  remove,
  retryEffects("/v1/topics/{topic}", ARGS, "topic retry-effects news"),
  publish,
  subscribe,
  subscriptions,
  subscription,
  unsubscribe,
]);
