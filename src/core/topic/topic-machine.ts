import type { Cells } from "../durable/cells.ts";
import type { DeadPage, DeadQuery } from "../durable/dead-letters.ts";
import { firstOf } from "../durable/effects.ts";
import { Records } from "../durable/records.ts";
import { refuseUnreadable } from "../unreadable.ts";
import { given } from "../given.ts";
import { DEAD_LETTER_DETAIL_LENGTH } from "../dead-letter-limits.ts";
import { FINDINGS_TOLD_MAX } from "../inspection-limits.ts";
import { finding, nearLimit, stuckEffects } from "../inspection.ts";
import type { Inspection } from "../inspection-views.ts";
import { SUBSCRIPTIONS_MAX, SUBSCRIPTION_BACKLOG_MAX } from "../limits.ts";
import type { EffectOver, EffectSource, Machine, Parking, ShownParking } from "../machine.ts";
import { contentBytes } from "../message-properties.ts";
import { reject } from "../result.ts";
import { sortable } from "../text.ts";
import { type Stand, Tellings, withTellings } from "../telling.ts";
import { backlogBytes } from "./backlog.ts";
import {
  type PassOn,
  type Publish,
  type PutSubscription,
  type PutTopic,
  type TopicCommand,
  type TopicEffect,
  type TopicOutcome,
} from "./command.ts";
import {
  DEFAULT_TOPIC_ATTRIBUTES,
  type PublishedMessage,
  type Subscription,
  type SubscriptionView,
  type SubscriptionSpec,
  type TopicAttributes,
  type TopicRecord,
} from "./topic.ts";
import type { TopicTelling } from "./digest.ts";
import type { DeadNotification } from "./dead-notification.ts";
import { changeDead, readDead } from "./dead-notifications.ts";
import { finish } from "./finish.ts";
import { seenOf, topicDigest } from "./topic-telling.ts";
import { NO_TOPIC, type TopicMemory, isPassOn, passOn, readTopic, takeNumber } from "./topic-memory.ts";

/** These go by what the topic's record says. */
const ABOUT_RECORD: ReadonlySet<TopicCommand["type"]> = new Set([
  "putTopic",
  "subscribe",
  "unsubscribe",
  "publish",
]);
const ROOM = "try again when its subscriptions have taken some messages, or remove one that takes none";
const OK: TopicOutcome = { ok: true };

/**
 * A topic with its subscriptions, and the messages that are on their way to them. A message is one row, written when it
 * is published and removed when the last subscription has got it; what is to be passed on follows from these rows.
 */
export class TopicMachine implements Machine<TopicCommand, TopicOutcome, TopicEffect> {
  private readonly cells: Cells;
  private readonly tellings = new Tellings();
  private memory: TopicMemory | undefined;

  constructor(cells: Cells) {
    this.cells = cells;
  }

  readonly effects: EffectSource<TopicEffect> = withTellings(
    () => this.load().effects,
    this.tellings,
    () => this.load().topic.generation > 0,
  );

  /** How the topic stands, and what the board is told of it: of two that differ the later counts. */
  telling(now: number, name: string): Stand<TopicTelling> | undefined {
    const memory = this.load();
    const { generation, exists } = memory.topic;
    if (generation === 0) return undefined;
    const telling = { kind: "topic", name, generation, nth: now } as const;
    const { stand } = this.tellings;
    return { stand, telling: exists ? { ...telling, digest: topicDigest(memory) } : telling };
  }

  /** What it finds of itself. */
  inspect(now: number): Inspection {
    const { topic, unreadable, effects, backlog, subscriptions, dead } = this.load();
    const { generation, exists } = topic;
    const isTelling = effects.some(({ kind }) => kind === "registerTopic" || kind === "unregisterTopic");
    const many = nearLimit("subscriptions", subscriptions.size, SUBSCRIPTIONS_MAX, now);
    const full = Array.from(subscriptions.keys(), (name) =>
      nearLimit(`messages for ${name}`, backlog.count(name), SUBSCRIPTION_BACKLOG_MAX, now),
    );
    const lost = Array.from(dead.counts(), ({ group: name, dead: count, diedAt }) =>
      finding("deadLetters", diedAt, `dead letters of ${name}: ${count}`, { name }),
    );
    return {
      findings: [...stuckEffects(effects.shown(now)), ...many, ...full.flat(), ...lost].slice(
        0,
        FINDINGS_TOLD_MAX,
      ),
      isOpen: backlog.size > 0 || lost.length > 0 || effects.some(() => true),
      ...(!isTelling && !unreadable && { registration: { generation, exists } }),
    };
  }

