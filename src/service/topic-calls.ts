import { isPrivateAddress } from "../auth/addresses.ts";
import type { DeadPage, DeadQuery } from "../core/durable/dead-letters.ts";
import { ENDPOINT_LENGTH } from "../core/limits.ts";
import type { MessageContent } from "../core/message-properties.ts";
import type { NamesQuery } from "../core/objects.ts";
import type { TopicRpc, TopicView } from "../core/topic-rpc.ts";
import { type Rejection, type Result, reject } from "../core/result.ts";
import type { ChangeDeadNotifications } from "../core/topic/command.ts";
import type { DeadNotification } from "../core/topic/dead-notification.ts";
import type { Endpoint, SubscriptionSpec, SubscriptionView, TopicAttributes } from "../core/topic/topic.ts";
import type { Env } from "../env.ts";
import { type LeftOut, ListAsking } from "./ask-for-list.ts";
import { askDirectory, askTopic } from "./objects.ts";

/** What every door does with topics. Whatever names a topic that is not there is rejected with TopicNotExist. */

export interface NamedTopic {
  readonly name: string;
  readonly view: TopicView;
}

interface Page<T> {
  readonly items: readonly T[];
  /** There when the list goes on. */
  readonly cursor?: string;
  readonly leftOut?: readonly LeftOut[];
}

export function topicNotExist(name: string, remedy = "create it first"): Rejection {
  return reject("TopicNotExist", `there is no topic "${name}": ${remedy}`);
}

/** Asks a topic's object; its rejections do not know its name. */
async function ask<T extends { readonly ok: boolean }>(
  env: Env,
  name: string,
  call: (topic: TopicRpc) => Promise<Rejection | T>,
  remedy?: string,
): Promise<Rejection | T> {
  const outcome = await askTopic(env, name, call);
  return "code" in outcome && outcome.code === "TopicNotExist" ? topicNotExist(name, remedy) : outcome;
}

/** With `only` a topic is created (TopicAlreadyExist when its attributes are others) or changed, never the other. */
export async function putTopic(
  env: Env,
  name: string,
  attributes: Partial<TopicAttributes>,
  only?: "create" | "change",
): Promise<Result<{ created: boolean }>> {
  const outcome = await ask(env, name, (topic) => topic.put({ attributes, ...(only && { only }) }));
  if (!outcome.ok) return outcome;
  const { created = false, generation = 0 } = outcome;
  if (created) {
    // The topic's object does this too, until it is done; here it is so that a list right after shows it.
    await askDirectory(env, (directory) =>
      directory.apply({ type: "register", kind: "topic", name, generation }),
    );
  }
  return { ok: true, created };
}

export async function readTopic(env: Env, name: string): Promise<Result<NamedTopic>> {
  const view = await askTopic(env, name, (topic) => topic.get());
  return view ? { ok: true, name, view } : topicNotExist(name);
}

export async function listTopics(
  env: Env,
  { limit, after, prefix }: { limit: number; after?: string | undefined; prefix?: string | undefined },
): Promise<Page<NamedTopic>> {
  const names = await askDirectory(env, (directory) => directory.names("topic", limit + 1, after, prefix));
  const page = names.slice(0, limit);
  const asking = new ListAsking();
  const topics = await Promise.all(page.map((name) => asking.ask(name, () => readTopic(env, name))));
  const cursor = names.length > limit ? page.at(-1) : undefined;
  const items = topics.flatMap((topic) => (topic?.ok ? { name: topic.name, view: topic.view } : []));
  return { items, ...(cursor !== undefined && { cursor }), ...asking.leftOut() };
}

/** Its subscriptions go with it, and what was on its way to them. */
export async function deleteTopic(env: Env, name: string): Promise<Result<object>> {
  const outcome = await ask(env, name, (topic) => topic.remove(), "the list of topics shows which there are");
  if (!outcome.ok) return outcome;
  const { generation = 0 } = outcome;
  await askDirectory(env, (directory) =>
    directory.apply({ type: "unregister", kind: "topic", name, generation }),
  );
  return { ok: true };
}

