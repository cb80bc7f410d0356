import { afterEach, expect, vi } from "vitest";
import {
  EXECUTION_GROWTH_BYTES,
  QUEUE_TAKERS_BYTES,
  SCHEDULE_SHARDS,
  SHARD_FIRINGS_BYTES,
} from "../../src/core/limits.ts";
import { scheduleShard } from "../../src/core/schedule/schedule.ts";
import { FAN_OUT, fanOutInput, flowOf } from "../support/flows.ts";
import { NO_FAULTS } from "../support/platform/faults.ts";
import type { Platform } from "../support/platform/platform.ts";
import { begin, eachSeed, end, VERY_FEW_SEEDS } from "./seeds.ts";
import { FAULTS, HOPELESS, insist, tell } from "./story.ts";
import { rest } from "./worker.ts";

const KIB = 1024;
const MINUTE_MS = 60_000;

let platform: Platform;
/** How often somebody was told that there is no room. */
let refusals = 0;
afterEach(end);

interface Problem {
  readonly code: string;
  readonly detail: string;
}

/** Sends until it is taken; after a refusal for want of room, which must say so, it waits for some minutes. */
async function send(method: string, path: string, body: unknown): Promise<void> {
  for (;;) {
    const answer = await platform.fetch<Problem>(method, path, body).catch(() => undefined);
    // What was started, and has ended since, is there already.
    if (answer && (answer.status < 300 || answer.status === 409)) return;
    expect(HOPELESS).not.toContain(answer?.status);
    if (answer?.status === 429) await beRefused(answer.body);
    else await rest(200);
  }
}

async function beRefused(problem: Problem): Promise<void> {
  expect(problem).toMatchObject({ code: "MemoryFull", detail: expect.stringContaining("memory") });
  refusals++;
  await rest(platform.random.between(1, 5) * MINUTE_MS);
}

/** Nobody asks for a child, so nobody would wake one whose alarm was lost. The platform loses none. */
const NO_LOST_ALARM = { ...FAULTS, lostAlarm: 0 };

/** Starts a child for each name. */
const PARENT = flowOf(
  `{type: foreach, name: each, concurrency: 4, iterationMapping: {collection: $.names, item: name}, outputMappings: [{target: results, source: "$local[*].name"}], steps: [{type: task, name: child, resourceArn: "acs:fnf:::flow/busy", pattern: sync, inputMappings: [{target: name, source: $input.name}], outputMappings: [{target: name, source: $input.name}]}]}`,
);
const SENDERS = 3;
const SENT_EACH = 12;
const SENT = Array.from({ length: SENDERS * SENT_EACH }, (_, number) => `n${number}`);

/** Some send all there is, each in its order; objects die meanwhile. */
async function sendAll(all: readonly string[], one: (text: string) => Promise<void>): Promise<void> {
  let isOver = false;
  const sender = async (nth: number) => {
    for (const text of all.filter((_, number) => number % SENDERS === nth)) await one(text);
  };
  const sending = Promise.all(Array.from({ length: SENDERS }, (_, nth) => sender(nth)));
  void sending.catch(() => {}).then(() => (isOver = true));
  while (!isOver) {
    await rest(platform.random.between(1, 20) * MINUTE_MS);
    platform.kill(0.3);
  }
  await sending;
}

interface Received {
  readonly messages: readonly { readonly body: string }[];
}

async function drain(queue: string): Promise<string[]> {
  const path = `/v1/queues/${queue}/receive`;
  const { messages } = await insist<Received>(platform, "POST", path, { max: 100, leaseSeconds: 43_200 });
  return messages.length === 0 ? [] : [...messages.map(({ body }) => body), ...(await drain(queue))];
}

const ADDRESSES = ["one", "two", "three"];

