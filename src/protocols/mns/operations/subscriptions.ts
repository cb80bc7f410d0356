import { given } from "../../../core/given.ts";
import { MESSAGE_TAG_LENGTH } from "../../../core/limits.ts";
import { QUEUE_NAME_PATTERN } from "../../../core/names.ts";
import { SECOND_MS } from "../../../core/time.ts";
import { TOPIC_OWNER } from "../../../core/topic/notification.ts";
import type {
  Endpoint,
  NotifyFormat,
  NotifyStrategy,
  Subscription,
  SubscriptionSpec,
} from "../../../core/topic/topic.ts";
import { fields, xml } from "../../../core/xml.ts";
import { listSubscriptions, readSubscription, subscribe, unsubscribe } from "../../../service/topic-calls.ts";
import { MnsError, errorOf } from "../errors.ts";
import { readPage } from "../list.ts";
import { type Operation, NO_CONTENT } from "../operation.ts";
import { Fields } from "../read.ts";
import { type Element, malformed } from "../xml.ts";

const PATH = "/topics/{topic}/subscriptions/{subscription}";

/** MNS's words for ours. */
const STRATEGIES: Readonly<Record<string, NotifyStrategy>> = {
  BACKOFF_RETRY: "backoff",
  EXPONENTIAL_DECAY_RETRY: "exponential",
};
const FORMATS: Readonly<Record<string, NotifyFormat>> = {
  XML: "xml",
  JSON: "json",
  SIMPLIFIED: "simplified",
};

function choose<T>(asked: Fields, name: string, words: Readonly<Record<string, T>>): T | undefined {
  const word = asked.text(name);
  if (word === undefined) return undefined;
  const found = Object.hasOwn(words, word) ? words[word] : undefined;
  if (found !== undefined) return found;
  throw new MnsError("InvalidArgument", `${name} must be one of ${Object.keys(words).join(", ")}`);
}

function wordOf<T>(words: Readonly<Record<string, T>>, value: T): string {
  return Object.keys(words).find((word) => words[word] === value) ?? "";
}

/** A queue is named as `acs:mns:<region>:<account>:queues/<name>`; whatever region and account, it is one of ours. */
function readEndpoint(text: string): Endpoint {
  const [, queue] = /^acs:mns:[^:]*:[^:]*:\/?queues\/([^/]+)(?:\/messages)?$/.exec(text) ?? [];
  if (queue === undefined) return { kind: "url", url: text };
  if (QUEUE_NAME_PATTERN.test(queue)) return { kind: "queue", queue };
  throw new MnsError("EndpointInvalid", "the endpoint's queue has no name that queues can have");
}

function writeEndpoint(endpoint: Endpoint): string {
  return endpoint.kind === "queue" ? `acs:mns:::queues/${endpoint.queue}` : endpoint.url;
}

/** What is written otherwise than we would is given back as it came: clients compare. */
function endpointOf(text: string): Pick<SubscriptionSpec, "endpoint" | "endpointText"> {
  const endpoint = readEndpoint(text);
  return writeEndpoint(endpoint) === text ? { endpoint } : { endpoint, endpointText: text };
}

function readSpec(body: Element | undefined): SubscriptionSpec {
  if (body?.name !== "Subscription") throw malformed("its root must be Subscription");
  const asked = new Fields(body);
  const endpoint = asked.text("Endpoint")?.trim() ?? "";
  if (endpoint === "") throw malformed("Endpoint is missing or empty");
  const filterTag = asked.text("FilterTag") || undefined;
  if ((filterTag ?? "").length > MESSAGE_TAG_LENGTH) {
    throw new MnsError("InvalidArgument", `FilterTag has at most ${MESSAGE_TAG_LENGTH} characters`);
  }
  return {
    ...endpointOf(endpoint),
    strategy: choose(asked, "NotifyStrategy", STRATEGIES) ?? "backoff",
    format: choose(asked, "NotifyContentFormat", FORMATS) ?? "xml",
    ...given({ filterTag }),
  };
}

function describe(topic: string, subscription: Subscription) {
  return fields({
    SubscriptionName: subscription.name,
    Subscriber: TOPIC_OWNER,
    TopicOwner: TOPIC_OWNER,
    TopicName: topic,
    Endpoint: subscription.endpointText ?? writeEndpoint(subscription.endpoint),
    NotifyStrategy: wordOf(STRATEGIES, subscription.strategy),
    NotifyContentFormat: wordOf(FORMATS, subscription.format),
    FilterTag: subscription.filterTag,
    CreateTime: Math.floor(subscription.createdAt / SECOND_MS),
    LastModifyTime: Math.floor(subscription.updatedAt / SECOND_MS),
  });
}

export const subscriptionOperations: readonly Operation[] = [
  {
    name: "SetSubscriptionAttributes",
    method: "PUT",
    path: PATH,
    when: (query) => query.flag("metaoverride"),
    access: "operate",
    audited: true,
    async handle({ env, names: { topic, subscription: name }, body }) {
      if (body && body.name !== "Subscription") throw malformed("its root must be Subscription");
      const strategy = choose(new Fields(body), "NotifyStrategy", STRATEGIES);
      const found = await readSubscription(env, topic, name);
      if (!found.ok) throw errorOf(found);
      const { endpoint, format, filterTag, strategy: old } = found.subscription;
      const spec = { endpoint, format, strategy: strategy ?? old, ...given({ filterTag }) };
      const outcome = await subscribe(env, topic, name, spec);
      if (!outcome.ok) throw errorOf(outcome);
      return NO_CONTENT;
    },
  },
  {
    name: "Subscribe",
    method: "PUT",
    path: PATH,
    access: "operate",
    audited: true,
    async handle({ env, names: { topic, subscription }, body, origin }) {
      const outcome = await subscribe(env, topic, subscription, readSpec(body), "create");
      if (!outcome.ok) throw errorOf(outcome);
      const location = `${origin}/topics/${topic}/subscriptions/${subscription}`;
      return { status: outcome.created ? 201 : 204, location };
    },
  },
  {
    name: "GetSubscriptionAttributes",
    method: "GET",
    path: PATH,
    access: "read",
    async handle({ env, names: { topic, subscription } }) {
      const outcome = await readSubscription(env, topic, subscription);
      if (!outcome.ok) throw errorOf(outcome);
      return { status: 200, body: xml("Subscription", describe(topic, outcome.subscription)) };
    },
  },
  {
    name: "Unsubscribe",
    method: "DELETE",
    path: PATH,
    access: "operate",
    audited: true,
    async handle({ env, names: { topic, subscription } }) {
      const outcome = await unsubscribe(env, topic, subscription);
      if (!outcome.ok && outcome.code !== "SubscriptionNotExist") throw errorOf(outcome);
      return NO_CONTENT;
    },
  },
  {
    name: "ListSubscriptionByTopic",
    method: "GET",
    path: "/topics/{topic}/subscriptions",
    access: "read",
    async handle({ env, names: { topic }, headers, origin }) {
      const { limit, after, prefix, withMeta } = readPage(headers);
      const outcome = await listSubscriptions(env, topic, { limit, ...given({ after, prefix }) });
      if (!outcome.ok) throw errorOf(outcome);
      const list = outcome.items.map((one) => {
        const url = xml("SubscriptionURL", `${origin}/topics/${topic}/subscriptions/${one.name}`);
        return xml("Subscription", withMeta ? [url, ...describe(topic, one)] : [url]);
      });
      return {
        status: 200,
        body: xml("Subscriptions", [...list, ...fields({ NextMarker: outcome.cursor })]),
      };
    },
  },
];
