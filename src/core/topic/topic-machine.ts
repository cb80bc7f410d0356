import { type Cells, KEY_END, sortable, withPrefix } from "../cells.ts";
import { DurableEffects } from "../durable-effects.ts";
import { given } from "../given.ts";
import { parseOwn } from "../json.ts";
import { SUBSCRIPTIONS_MAX, SUBSCRIPTION_BACKLOG_MAX } from "../limits.ts";
import type { Machine } from "../machine.ts";
import { assert, reject } from "../result.ts";
import { utf8Length } from "../text.ts";
import { Backlog } from "./backlog.ts";
import type {
  PassOn,
  Publish,
  PutSubscription,
  PutTopic,
  TopicCommand,
  TopicEffect,
  TopicOutcome,
} from "./command.ts";
import {
  DEFAULT_TOPIC_ATTRIBUTES,
  type PublishedMessage,
  type Subscription,
  type SubscriptionSpec,
  type TopicAttributes,
  type TopicRecord,
} from "./topic.ts";

interface MessageCell {
  readonly message: PublishedMessage;
  /** Subscriptions that it still has to go to. */
  readonly waiting: readonly string[];
}

interface Memory {
  topic: TopicRecord;
  readonly subscriptions: Map<string, Subscription>;
  readonly backlog: Backlog;
  /** Numbers of messages on their way, by the ids that publishers gave them. */
  readonly ids: Map<string, number>;
  readonly register: DurableEffects<TopicEffect>;
  /** Messages whose cells say too much. */
  readonly changed: Set<number>;
  /** Of the next message at the least. */
  nextNumber: number;
}

const OK: TopicOutcome = { ok: true };
const TOPIC = "topic";
const SUBSCRIPTION = "subscription:";
const MESSAGE = "message:";

const NO_TOPIC: TopicRecord = {
  generation: 0,
  exists: false,
  attributes: DEFAULT_TOPIC_ATTRIBUTES,
  createdAt: 0,
  updatedAt: 0,
};

/** Numbers of messages begin with their instants, so that none comes again after a restart. */
const NUMBERS_PER_MS = 100;

/**
 * A topic with its subscriptions, and the messages that are on their way to them. A message is one cell, written when it
 * is published and removed when the last subscription has got it; what is to be passed on follows from these cells.
 */
export class TopicMachine implements Machine<TopicCommand, TopicOutcome, TopicEffect> {
  private readonly cells: Cells;
  private memory: Memory | undefined;
  private newEffects: TopicEffect[] = [];

  constructor(cells: Cells) {
    this.cells = cells;
  }

  /** The topic, with the number of messages on their way; undefined when there is none. */
  get(): { topic: TopicRecord; messages: number; subscriptions: number } | undefined {
    const { topic, backlog, subscriptions } = this.load();
    return topic.exists ? { topic, messages: backlog.size, subscriptions: subscriptions.size } : undefined;
  }

  subscription(name: string): Subscription | undefined {
    return this.load().subscriptions.get(name);
  }