/** Rejections besides: InvalidEndpoint, SubscriptionAlreadyExist (with `only`), TooManySubscriptions. */
export async function subscribe(
  env: Env,
  topic: string,
  name: string,
  spec: SubscriptionSpec,
  only?: "create",
): Promise<Result<{ created: boolean }>> {
  const wrong = checkEndpoint(env, spec.endpoint);
  if (wrong) return wrong;
  const outcome = await ask(env, topic, (object) => object.subscribe({ name, spec, ...(only && { only }) }));
  return outcome.ok ? { ok: true, created: outcome.created === true } : outcome;
}

function checkEndpoint({ ALLOW_PRIVATE_ADDRESSES }: Env, endpoint: Endpoint): Rejection | undefined {
  if (endpoint.kind === "queue") return undefined;
  const url = URL.canParse(endpoint.url) ? new URL(endpoint.url) : undefined;
  const isHttp = url?.protocol === "https:" || url?.protocol === "http:";
  if (!url || !isHttp || url.username !== "" || endpoint.url.length > ENDPOINT_LENGTH) {
    return reject(
      "InvalidEndpoint",
      `an endpoint is a queue, or an http(s) address of at most ${ENDPOINT_LENGTH} characters`,
    );
  }
  if (ALLOW_PRIVATE_ADDRESSES === "true" || !isPrivateAddress(url)) return undefined;
  const detail = "private addresses are not called unless ALLOW_PRIVATE_ADDRESSES is set";
  return reject("InvalidEndpoint", detail);
}

export async function readSubscription(
  env: Env,
  topic: string,
  name: string,
): Promise<Result<{ subscription: SubscriptionView }>> {
  const subscription = await askTopic(env, topic, (object) => object.subscription(name));
  if (subscription) return { ok: true, subscription };
  const found = await readTopic(env, topic);
  return found.ok ? subscriptionNotExist(name) : found;
}

export function subscriptionNotExist(name: string): Rejection {
  return reject("SubscriptionNotExist", `the topic has no subscription "${name}"`);
}

export async function listSubscriptions(
  env: Env,
  topic: string,
  query: NamesQuery,
): Promise<Result<Page<SubscriptionView>>> {
  const found = await readTopic(env, topic);
  if (!found.ok) return found;
  const { limit } = query;
  const all = await askTopic(env, topic, (object) => object.subscriptions({ ...query, limit: limit + 1 }));
  const items = all.slice(0, limit);
  const cursor = all.length > limit ? items.at(-1)?.name : undefined;
  return { ok: true, items, ...(cursor !== undefined && { cursor }) };
}

export function unsubscribe(env: Env, topic: string, name: string): Promise<Result<object>> {
  return ask(env, topic, (object) => object.unsubscribe(name));
}

/** Resolves once the message is committed; subscriptions get it after that. */
export async function publish(
  env: Env,
  topic: string,
  message: MessageContent & { readonly tag?: string },
): Promise<Result<{ id: string }>> {
  // Named here, so that a call that is repeated on its way publishes nothing twice.
  const id = `p-${crypto.randomUUID()}`;
  const outcome = await ask(env, topic, (object) => object.publish({ id, ...message }));
  return outcome.ok ? { ok: true, id } : outcome;
}

/** Rejections besides: SubscriptionNotExist. */
export async function listDeadNotifications(
  env: Env,
  topic: string,
  subscription: string,
  query: DeadQuery,
): Promise<Result<{ page: DeadPage<DeadNotification> }>> {
  const page = await askTopic(env, topic, (object) => object.deadLetters(subscription, query));
  if (page) return { ok: true, page };
  const found = await readSubscription(env, topic, subscription);
  return found.ok ? subscriptionNotExist(subscription) : found;
}

/** How many it were, and how many dead letters are left. Rejections besides: SubscriptionNotExist, MemoryFull. */
export async function changeDeadNotifications(
  env: Env,
  topic: string,
  command: ChangeDeadNotifications,
): Promise<Result<{ count: number; left: number }>> {
  const outcome = await ask(env, topic, (object) => object.changeDead(command));
  return outcome.ok ? { ok: true, count: outcome.count ?? 0, left: outcome.left ?? 0 } : outcome;
}