  /** The topic, with the number of messages on their way; undefined when there is none. */
  get(): { topic: TopicRecord; messages: number; subscriptions: number } | undefined {
    const { topic, unreadable, backlog, subscriptions } = this.load();
    if (unreadable) throw unreadable;
    return topic.exists ? { topic, messages: backlog.size, subscriptions: subscriptions.size } : undefined;
  }

  /** What is overdue, and rows that cannot be read: nothing else of it is ever parked. */
  parked(now: number): readonly ShownParking[] {
    const { effects, records } = this.load();
    return firstOf(effects.shown(now), records.unreadable.all());
  }

  subscription(name: string): SubscriptionView | undefined {
    const found = this.load().subscriptions.get(name);
    return found && viewOf(this.load(), found);
  }

  /** By name, those that begin with `prefix`, behind `after`. */
  subscriptions(after = "", prefix = ""): SubscriptionView[] {
    return Array.from(this.load().subscriptions.values())
      .filter(({ name }) => name > after && name.startsWith(prefix))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((subscription) => viewOf(this.load(), subscription));
  }

  /** A message that is on its way. */
  message(number: number): PublishedMessage | undefined {
    const stored = this.load().tables.messages.get(sortable(number));
    return stored?.overAt === undefined ? stored?.message : undefined;
  }

  /** Undefined when there is no such subscription. */
  deadLetters(subscription: string, query: DeadQuery): DeadPage<DeadNotification> | undefined {
    return readDead(this.load(), subscription, query);
  }

  handle(command: TopicCommand, now: number): TopicOutcome {
    const { unreadable } = this.load();
    if (unreadable && ABOUT_RECORD.has(command.type)) return refuseUnreadable(unreadable);
    // Above any that the directory knows of it.
    if (unreadable && command.type === "deleteTopic")
      this.load().topic = { ...NO_TOPIC, generation: now, exists: true };
    if (command.type === "putTopic") return this.put(command, now);
    // None of its effects is ever parked: they are repeated, or fail.
    if (command.type === "effectParked" || command.type === "retryEffects") return OK;
    if (command.type === "boardTold") {
      this.tellings.boardTold(command, now);
      return OK;
    }
    if (command.type === "effectOver") return this.effectOver(command, now);
    if (command.type === "giveUp") return this.giveUp(command.effect, command.detail, now);
    if (command.type === "forgetDead") {
      this.load().dead.forget(now);
      return OK;
    }
    if (!this.load().topic.exists) return notExist();
    switch (command.type) {
      case "deleteTopic":
        return this.remove(now);
      case "subscribe":
        return this.subscribe(command, now);
      case "unsubscribe":
        return this.unsubscribe(command.name, now);
      case "publish":
        return this.publish(command, now);
      case "redriveDead":
      case "purgeDead":
        this.tellings.hurry();
        return changeDead(this.load(), command, now);
    }
  }

  beforeSave(now: number): void {
    this.tellings.look(seenOf(this.load()), now);
  }

  save(): void {
    this.load().records.save();
  }

  discardMemory(): void {
    this.memory = undefined;
    this.tellings.discard();
  }

  takeParked(): readonly Parking[] {
    return this.load().records.unreadable.takeNew();
  }

  /** Dead letters are kept for a while. */
  nextTimerAt(): number | undefined {
    return this.load().dead.nextEndAt();
  }

  wakeCommand(): TopicCommand {
    return { type: "forgetDead" };
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
    memory.tables.subscriptions.clear();
    memory.tables.messages.clear();
    memory.subscriptions.clear();
    memory.backlog.clear();
    memory.ids.clear();
    for (const { group } of Array.from(memory.dead.counts())) memory.dead.removeGroup(group);
    this.tellDirectory("unregisterTopic", generation, now);
    return { ok: true, generation };
  }

  private subscribe({ name, spec, only }: PutSubscription, now: number): TopicOutcome {
    const { subscriptions, tables, backlog, effects } = this.load();
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
    tables.subscriptions.put(name, subscription);
    // There are such messages if what was stored of it could not be read.
    if (!old) for (const message of backlog.messages(name)) effects.add(passOn(message, subscription, now));
    return { ok: true, created: !old };
  }