eachSeed(
  "a topic whose addresses are down for long is full, says so, and loses nothing",
  VERY_FEW_SEEDS,
  async (seed) => {
    platform = begin(seed, FAULTS, 32 * KIB);
    refusals = 0;
    let isDown = true;
    const taken = new Map<string, Set<string>>();
    vi.stubGlobal("fetch", async (request: Request) => {
      const text = await request.text();
      if (isDown) return new Response(null, { status: 503 });
      taken.set(request.url, (taken.get(request.url) ?? new Set()).add(text));
      return new Response(null);
    });
    await tell(platform, async () => {
      await insist(platform, "PUT", "/v1/queues/inbox", {});
      await insist(platform, "PUT", "/v1/topics/news", {});
      const subscribe = (name: string, endpoint: object) =>
        insist(platform, "PUT", `/v1/topics/news/subscriptions/${name}`, {
          endpoint,
          strategy: "exponential",
          format: "simplified",
        });
      await subscribe("inbox", { queue: "inbox" });
      for (const name of ADDRESSES) await subscribe(name, { url: `https://hooks.example/${name}` });
      setTimeout(() => (isDown = false), platform.random.between(10, 40) * MINUTE_MS);
      await sendAll(SENT, (body) => send("POST", "/v1/topics/news/publish", { body }));
    });
    platform.faults = NO_FAULTS;
    expect(refusals).toBeGreaterThan(0);
    const inbox = await tell(platform, async () => {
      // A topic whose alarm was lost is healed by whoever looks at it.
      for (let look = 0; look < 5; look++) {
        await rest(10 * MINUTE_MS);
        await insist(platform, "GET", "/v1/topics/news");
      }
      expect(await insist(platform, "GET", "/v1/topics/news")).toMatchObject({ messages: 0 });
      return drain("inbox");
    });
    for (const texts of [inbox, ...ADDRESSES.map((name) => taken.get(`https://hooks.example/${name}`) ?? [])])
      expect(new Set(texts)).toEqual(new Set(SENT));
  },
);

interface Listed {
  readonly items: readonly { readonly name: string; readonly status: string; readonly startedBy: string }[];
}

eachSeed(
  "a flow whose executions do not begin is full, says so, and loses no start",
  VERY_FEW_SEEDS,
  async (seed) => {
    platform = begin(seed, NO_LOST_ALARM, 32 * KIB);
    refusals = 0;
    const path = "/v1/flows/busy/executions";
    await tell(platform, async () => {
      await insist(platform, "PUT", "/v1/flows/busy", flowOf("{type: pass, name: p}"));
      await insist(platform, "PUT", "/v1/flows/parent", PARENT);
      platform.isSilent = (className, method) => className === "EXECUTIONS" && method === "start";
      setTimeout(() => (platform.isSilent = () => false), platform.random.between(10, 40) * MINUTE_MS);
      setTimeout(
        () =>
          void insist(platform, "POST", "/v1/flows/parent/executions", {
            name: "run",
            input: { names: SENT },
          }),
        platform.random.between(1, 50) * MINUTE_MS,
      );
      await sendAll(SENT, (name) => send("POST", path, { name, input: { text: "x".repeat(3 * KIB) } }));
    });
    platform.faults = NO_FAULTS;
    expect(refusals).toBeGreaterThan(0);
    await tell(platform, async () => {
      await rest(60 * MINUTE_MS);
      const { items } = await insist<Listed>(platform, "GET", `${path}?limit=1000`);
      const by = (who: string) => items.filter(({ startedBy }) => startedBy.startsWith(who));
      expect(new Set(items.map(({ status }) => status))).toEqual(new Set(["Succeeded"]));
      expect(
        by("key:")
          .map(({ name }) => name)
          .toSorted(),
      ).toEqual(SENT.toSorted());
      expect(by("execution:")).toHaveLength(SENT.length);
      expect(await insist(platform, "GET", "/v1/flows/parent/executions/run")).toMatchObject({
        status: "Succeeded",
        output: { results: SENT },
      });
    });
  },
);

/** Names of schedules that one object has. */
const NEIGHBOURS = Array.from({ length: 1000 }, (_, number) => `s${number}`)
  .filter((name) => scheduleShard("timed", name, SCHEDULE_SHARDS) === 0)
  .slice(0, 12);
const SCHEDULES = "/v1/flows/timed/schedules";

interface Firings {
  readonly items: readonly { readonly at: string }[];
}

