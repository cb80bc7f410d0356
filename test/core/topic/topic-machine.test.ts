import { beforeEach, describe, expect, test } from "vitest";
import {
  PUSH_BACKOFF_MS,
  PUSH_BACKOFF_RETRIES,
  PUSH_EXPONENTIAL_LAST_MS,
  PUSH_GIVE_UP_MS,
  SUBSCRIPTIONS_MAX,
  SUBSCRIPTION_BACKLOG_MAX,
} from "../../../src/core/limits.ts";
import type { TopicCommand, TopicEffect, TopicOutcome } from "../../../src/core/topic/command.ts";
import { notification } from "../../../src/core/topic/notification.ts";
import { pauseBefore } from "../../../src/core/topic/retries.ts";
import type { Subscription, SubscriptionSpec } from "../../../src/core/topic/topic.ts";
import { TopicMachine } from "../../../src/core/topic/topic-machine.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

const START = Date.UTC(2026, 10, 23, 4);
const TO_QUEUE: SubscriptionSpec = {
  endpoint: { kind: "queue", queue: "jobs" },
  strategy: "backoff",
  format: "json",
};

let cells: MemoryCells;
let machine: TopicMachine;
let now: number;

beforeEach(() => {
  cells = new MemoryCells();
  machine = new TopicMachine(cells);
  now = START;
  act({ type: "putTopic", attributes: {} });
  for (const effect of asked()) act({ type: "effectOver", effect });
});

/** Each command is one commit. */
function act(command: TopicCommand): TopicOutcome {
  const outcome = machine.handle(command, now);
  machine.save();
  return outcome;
}

function subscribe(name: string, more: Partial<SubscriptionSpec> = {}): TopicOutcome {
  return act({ type: "subscribe", name, spec: { ...TO_QUEUE, ...more } });
}

function publish(id: string, more: { body?: string; tag?: string } = {}): TopicOutcome {
  return act({ type: "publish", id, body: id, ...more });
}

/** What is to be passed on to whom. */
/** But for what the board is told. */
function asked(): TopicEffect[] {
  return machine.effects.takeNew().filter(({ kind }) => kind !== "tellBoard");
}

function notices(effects: readonly TopicEffect[] = asked()): string[] {
  return effects.flatMap((effect) =>
    "subscription" in effect ? `${machine.message(effect.message)?.id} to ${effect.subscription}` : [],
  );
}

describe("a topic", () => {
  test("is created, changed and deleted, and tells the directory of it", () => {
    expect(act({ type: "putTopic", attributes: {}, only: "create" })).toMatchObject({ created: false });
    expect(act({ type: "putTopic", attributes: { maximumMessageSize: 2048 }, only: "change" }).ok).toBe(true);
    expect(act({ type: "putTopic", attributes: {}, only: "create" })).toMatchObject({
      code: "TopicAlreadyExist",
    });
    subscribe("s");
    publish("m");
    asked();
    act({ type: "deleteTopic" });
    expect(asked()).toMatchObject([{ kind: "unregisterTopic", generation: 1 }]);
    machine.discardMemory();
    expect(asked()).toMatchObject([{ kind: "unregisterTopic", generation: 1 }]);
    expect([...cells.texts.keys()].filter((key) => /^(?:subscription|message):/.test(key))).toEqual([]);
    for (const command of [{ type: "deleteTopic" }, { type: "publish", id: "x", body: "x" }] as const) {
      expect(act(command)).toMatchObject({ code: "TopicNotExist" });
    }
    expect(act({ type: "putTopic", attributes: {}, only: "change" })).toMatchObject({
      code: "TopicNotExist",
    });
    expect(act({ type: "putTopic", attributes: {} })).toMatchObject({ created: true, generation: 2 });
    expect(machine.get()).toMatchObject({ subscriptions: 0, messages: 0 });
  });

  test("has at most so many subscriptions, and each name once", () => {
    expect(subscribe("s")).toEqual({ ok: true, created: true });
    expect(subscribe("s")).toEqual({ ok: true, created: false });
    const other = {
      type: "subscribe",
      name: "s",
      spec: { ...TO_QUEUE, format: "xml" },
      only: "create",
    } as const;
    expect(act(other)).toMatchObject({ code: "SubscriptionAlreadyExist" });
    for (let nth = 1; nth < SUBSCRIPTIONS_MAX; nth++) subscribe(`s${nth}`);
    expect(subscribe("one-more")).toMatchObject({ code: "TooManySubscriptions" });
    expect(machine.subscriptions("s97", "s9").map(({ name }) => name)).toEqual(["s98", "s99"]);
    expect(act({ type: "unsubscribe", name: "nobody" })).toMatchObject({ code: "SubscriptionNotExist" });
  });
});

