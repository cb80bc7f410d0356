import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ExecutionObject } from "../../durable-objects/execution-object.ts";
import { FlowObject } from "../../durable-objects/flow-object.ts";
import { QueueObject } from "../../durable-objects/queue-object.ts";
import { ScheduleObject } from "../../durable-objects/schedule-object.ts";
import { TopicObject } from "../../durable-objects/topic-object.ts";
import type { Env } from "../../src/env.ts";
import { flowOf } from "../support/flows.ts";
import { SimulatedSql, newDatabase } from "../support/platform/sql.ts";

/** Calls that objects made of others; none of them is answered. */
let asked: string[];

/** An object whose alarms are all lost. */
function make<O>(type: new (context: never, env: never) => O): O {
  const sql = new SimulatedSql(newDatabase());
  const storage = {
    sql,
    transactionSync: <T>(body: () => T) => sql.transaction(body),
    setAlarm: () => {},
    deleteAlarm: () => {},
  };
  const context = { id: { name: "object" }, waitUntil: () => {}, getWebSockets: () => [], storage };
  const unanswered = (binding: string) => ({
    getByName: () =>
      new Proxy(
        {},
        {
          get: (_, method) => async () => {
            asked.push(`${binding}.${String(method)}`);
            throw new Error("no answer");
          },
        },
      ),
  });
  const bindings = ["DIRECTORY", "FLOWS", "EXECUTIONS", "QUEUES", "SCHEDULES", "TOPICS", "BOARD"];
  const env = Object.fromEntries(bindings.map((binding) => [binding, unanswered(binding)])) as unknown as Env;
  return new type(context as never, env as never);
}

async function rest(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

beforeEach(() => {
  asked = [];
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 23, 4, 0, 30), toFake: ["Date"] });
  vi.stubGlobal("scheduler", { wait: () => Promise.resolve() });
  vi.spyOn(console, "log").mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const QUERY = { limit: 10 };
const SCHEDULE = ["flow", "nightly"] as const;

/** An object with something to do, and everything that only reads it. */
const SORTS = {
  topic: async () => {
    const topic = make(TopicObject);
    await topic.put({ attributes: {} });
    return {
      get: () => topic.get(),
      subscription: () => topic.subscription("s"),
      subscriptions: () => topic.subscriptions(QUERY),
    };
  },
  flow: async () => {
    const flow = make(FlowObject);
    await flow.put({ name: "flow", definition: flowOf("{type: pass, name: p}") });
    return {
      get: () => flow.get(),
      versions: () => flow.versions(10),
      execution: () => flow.execution("e"),
      executions: () => flow.executions(QUERY),
    };
  },
  queue: async () => {
    const queue = make(QueueObject);
    await queue.put({});
    const task = { execution: "e", path: "p", attempt: 1 };
    return {
      get: () => queue.get(),
      peek: () => queue.peek(1),
      whereabouts: () => queue.whereabouts([task]),
    };
  },
  schedule: async () => {
    const shard = make(ScheduleObject);
    await shard.put(...SCHEDULE, { cron: "* * * * *" });
    return {
      get: () => shard.get(...SCHEDULE),
      page: () => shard.page(QUERY),
      backfill: () => shard.backfill(...SCHEDULE, "b1"),
      firings: () => shard.firings(...SCHEDULE, QUERY),
    };
  },
  execution: async () => {
    const execution = make(ExecutionObject);
    const id = { flow: "flow", generation: 1, name: "e" };
    const definition = flowOf("{type: wait, name: w, duration: 5}");
    await execution.start({ type: "start", id, version: 1, definition, input: {}, startedBy: "key:k" });
    return { head: () => execution.head(), data: () => execution.data(1000), wait: () => execution.wait(0) };
  },
};

const READS = {
  topic: ["get", "subscription", "subscriptions"],
  flow: ["get", "versions", "execution", "executions"],
  queue: ["get", "peek", "whereabouts"],
  schedule: ["get", "page", "backfill", "firings"],
  execution: ["head", "data", "wait"],
} as const;

const ALL = Object.entries(READS).flatMap(([sort, reads]) => reads.map((read) => [sort, read] as const));

test.each(ALL)("whoever looks at an object (%s) wakes it when its alarm was lost: %s", async (sort, read) => {
  const reads: Readonly<Record<string, () => Promise<unknown>>> = await SORTS[sort as keyof typeof SORTS]();
  await rest();
  vi.setSystemTime(Date.now() + 10 * 60_000);
  const before = asked.length;
  await reads[read]?.();
  await rest();
  expect(asked.length).toBeGreaterThan(before);
});