eachSeed(
  "a shard of schedules that is full says so, and all that are in it fire",
  VERY_FEW_SEEDS,
  async (seed) => {
    platform = begin(seed, FAULTS, SHARD_FIRINGS_BYTES + 96 * KIB);
    refusals = 0;
    await tell(platform, async () => {
      await insist(platform, "PUT", "/v1/flows/timed", flowOf("{type: pass, name: p}"));
      const there: string[] = [];
      const makesRoom = setInterval(() => {
        const oldest = there.length > 2 ? there.shift() : undefined;
        if (oldest !== undefined) void insist(platform, "DELETE", `${SCHEDULES}/${oldest}`).catch(() => {});
      }, MINUTE_MS);
      await sendAll(NEIGHBOURS, async (name) => {
        const spec = { cron: "*/5 * * * *", payload: { text: "x".repeat(3 * KIB) } };
        await send("PUT", `${SCHEDULES}/${name}`, spec);
        there.push(name);
      });
      clearInterval(makesRoom);
    });
    platform.faults = NO_FAULTS;
    expect(refusals).toBeGreaterThan(0);
    await tell(platform, async () => {
      await rest(30 * MINUTE_MS);
      const { items } = await insist<Listed>(platform, "GET", `${SCHEDULES}?limit=1000`);
      expect(items.length).toBeGreaterThan(0);
      for (const { name } of items) {
        const rows = await insist<Firings>(platform, "GET", `${SCHEDULES}/${name}/firings?limit=1000`);
        const instants = rows.items.map(({ at }) => Date.parse(at));
        expect(instants.length).toBeGreaterThanOrEqual(6);
        expect(instants).toEqual(instants.map((_, row) => (instants[0] ?? 0) - row * 5 * MINUTE_MS));
      }
    });
  },
);

const ALL_MINUTES = NEIGHBOURS.slice(0, 8);
/** For their records and some starts each. */
const ROOM_FOR_SOME_STARTS = 160 * KIB;

interface Firing {
  readonly at: string;
  readonly verdict: string;
  readonly reason?: string;
}

eachSeed("a shard whose starts nobody takes is full, says so, and goes on", VERY_FEW_SEEDS, async (seed) => {
  platform = begin(seed, FAULTS);
  const firingsOf = async (name: string) => {
    const path = `${SCHEDULES}/${name}/firings?limit=1000`;
    return (await insist<{ items: Firing[] }>(platform, "GET", path)).items;
  };
  await tell(platform, async () => {
    await insist(platform, "PUT", "/v1/flows/timed", flowOf("{type: pass, name: p}"));
    for (const name of ALL_MINUTES)
      await insist(platform, "PUT", `${SCHEDULES}/${name}`, { cron: "* * * * *", overlap: "allow" });
    platform.memory.room = ROOM_FOR_SOME_STARTS;
    platform.kill();
    platform.isSilent = (className, method) => className === "FLOWS" && method.startsWith("start");
    for (let nth = 0; nth < 10; nth++) {
      await rest(platform.random.between(1, 4) * MINUTE_MS);
      platform.kill(0.3);
    }
  });
  platform.faults = NO_FAULTS;
  platform.isSilent = () => false;
  await tell(platform, async () => {
    await rest(20 * MINUTE_MS);
    const told = await Promise.all(ALL_MINUTES.map(firingsOf));
    for (const rows of told) {
      const instants = rows.map(({ at }) => Date.parse(at));
      expect(instants).toEqual(instants.map((_, row) => (instants[0] ?? 0) - row * MINUTE_MS));
      expect(rows.slice(0, 3).map(({ verdict }) => verdict)).toEqual(Array(3).fill("started"));
    }
    const refused = told.flat().filter(({ verdict }) => verdict === "failedToStart");
    expect(new Set(refused.map(({ reason }) => reason))).toEqual(
      new Set([expect.stringContaining("memory")]),
    );
  });
});

/** More than there is room for as messages, and as names of what was sent in the last hour. */
const TASKS = 30;

interface Head {
  readonly status: string;
}

interface Queue {
  readonly depth: { readonly ready: number; readonly inFlight: number };
}

interface Turn {
  readonly messages: readonly { readonly body: string; readonly receipt: string }[];
}

/** Does tasks, and takes what else lies in the queue, until there is nothing left to do. */
async function takeAll(queue: string, isOver: () => boolean): Promise<ReadonlySet<string>> {
  const taken = new Set<string>();
  let reports: object[] = [];
  while (!isOver()) {
    const wishes = { max: 10, waitSeconds: 5, leaseSeconds: 60 };
    const path = `/v1/queues/${queue}`;
    const turn = await platform
      .fetch<Turn>("POST", `${path}/work`, { reports, ...wishes })
      .catch(() => undefined);
    if (turn?.status !== 200) {
      await rest(1000);
      continue;
    }
    reports = turn.body.messages.flatMap(({ body, receipt }) => reportOf(body, receipt));
    const others = turn.body.messages.filter(({ body }) => SENT.includes(body));
    for (const { body } of others) taken.add(body);
    if (others.length > 0)
      await insist(platform, "POST", `${path}/delete`, { receipts: others.map(({ receipt }) => receipt) });
  }
  return taken;
}

