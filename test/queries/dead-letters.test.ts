import { beforeEach, expect, test } from "vitest";
import { BoardMachine } from "../../src/core/board/board-machine.ts";
import type { Telling } from "../../src/core/board-views.ts";
import { SUBSCRIPTION_BACKLOG_MAX } from "../../src/core/limits.ts";
import type { ShardDigest } from "../../src/core/schedule/digest.ts";
import type { TopicDigest } from "../../src/core/topic/digest.ts";
import { BOARD_OLD_MESSAGE_MS } from "../../src/core/view-limits.ts";
import { readDeadLetters } from "../../src/queries/board/dead-letters.ts";
import { readFrame } from "../../src/queries/board/frame.ts";
import { readTopics } from "../../src/queries/board/topics.ts";
import { MemoryCells } from "../support/memory-cells.ts";

const START = Date.UTC(2026, 10, 26, 4);

let machine: BoardMachine;
let now: number;

beforeEach(() => {
  machine = new BoardMachine(new MemoryCells());
  now = START;
});

function tell(telling: Telling): void {
  machine.handle({ type: "tell", telling }, now);
  machine.save();
}

function topic(name: string, more: Partial<TopicDigest>): void {
  const digest = { createdAt: 0, updatedAt: 0, messages: 0, subscriptions: 2, ...more };
  tell({ kind: "topic", name, generation: 1, nth: now, digest });
}

function shard(name: string, deadNotices: NonNullable<ShardDigest["deadNotices"]>): void {
  const digest = { change: now, schedules: 0, on: 0, names: [], next: [], problems: [] };
  tell({ kind: "shard", name, generation: 1, nth: now, digest: { ...digest, deadNotices } });
}

function queue(name: string, deadLetters: number): void {
  const depth = { ready: 0, readyForNamed: 0, delayed: 0, inFlight: 0, deadLetters };
  const workers = { all: 0, failing: 0 };
  const digest = { createdAt: 0, updatedAt: 0, depth, waitingPolls: 0, workers, processes: [] };
  tell({ kind: "queue", name, generation: 1, nth: now, digest });
}

test("dead letters of all queues, subscriptions and shards are summed, most of them first", () => {
  queue("few", 2);
  queue("none", 0);
  queue("many", 30);
  topic("news", {
    dead: [
      { subscription: "web", dead: 1, diedAt: START },
      { subscription: "mail", dead: 5, diedAt: START },
    ],
  });
  topic("quiet", {});
  shard("shard-1", { dead: 2, diedAt: START });
  shard("shard-2", { dead: 3, diedAt: START });
  expect(readDeadLetters(machine)).toMatchObject({
    queues: [
      { name: "many", dead: 30 },
      { name: "few", dead: 2 },
    ],
    subscriptions: [
      { topic: "news", subscription: "mail", dead: 5 },
      { topic: "news", subscription: "web", dead: 1 },
    ],
    notices: 5,
    more: false,
  });
  const { items } = readTopics(machine, { limit: 10 });
  expect(items.map(({ name, deadLetters }) => [name, deadLetters])).toEqual([
    ["news", 6],
    ["quiet", 0],
  ]);
});

test("somebody is needed for each subscription with dead letters, and once for all notices", () => {
  topic("news", { dead: [{ subscription: "web", dead: 4, diedAt: START - 5 }] });
  shard("shard-1", { dead: 2, diedAt: START - 9 });
  shard("shard-2", { dead: 3, diedAt: START - 1 });
  expect(readFrame(machine, now).needs).toEqual([
    {
      id: "deadNotices",
      kind: "deadLetters",
      since: START - 1,
      text: { code: "deadNotices", values: { count: 5 } },
    },
    {
      id: "deadLetters:news/web:1",
      kind: "deadLetters",
      since: START - 5,
      topic: "news",
      subscription: "web",
      text: { code: "deadNotifications", values: { count: 4 } },
    },
  ]);
});

test("and for a topic with messages that are on their way for too long, or that nearly has more than it may have", () => {
  const needs = () => readFrame(machine, now).needs.map(({ text: { code } }) => code);
  topic("news", { messages: 3, oldestAt: now, behind: { subscription: "web", messages: 2 } });
  expect(needs()).toEqual([]);
  now += BOARD_OLD_MESSAGE_MS;
  expect(needs()).toEqual(["oldBacklog"]);
  topic("news", {
    messages: 9000,
    oldestAt: now,
    behind: { subscription: "web", messages: 0.8 * SUBSCRIPTION_BACKLOG_MAX },
  });
  expect(needs()).toEqual(["backlogNearLimit"]);
});