  /** By name, those that begin with `prefix`, behind `after`. */
  subscriptions(after = "", prefix = ""): Subscription[] {
    return Array.from(this.load().subscriptions.values())
      .filter(({ name }) => name > after && name.startsWith(prefix))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A message that is on its way. */
  message(number: number): PublishedMessage | undefined {
    return this.readMessage(number)?.message;
  }

  handle(command: TopicCommand, now: number): TopicOutcome {
    if (command.type === "putTopic") return this.put(command, now);
    if (command.type === "effectOver") return this.effectOver(command.effect);
    if (!this.load().topic.exists) return notExist();
    switch (command.type) {
      case "deleteTopic":
        return this.remove(now);
      case "subscribe":
        return this.subscribe(command, now);
      case "unsubscribe":
        return this.unsubscribe(command.name);
      case "publish":
        return this.publish(command, now);
    }
  }

  /** All else is written as it is made; what changed of messages once for all that a commit changed. */
  save(): void {
    const { changed, backlog } = this.load();
    for (const number of changed) {
      const waiting = backlog.waiting(number);
      const cell = waiting.length > 0 ? this.readMessage(number) : undefined;
      if (cell) this.writeMessage(number, { ...cell, waiting });
      else this.cells.delete(messageKey(number));
    }
    changed.clear();
  }

  discardMemory(): void {
    this.memory = undefined;
    this.newEffects = [];
  }

  nextTimerAt(): undefined {
    return undefined;
  }

  wakeCommand(): TopicCommand {
    throw new Error("Broken invariant: a topic has no timers");
  }

  takeNewEffects(): readonly TopicEffect[] {
    const { register } = this.load();
    const taken = [...register.takeNew(), ...this.newEffects];
    this.newEffects = [];
    return taken;
  }

  isPending(effect: TopicEffect): boolean {
    const { backlog, register } = this.load();
    return isPassOn(effect) ? backlog.has(effect.message, effect.subscription) : register.has(effect);
  }

  effectDone(effect: TopicEffect): TopicCommand {
    return { type: "effectOver", effect };
  }

  effectFailed(effect: TopicEffect): TopicCommand {
    return { type: "effectOver", effect };
  }

  private put({ attributes, only }: PutTopic, now: number): TopicOutcome {
    const { topic } = this.load();
    const created = !topic.exists;
    if (created && only === "change") return notExist();
    const generation = created ? topic.generation + 1 : topic.generation;
    const before = created || only === "create" ? DEFAULT_TOPIC_ATTRIBUTES : topic.attributes;
    const wanted: TopicAttributes = { ...before, ...attributes };
    const isSame = !created && equal(wanted, topic.attributes);
    if (!created && !isSame && only === "create") {
      return reject("TopicAlreadyExist", "there is a topic of this name with other attributes");
    }
    if (!isSame) {
      const createdAt = created ? now : topic.createdAt;
      this.writeTopic({ ...topic, generation, exists: true, attributes: wanted, createdAt, updatedAt: now });
    }
    if (created) this.tellDirectory("registerTopic", generation, now);
    return { ok: true, created, generation };
  }

  private remove(now: number): TopicOutcome {
    const memory = this.load();
    const { generation } = memory.topic;
    this.writeTopic({ ...memory.topic, exists: false });
    for (const prefix of [SUBSCRIPTION, MESSAGE]) {
      const keys = Array.from(withPrefix(this.cells, prefix), ([key]) => key);
      for (const key of keys) this.cells.delete(key);
    }
    memory.subscriptions.clear();
    memory.backlog.clear();
    memory.ids.clear();
    memory.changed.clear();
    this.tellDirectory("unregisterTopic", generation, now);
    return { ok: true, generation };
  }

  private subscribe({ name, spec, only }: PutSubscription, now: number): TopicOutcome {
    const { subscriptions } = this.load();
    const old = subscriptions.get(name);
    if (old && equal(specOf(old), specOf(spec))) return { ok: true, created: false };
    if (old && only === "create") {
      return reject("SubscriptionAlreadyExist", "there is a subscription of this name with other attributes");
    }
    if (!old && subscriptions.size >= SUBSCRIPTIONS_MAX) {
      return reject("TooManySubscriptions", `a topic has at most ${SUBSCRIPTIONS_MAX} subscriptions`);
    }
    const known = old && equal(old.endpoint, spec.endpoint) ? old.endpointText : undefined;
    const subscription: Subscription = {
      ...given({ endpointText: known }),
      ...spec,
      name,
      createdAt: old?.createdAt ?? now,
      updatedAt: now,
    };
    subscriptions.set(name, subscription);
    this.cells.write(`${SUBSCRIPTION}${name}`, JSON.stringify(subscription));
    return { ok: true, created: !old };
  }

  private unsubscribe(name: string): TopicOutcome {
    const { subscriptions, backlog } = this.load();
    if (!subscriptions.delete(name)) {
      return reject("SubscriptionNotExist", `the topic has no subscription "${name}"`);
    }
    this.cells.delete(`${SUBSCRIPTION}${name}`);
    for (const message of backlog.messages(name)) this.finish(message, name);
    return OK;
  }

  private publish({ id, body, tag }: Publish, now: number): TopicOutcome {
    const memory = this.load();
    const { topic, subscriptions, backlog, ids } = memory;
    if (ids.has(id)) return OK;
    const { maximumMessageSize } = topic.attributes;
    if (utf8Length(body) > maximumMessageSize) {
      return reject("MessageTooLarge", `this topic takes messages of at most ${maximumMessageSize} bytes`);
    }
    const wanted = Array.from(subscriptions.values()).filter(
      ({ filterTag }) => filterTag === undefined || filterTag === tag,
    );
    if (wanted.length === 0) return OK;
    for (const { name } of wanted) {
      // An endpoint that takes nothing costs its own oldest messages, and nobody else's.
      const oldest = backlog.oldestBeyond(name, SUBSCRIPTION_BACKLOG_MAX);
      if (oldest !== undefined) this.finish(oldest, name);
    }
    const number = Math.max(memory.nextNumber, now * NUMBERS_PER_MS);
    memory.nextNumber = number + 1;
    const waiting = wanted.map(({ name }) => name);
    const message: PublishedMessage = { id, body, publishedAt: now, ...(tag !== undefined && { tag }) };
    this.writeMessage(number, { message, waiting });
    this.takeIn(number, id, waiting);
    this.newEffects.push(...wanted.map((subscription) => passOn(number, subscription, now)));
    return OK;
  }

  private takeIn(number: number, id: string, waiting: readonly string[]): void {
    const { backlog, ids } = this.load();
    backlog.add(number, waiting);
    ids.set(id, number);
  }

  private effectOver(effect: TopicEffect): TopicOutcome {
    if (isPassOn(effect)) this.finish(effect.message, effect.subscription);
    else this.load().register.remove(effect);
    return OK;
  }

  /** A subscription has got a message, or will not get it. */
  private finish(number: number, subscription: string): void {
    const { backlog, changed, ids } = this.load();
    if (!backlog.has(number, subscription)) return;
    backlog.remove(number, subscription);
    changed.add(number);
    if (backlog.waiting(number).length > 0) return;
    const id = this.readMessage(number)?.message.id;
    if (id !== undefined) ids.delete(id);
  }

  private tellDirectory(kind: "registerTopic" | "unregisterTopic", generation: number, now: number): void {
    const id = `${kind}:${generation}`;
    this.load().register.add({ id, kind, generation, since: now });
  }

  private writeTopic(topic: TopicRecord): void {
    this.load().topic = topic;
    this.cells.write(TOPIC, JSON.stringify(topic));
  }

  private readMessage(number: number): MessageCell | undefined {
    const text = this.cells.read(messageKey(number));
    return text === undefined ? undefined : parseOwn<MessageCell>(text);
  }

  private writeMessage(number: number, cell: MessageCell): void {
    this.cells.write(messageKey(number), JSON.stringify(cell));
  }

  private load(): Memory {
    return (this.memory ??= this.read());
  }

  private read(): Memory {
    const text = this.cells.read(TOPIC);
    const memory: Memory = {
      topic: text === undefined ? NO_TOPIC : parseOwn<TopicRecord>(text),
      subscriptions: new Map(),
      backlog: new Backlog(),
      ids: new Map(),
      register: new DurableEffects(this.cells),
      changed: new Set(),
      nextNumber: 0,
    };
    for (const [key, cell] of withPrefix(this.cells, SUBSCRIPTION)) {
      memory.subscriptions.set(key.slice(SUBSCRIPTION.length), parseOwn<Subscription>(cell));
    }
    this.memory = memory;
    for (const [key, cell] of this.cells.range(MESSAGE, `${MESSAGE}${KEY_END}`)) this.restore(key, cell);
    return memory;
  }

  private restore(key: string, text: string): void {
    const memory = this.load();
    const number = Number(key.slice(MESSAGE.length));
    const { message, waiting } = parseOwn<MessageCell>(text);
    memory.nextNumber = Math.max(memory.nextNumber, number + 1);
    this.takeIn(number, message.id, waiting);
    for (const name of waiting) {
      const subscription = memory.subscriptions.get(name);
      assert(subscription, "a message waits for subscriptions that there are");
      this.newEffects.push(passOn(number, subscription, message.publishedAt));
    }
  }
}

function passOn(message: number, { name, endpoint }: Subscription, publishedAt: number): PassOn {
  const kind = endpoint.kind === "queue" ? "notifyQueue" : "notifyUrl";
  return { id: `notify:${message}:${name}`, kind, since: publishedAt, message, subscription: name };
}

function isPassOn(effect: TopicEffect): effect is PassOn {
  return effect.kind === "notifyQueue" || effect.kind === "notifyUrl";
}

function notExist() {
  return reject("TopicNotExist", "there is no topic of this name: create it first");
}

/** What a subscription is, however its endpoint was written. */
function specOf({ endpoint, strategy, format, filterTag }: SubscriptionSpec): SubscriptionSpec {
  return { endpoint, strategy, format, ...(filterTag !== undefined && { filterTag }) };
}

function messageKey(number: number): string {
  return `${MESSAGE}${sortable(number)}`;
}

function equal(a: object, b: object): boolean {
  const [one, other] = [a, b].map((value) =>
    JSON.stringify(Object.entries(value).toSorted(([x], [y]) => (x < y ? -1 : 1))),
  );
  return one === other;
}