  private unsubscribe(name: string, now: number): TopicOutcome {
    const { subscriptions, backlog, tables, dead } = this.load();
    const isThere = subscriptions.delete(name) || tables.subscriptions.has(name);
    if (!isThere) {
      return reject("SubscriptionNotExist", `the topic has no subscription "${name}"`);
    }
    tables.subscriptions.delete(name);
    for (const message of backlog.messages(name)) finish(this.load(), message, name, now);
    dead.removeGroup(name);
    return OK;
  }

  private publish({ type: _, ...published }: Publish, now: number): TopicOutcome {
    const memory = this.load();
    const { topic, subscriptions, budget, backlog, ids, tables, effects } = memory;
    const { id, tag } = published;
    if (ids.has(id)) return OK;
    const { maximumMessageSize } = topic.attributes;
    if (contentBytes(published) > maximumMessageSize) {
      const most = `${maximumMessageSize} bytes, with their properties`;
      return reject("MessageTooLarge", `this topic takes messages of at most ${most}`);
    }
    const wanted = Array.from(subscriptions.values()).filter(
      ({ filterTag }) => filterTag === undefined || filterTag === tag,
    );
    if (wanted.length === 0) return OK;
    const waiting = wanted.map(({ name }) => name);
    const full = budget.refusal(backlogBytes(waiting), "the topic", ROOM);
    if (full) return full;
    for (const { name } of wanted) {
      // An endpoint that takes nothing costs its own oldest messages, and nobody else's.
      const oldest = backlog.oldestBeyond(name, SUBSCRIPTION_BACKLOG_MAX);
      if (oldest !== undefined) finish(memory, oldest, name, now, { reason: "pushedOut" });
    }
    const number = takeNumber(memory, now);
    const message: PublishedMessage = { ...published, publishedAt: now };
    tables.messages.put(sortable(number), { message, waiting });
    backlog.add(number, waiting);
    ids.add(number, id);
    ids.forget(now);
    for (const subscription of wanted) effects.add(passOn(number, subscription, now));
    return OK;
  }

  /** It was taken or done, or with a failure given up: nobody asks for it any more. */
  private effectOver({ effect, failure: detail }: EffectOver<TopicEffect>, now: number): TopicOutcome {
    if (isPassOn(effect) && detail !== undefined) return this.giveUp(effect, detail, now);
    if (isPassOn(effect)) finish(this.load(), effect.message, effect.subscription, now);
    else if (effect.kind !== "tellBoard") this.load().effects.remove(effect);
    return OK;
  }

  private giveUp({ message, subscription }: PassOn, text: string, now: number): TopicOutcome {
    const detail = text.slice(0, DEAD_LETTER_DETAIL_LENGTH);
    finish(this.load(), message, subscription, now, { reason: "givenUp", detail });
    return OK;
  }

  private tellDirectory(kind: "registerTopic" | "unregisterTopic", generation: number, now: number): void {
    const id = `${kind}:${generation}`;
    this.load().effects.add({ id, kind, generation, since: now });
  }

  private writeTopic(topic: TopicRecord): void {
    const memory = this.load();
    memory.topic = topic;
    memory.unreadable = undefined;
    memory.tables.topic.put(topic);
  }

  private load(): TopicMemory {
    return (this.memory ??= readTopic(new Records(this.cells)));
  }
}

function viewOf({ backlog, dead }: TopicMemory, subscription: Subscription): SubscriptionView {
  const { name } = subscription;
  return { ...subscription, messages: backlog.count(name), deadLetters: dead.count(name) };
}

function notExist() {
  return reject("TopicNotExist", "there is no topic of this name: create it first");
}

/** What a subscription is, however its endpoint was written. */
function specOf({ endpoint, strategy, format, filterTag }: SubscriptionSpec): SubscriptionSpec {
  return { endpoint, strategy, format, ...(filterTag !== undefined && { filterTag }) };
}

function equal(a: object, b: object): boolean {
  const [one, other] = [a, b].map((value) =>
    JSON.stringify(Object.entries(value).toSorted(([x], [y]) => (x < y ? -1 : 1))),
  );
  return one === other;
}
