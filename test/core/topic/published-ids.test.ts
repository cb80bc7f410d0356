import { beforeEach, describe, expect, test } from "vitest";
import { TOPIC_IDS_REMEMBERED_MAX, TOPIC_ID_MEMORY_MS } from "../../../src/core/limits.ts";
import type { TopicCommand } from "../../../src/core/topic/command.ts";
import { TopicMachine } from "../../../src/core/topic/topic-machine.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

let cells: MemoryCells;
let machine: TopicMachine;
let now: number;

function act(command: TopicCommand): void {
  expect(machine.handle(command, now)).toMatchObject({ ok: true });
  machine.save();
}

/** Publishes; gives how many notifications that makes. */
function publish(id: string): number {
  act({ type: "publish", id, body: `text ${id}` });
  return machine.effects.takeNew().filter(({ kind }) => kind === "notifyQueue").length;
}

/** The endpoint gets what is on its way to it. */
function deliver(): void {
  for (const effect of machine.effects.takeNew()) act({ type: "effectOver", effect });
}

function deliverOne(id: string): void {
  act({ type: "publish", id, body: `text ${id}` });
  deliver();
}

function restart(): void {
  machine = new TopicMachine(cells);
  expect(machine.effects.takeNew().filter(({ kind }) => kind === "notifyQueue")).toEqual([]);
}

const rows = () => [...cells.texts.keys()].filter((key) => key.startsWith("message:")).length;

beforeEach(() => {
  cells = new MemoryCells();
  machine = new TopicMachine(cells);
  now = Date.UTC(2026, 10, 23, 4);
  act({ type: "putTopic", attributes: {} });
  const endpoint = { kind: "queue", queue: "jobs" } as const;
  act({ type: "subscribe", name: "s", spec: { endpoint, strategy: "backoff", format: "json" } });
  deliver();
});

describe("a publication that comes again", () => {
  test("notifies nobody, though all have got it, and also after a restart", () => {
    deliverOne("one");
    expect(machine.get()).toMatchObject({ messages: 0 });
    expect(publish("one")).toBe(0);
    restart();
    expect(publish("one")).toBe(0);
    expect(machine.get()).toMatchObject({ messages: 0 });
  });

  test("notifies nobody, though its subscription is gone or lost it", () => {
    act({ type: "publish", id: "one", body: "text" });
    act({ type: "unsubscribe", name: "s" });
    machine.effects.takeNew();
    expect(publish("one")).toBe(0);
  });

  test("keeps nothing of the message but its id", () => {
    deliverOne("one");
    expect([...cells.texts.values()].join("")).not.toContain("text one");
    expect(machine.message(now * 100)).toBeUndefined();
  });

  test("is another one when that was long ago; what is remembered goes with what comes", () => {
    deliverOne("one");
    now += TOPIC_ID_MEMORY_MS;
    deliverOne("two");
    expect(rows()).toBe(1);
    expect(publish("one")).toBe(1);
  });

  test("is remembered of so many at the most, also by those who begin with more", () => {
    for (let number = 0; number < TOPIC_IDS_REMEMBERED_MAX + 50; number++) deliverOne(`m${number}`);
    expect(rows()).toBe(TOPIC_IDS_REMEMBERED_MAX);
    expect(publish("m40")).toBe(1);
    expect(publish(`m${TOPIC_IDS_REMEMBERED_MAX}`)).toBe(0);
  });

  test("of a topic that was made again is none of the old one's", () => {
    deliverOne("one");
    act({ type: "deleteTopic" });
    expect(rows()).toBe(0);
    act({ type: "putTopic", attributes: {} });
    const endpoint = { kind: "queue", queue: "jobs" } as const;
    act({ type: "subscribe", name: "s", spec: { endpoint, strategy: "backoff", format: "json" } });
    machine.effects.takeNew();
    expect(publish("one")).toBe(1);
  });
});
