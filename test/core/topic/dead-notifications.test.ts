import { beforeEach, describe, expect, test } from "vitest";
import { DEAD_LETTERS_KEPT } from "../../../src/core/dead-letter-limits.ts";
import { DEAD_LETTER_RETENTION_SECONDS, SUBSCRIPTION_BACKLOG_MAX } from "../../../src/core/limits.ts";
import { SECOND_MS } from "../../../src/core/time.ts";
import type { TopicCommand, TopicEffect, TopicOutcome } from "../../../src/core/topic/command.ts";
import { isPassOn } from "../../../src/core/topic/topic-memory.ts";
import { TopicMachine } from "../../../src/core/topic/topic-machine.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

const START = Date.UTC(2026, 10, 23, 4);
const KEPT_MS = DEAD_LETTER_RETENTION_SECONDS * SECOND_MS;

let cells: MemoryCells;
let machine: TopicMachine;
let now: number;

beforeEach(() => {
  cells = new MemoryCells();
  machine = new TopicMachine(cells);
  now = START;
  act({ type: "putTopic", attributes: {} });
  for (const name of ["web", "mail"]) subscribe(name);
  for (const effect of asked()) act({ type: "effectOver", effect });
});

/** Each command is one commit. */
function act(command: TopicCommand): TopicOutcome {
  const outcome = machine.handle(command, now);
  machine.beforeSave(now);
  machine.save();
  return outcome;
}

function subscribe(name: string): TopicOutcome {
  const endpoint = { kind: "queue", queue: "jobs" } as const;
  return act({ type: "subscribe", name, spec: { endpoint, strategy: "backoff", format: "json" } });
}

function asked(): TopicEffect[] {
  return machine.effects.takeNew().filter(({ kind }) => kind !== "tellBoard");
}

/** Publishes, and the endpoints of these subscriptions do not take it. */
function lose(id: string, ...subscriptions: string[]): void {
  act({ type: "publish", id, body: `body of ${id}` });
  for (const effect of asked().filter(isPassOn)) {
    const isLost = subscriptions.includes(effect.subscription);
    act(
      isLost
        ? { type: "giveUp", effect, detail: "it answered with status 500" }
        : { type: "effectOver", effect },
    );
  }
}

function letters(subscription = "web") {
  return machine.deadLetters(subscription, { after: 0, limit: 10 })?.items ?? [];
}

function counts() {
  return machine.subscriptions().map(({ name, messages, deadLetters }) => [name, messages, deadLetters]);
}

describe("a notification that was given up", () => {
  test("is kept for its subscription alone, with what the last try met, whatever is restarted", () => {
    lose("m", "web");
    machine.discardMemory();
    expect(letters()).toMatchObject([
      {
        message: { id: "m", body: "body of m", publishedAt: START },
        diedAt: START,
        reason: "givenUp",
        detail: "it answered with status 500",
      },
    ]);
    expect(counts()).toEqual([
      ["mail", 0, 0],
      ["web", 0, 1],
    ]);
    expect(machine.deadLetters("nobody", { after: 0, limit: 10 })).toBeUndefined();
  });

  test("is kept, too, when its time was over", () => {
    act({ type: "publish", id: "m", body: "b" });
    const [effect] = asked();
    if (!effect) throw new Error("there is an effect");
    act({ type: "effectOver", effect, failure: "not done" });
    expect(letters("web")).toMatchObject([{ reason: "givenUp", detail: "not done" }]);
  });

  test("is one row more, and one less in memory", () => {
    act({ type: "publish", id: "m", body: "b" });
    const before = cells.texts.size;
    for (const effect of asked().filter(isPassOn)) act({ type: "giveUp", effect, detail: "no" });
    expect(cells.texts.size).toBe(before + 2);
  });
});

test("what a full backlog pushes out is a dead letter of the slow subscription", () => {
  for (let nth = 0; nth <= SUBSCRIPTION_BACKLOG_MAX; nth++) {
    act({ type: "publish", id: `m${nth}`, body: "b" });
    for (const effect of asked().filter(isPassOn))
      if (effect.subscription === "mail") act({ type: "effectOver", effect });
  }
  expect(letters()).toMatchObject([{ message: { id: "m0" }, reason: "pushedOut" }]);
  const [letter] = letters();
  expect(letter?.detail).toBeUndefined();
  expect(letters("mail")).toEqual([]);
  // There is no room for it either.
  expect(act({ type: "redriveDead", subscription: "web", max: 10 })).toMatchObject({ code: "MemoryFull" });
  expect(counts()).toEqual([
    ["mail", 0, 0],
    ["web", SUBSCRIPTION_BACKLOG_MAX, 1],
  ]);
});