describe("a message", () => {
  test("goes to all subscriptions that want its tag; without any it is gone", () => {
    expect(publish("to-nobody").ok).toBe(true);
    subscribe("all");
    subscribe("red", { filterTag: "red" });
    publish("plain");
    publish("tagged", { tag: "red" });
    publish("other", { tag: "blue" });
    expect(notices()).toEqual(["plain to all", "tagged to all", "tagged to red", "other to all"]);
  });

  test("that is too large is refused", () => {
    act({ type: "putTopic", attributes: { maximumMessageSize: 1024 } });
    expect(publish("big", { body: "x".repeat(1025) })).toMatchObject({ code: "MessageTooLarge" });
  });

  test("stays until the last subscription has got it, whatever is restarted in between", () => {
    subscribe("a");
    subscribe("b");
    publish("one");
    now += 5;
    publish("two");
    const [first, ...others] = asked();
    if (!first) throw new Error("there are effects");
    act({ type: "effectOver", effect: first });
    machine.discardMemory();
    const again = asked();
    expect(again).toEqual(others);
    expect(notices(again)).toEqual(["one to b", "two to a", "two to b"]);
    expect([machine.effects.isPending(first), machine.get()?.messages]).toEqual([false, 2]);
    for (const effect of again) act({ type: "effectOver", effect });
    machine.discardMemory();
    expect(asked()).toEqual([]);
    expect(machine.get()?.messages).toBe(0);
  });

  test("published twice under one name goes out once, as long as it is on its way", () => {
    subscribe("s");
    publish("same");
    machine.discardMemory();
    publish("same");
    expect(notices()).toEqual(["same to s"]);
  });

  test("that came back late from before a restart takes no later message's place", () => {
    subscribe("s");
    publish("early");
    const [old] = asked();
    if (!old) throw new Error("there is an effect");
    act({ type: "effectOver", effect: old });
    machine.discardMemory();
    now += 1;
    publish("late");
    act({ type: "effectOver", effect: old });
    expect(notices()).toEqual(["late to s"]);
  });

  test("is not passed on to whoever unsubscribed", () => {
    subscribe("stays");
    subscribe("goes");
    publish("m");
    act({ type: "unsubscribe", name: "goes" });
    const effects = asked();
    expect(effects.filter((effect) => machine.effects.isPending(effect))).toMatchObject([
      { subscription: "stays" },
    ]);
    machine.discardMemory();
    expect(notices()).toEqual(["m to stays"]);
  });

  test("that is the oldest of too many is given up for that subscription alone", () => {
    subscribe("deaf");
    for (let nth = 0; nth <= SUBSCRIPTION_BACKLOG_MAX; nth++) {
      if (nth === SUBSCRIPTION_BACKLOG_MAX) subscribe("quick");
      publish(`m${nth}`);
    }
    const waiting = asked().filter((effect) => machine.effects.isPending(effect));
    expect(waiting).toHaveLength(SUBSCRIPTION_BACKLOG_MAX + 1);
    expect(notices(waiting.slice(0, 1))).toEqual(["m1 to deaf"]);
    expect(notices(waiting.slice(-1))).toEqual([`m${SUBSCRIPTION_BACKLOG_MAX} to quick`]);
  });
});

describe("a notification that was not taken", () => {
  test("comes again a few times, after pauses that are spread", () => {
    const pauses = ["x", "y", "z"].map((id) => pauseBefore("backoff", id, 0, now, now) ?? 0);
    expect(new Set(pauses).size).toBe(3);
    for (const pause of pauses) {
      expect(pause).toBeGreaterThanOrEqual(PUSH_BACKOFF_MS);
      expect(pause).toBeLessThan(2 * PUSH_BACKOFF_MS);
    }
    expect(pauseBefore("backoff", "x", PUSH_BACKOFF_RETRIES - 1, now, now)).toBeDefined();
    expect(pauseBefore("backoff", "x", PUSH_BACKOFF_RETRIES, now, now)).toBeUndefined();
  });

  test("or with pauses that double up to a limit, for a day", () => {
    const pauses = [0, 1, 2, 9, 10, 5000].map((tries) => pauseBefore("exponential", "x", tries, now, now));
    expect(pauses).toEqual([
      1000,
      2000,
      4000,
      PUSH_EXPONENTIAL_LAST_MS,
      PUSH_EXPONENTIAL_LAST_MS,
      PUSH_EXPONENTIAL_LAST_MS,
    ]);
    for (const strategy of ["backoff", "exponential"] as const) {
      expect(pauseBefore(strategy, "x", 0, now, now + PUSH_GIVE_UP_MS - 1)).toBeDefined();
      expect(pauseBefore(strategy, "x", 0, now, now + PUSH_GIVE_UP_MS)).toBeUndefined();
    }
  });
});

test("a message that waits for a subscription that there is not is told, and holds up no other", () => {
  subscribe("to-queue");
  subscribe("other");
  publish("p");
  cells.delete("subscription:to-queue");
  machine.discardMemory();
  expect(machine.parked(now)).toMatchObject([
    { reason: expect.stringContaining("a subscription that there is not") },
  ]);
  expect(notices()).toEqual(["p to other"]);
  publish("q");
  expect(notices()).toEqual(["q to other"]);
});

describe("a notification", () => {
  const message = { id: "p-1", body: '{"a": "<&>"}', publishedAt: START };
  const write = (format: Subscription["format"], tag?: string) => {
    const subscription: Subscription = { ...TO_QUEUE, format, name: "s", createdAt: 0, updatedAt: 0 };
    return notification("news", subscription, { ...message, ...(tag !== undefined && { tag }) }, "MD5");
  };

  test("is an envelope around the message, as XML or JSON, or the message alone", () => {
    expect(JSON.parse(write("json", "red").text)).toEqual({
      TopicOwner: "millrace",
      TopicName: "news",
      Subscriber: "millrace",
      SubscriptionName: "s",
      MessageId: "p-1",
      MessageMD5: "MD5",
      Message: message.body,
      MessageTag: "red",
      PublishTime: START,
    });
    expect(write("xml")).toEqual({
      contentType: "text/xml;charset=utf-8",
      text: `<?xml version="1.0" encoding="UTF-8"?>\n<Notification xmlns="http://mns.aliyuncs.com/doc/v1"><TopicOwner>millrace</TopicOwner><TopicName>news</TopicName><Subscriber>millrace</Subscriber><SubscriptionName>s</SubscriptionName><MessageId>p-1</MessageId><MessageMD5>MD5</MessageMD5><Message>{"a": "&lt;&amp;&gt;"}</Message><PublishTime>${START}</PublishTime></Notification>`,
    });
    expect(write("simplified").text).toBe(message.body);
  });
});