function reportOf(body: string, receipt: string): object[] {
  if (SENT.includes(body)) return [];
  const { task_token: token, worker_name: name } = JSON.parse(body) as Record<string, string>;
  return [{ token, receipt, output: { name } }];
}

eachSeed("a queue without workers is full, says so, and loses nothing", VERY_FEW_SEEDS, async (seed) => {
  platform = begin(seed, NO_LOST_ALARM, QUEUE_TAKERS_BYTES + 8 * KIB);
  refusals = 0;
  let isOver = false;
  const taken = await tell(platform, async () => {
    await insist(platform, "PUT", "/v1/queues/workers", {});
    await insist(platform, "PUT", "/v1/flows/fan", FAN_OUT);
    const start = { name: "run", input: fanOutInput(TASKS) };
    await insist(platform, "POST", "/v1/flows/fan/executions", start);
    const taking = rest(platform.random.between(10, 40) * MINUTE_MS).then(() =>
      takeAll("workers", () => isOver),
    );
    await sendAll(SENT, (body) => send("POST", "/v1/queues/workers/send", { messages: [{ body }] }));
    while (!isOver) {
      const head = await insist<Head>(platform, "GET", "/v1/flows/fan/executions/run?wait=20");
      const { depth } = await insist<Queue>(platform, "GET", "/v1/queues/workers");
      isOver = head.status !== "Running" && depth.ready + depth.inFlight === 0;
    }
    return taking;
  });
  platform.faults = NO_FAULTS;
  expect(refusals).toBeGreaterThan(0);
  expect(taken).toEqual(new Set(SENT));
  const head = await tell(platform, () => insist(platform, "GET", "/v1/flows/fan/executions/run"));
  expect(head).toMatchObject({ status: "Succeeded", output: { results: { length: TASKS } } });
});

const ROWS = 4;
const COLUMNS = 12;
/** All iterations at the same time would take twice as much. */
const ROOM_FOR_SOME_ITERATIONS = 32 * KIB;
const GRID = flowOf(
  `{type: foreach, name: rows, iterationMapping: {collection: $.rows, item: row}, outputMappings: [{target: results, source: "$local[*].cells"}], steps: [{type: foreach, name: columns, iterationMapping: {collection: $.columns, item: column}, outputMappings: [{target: cells, source: "$local[*].name"}], steps: [{type: task, name: cell, resourceArn: "acs:mns:::/queues/workers/messages", pattern: waitForCallback, inputMappings: [{target: worker_name, source: $input.column}, {target: task_token, source: $context.task.token}], outputMappings: [{target: name, source: $local.name}], serviceParams: {MessageBody: $}}]}]}`,
);

eachSeed(
  "an execution with more iterations than it has room for does all of them",
  VERY_FEW_SEEDS,
  async (seed) => {
    platform = begin(seed, NO_LOST_ALARM, EXECUTION_GROWTH_BYTES + ROOM_FOR_SOME_ITERATIONS);
    const columns = Array.from({ length: COLUMNS }, (_, column) => `column ${column}`);
    let isOver = false;
    await tell(platform, async () => {
      await insist(platform, "PUT", "/v1/queues/workers", {});
      await insist(platform, "PUT", "/v1/flows/grid", GRID);
      const input = { rows: Array.from({ length: ROWS }, (_, row) => row), columns };
      await insist(platform, "POST", "/v1/flows/grid/executions", { name: "run", input });
      await insist(platform, "GET", "/v1/flows/grid/executions/run?wait=5");
      const { depth } = await insist<Queue>(platform, "GET", "/v1/queues/workers");
      expect(depth.ready).toBeLessThan(ROWS * COLUMNS);
      const taking = takeAll("workers", () => isOver);
      while (!isOver) {
        platform.kill(0.3);
        const head = await insist<Head>(platform, "GET", "/v1/flows/grid/executions/run?wait=20");
        isOver = head.status !== "Running";
      }
      await taking;
    });
    platform.faults = NO_FAULTS;
    const head = await tell(platform, () => insist(platform, "GET", "/v1/flows/grid/executions/run"));
    expect(head).toMatchObject({ status: "Succeeded", output: { results: Array(ROWS).fill(columns) } });
  },
);