describe("dead letters of a subscription", () => {
  test("go on their way again under their names, to it alone, and are tried for as long as at first", () => {
    lose("a", "web", "mail");
    lose("b", "web");
    now += KEPT_MS / 2;
    const [first, second] = letters();
    const ids = [second?.id ?? "", "77", "nonsense"];
    expect(act({ type: "redriveDead", subscription: "web", ids, max: 1000 })).toEqual({
      ok: true,
      count: 1,
      left: 1,
    });
    machine.discardMemory();
    const effects = asked().filter(isPassOn);
    expect(
      effects.map(({ message, subscription, since }) => [machine.message(message)?.id, subscription, since]),
    ).toEqual([["b", "web", now]]);
    expect(letters()).toEqual([first]);
    expect(letters("mail")).toHaveLength(1);
    for (const effect of effects) act({ type: "effectOver", effect });
    machine.discardMemory();
    expect([asked(), counts()]).toEqual([
      [],
      [
        ["mail", 0, 1],
        ["web", 0, 1],
      ],
    ]);
  });

  test("die again if nobody takes them again", () => {
    lose("a", "web");
    act({ type: "redriveDead", subscription: "web", max: 1000 });
    for (const effect of asked().filter(isPassOn)) act({ type: "giveUp", effect, detail: "still not" });
    expect(letters()).toMatchObject([{ message: { id: "a" }, detail: "still not" }]);
  });

  test("leave the publisher's repeat known while they are on their way again, and after", () => {
    lose("a", "web");
    act({ type: "redriveDead", subscription: "web", max: 1000 });
    for (const effect of asked()) act({ type: "effectOver", effect });
    machine.discardMemory();
    act({ type: "publish", id: "a", body: "again" });
    expect(asked()).toEqual([]);
  });

  test("are removed by their ids, or the oldest first", () => {
    for (const id of ["a", "b", "c"]) lose(id, "web");
    const ids = [letters()[1]?.id ?? ""];
    expect(act({ type: "purgeDead", subscription: "web", ids, max: 1 })).toEqual({
      ok: true,
      count: 1,
      left: 2,
    });
    expect(act({ type: "purgeDead", subscription: "web", max: 1 })).toEqual({ ok: true, count: 1, left: 1 });
    expect(letters()).toMatchObject([{ message: { id: "c" } }]);
    expect(act({ type: "purgeDead", subscription: "none", max: 1 })).toMatchObject({
      code: "SubscriptionNotExist",
    });
  });

  test("are shown a page at a time", () => {
    for (const id of ["a", "b", "c"]) lose(id, "web");
    const first = machine.deadLetters("web", { after: 0, limit: 2 });
    expect(first?.items).toMatchObject([{ message: { id: "a" } }, { message: { id: "b" } }]);
    const rest = machine.deadLetters("web", { after: first?.next ?? 0, limit: 2 });
    expect([rest?.items.map(({ message }) => message.id), rest?.next]).toEqual([["c"], undefined]);
  });

  test("are at most so many: with one more the oldest goes", () => {
    for (let nth = 0; nth <= DEAD_LETTERS_KEPT; nth++) lose(`m${nth}`, "web");
    machine.discardMemory();
    expect(counts()).toContainEqual(["web", 0, DEAD_LETTERS_KEPT]);
    expect(letters()[0]).toMatchObject({ message: { id: "m1" } });
  });

  test("are kept for days, and then the topic wakes to forget them", () => {
    expect(machine.nextTimerAt()).toBeUndefined();
    lose("a", "web");
    now += 1000;
    lose("b", "mail");
    expect(machine.nextTimerAt()).toBe(START + KEPT_MS);
    now = START + KEPT_MS;
    act(machine.wakeCommand());
    expect([letters("web"), letters("mail").length]).toEqual([[], 1]);
    expect(machine.nextTimerAt()).toBe(START + 1000 + KEPT_MS);
  });

  test("go with their subscription, and with the topic", () => {
    lose("a", "web", "mail");
    act({ type: "unsubscribe", name: "web" });
    subscribe("web");
    expect([letters("web"), letters("mail").length]).toEqual([[], 1]);
    act({ type: "deleteTopic" });
    expect([...cells.texts.keys()].filter((key) => key.startsWith("dead:"))).toEqual([]);
  });

  test("that cannot be read hold up no other, are told, and can be removed", () => {
    lose("a", "web");
    lose("b", "web");
    const key = [...cells.texts.keys()].find((one) => one.startsWith("dead:")) ?? "";
    cells.texts.set(key, "{");
    machine.discardMemory();
    expect(letters()).toMatchObject([{ message: { id: "b" } }]);
    expect(machine.parked(now)).toMatchObject([{ id: key }]);
    expect(act({ type: "redriveDead", subscription: "web", max: 10 })).toEqual({
      ok: true,
      count: 1,
      left: 1,
    });
    expect(act({ type: "purgeDead", subscription: "web", max: 10 })).toEqual({ ok: true, count: 1, left: 0 });
  });
});

test("the board is told of dead letters, and of the slowest subscription", () => {
  lose("a", "web");
  expect(machine.telling(now, "news")?.telling.digest).toMatchObject({
    messages: 0,
    dead: [{ subscription: "web", dead: 1, diedAt: START }],
  });
  const before = machine.telling(now, "news")?.stand;
  act({ type: "purgeDead", subscription: "web", max: 10 });
  const { stand, telling } = machine.telling(now, "news") ?? {};
  expect(stand).not.toBe(before);
  expect(telling?.digest).not.toHaveProperty("dead");
  act({ type: "publish", id: "b", body: "b" });
  expect(machine.telling(now, "news")?.telling.digest).toMatchObject({
    oldestAt: START,
    behind: { subscription: "web", messages: 1 },
  });
});
