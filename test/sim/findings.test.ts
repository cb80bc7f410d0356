import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FINDING_CODES, type FindingCode } from "../../src/core/inspection-kinds.ts";
import { INSPECTION_GRACE_MS, NEAR_LIMIT, PAUSED_LONG_MS } from "../../src/core/inspection-limits.ts";
import { SCHEDULE_SHARDS, SUBSCRIPTIONS_MAX } from "../../src/core/limits.ts";
import { scheduleObjectName } from "../../src/core/names.ts";
import { scheduleShard } from "../../src/core/schedule/schedule.ts";
import type { RegisterCommand } from "../../src/core/directory/registration.ts";
import type { DirectoryRpc, ExecutionRpc } from "../../src/core/objects.ts";
import { flowOf } from "../support/flows.ts";
import { NO_FAULTS } from "../support/platform/faults.ts";
import type { Platform } from "../support/platform/platform.ts";
import { begin, end } from "./seeds.ts";
import { insist, tell } from "./story.ts";

const HOUR_MS = 3600_000;
const WAITS = flowOf("{type: wait, name: w, duration: 1800}");
const TASK = flowOf(
  '{type: task, name: job, resourceArn: "acs:mns:::/queues/jobs/messages", pattern: waitForCallback, inputMappings: [{target: token, source: $context.task.token}], serviceParams: {MessageBody: $}}',
);
const [FLOW, RUN] = ["/v1/flows/flow", "/v1/flows/flow/executions/run"];
const NIGHTLY = `${FLOW}/schedules/nightly`;
const SHARD = scheduleObjectName(scheduleShard("flow", "nightly", SCHEDULE_SHARDS));

interface Finding {
  readonly code: FindingCode;
  readonly kind: string;
  readonly object: string;
  readonly name?: string;
  readonly healed: boolean;
}

/** How somebody makes a finding by hand, what tells it, and what is done about one that is not healed by the inspection. */
interface Made {
  readonly title: string;
  make(): Promise<unknown>;
  readonly told: Partial<Finding>;
  /** Absent: the inspection heals it. `itself`: it is healed without one. */
  readonly remedy?: (() => Promise<unknown>) | "itself";
}

let platform: Platform;
afterEach(end);
beforeEach(() => {
  // By themselves no inspections come: each test asks for its own.
  platform = begin(1, { ...NO_FAULTS, lostTick: 1 });
  vi.stubGlobal("fetch", async () => new Response(null, { status: 500 }));
});

/** Time passes by whole minutes, and an answer takes less than one. */
function ask<T = unknown>(method: string, path: string, body: object | string = {}): Promise<T> {
  return tell(platform, () => insist<T>(platform, method, path, method === "GET" ? undefined : body));
}

/** As an object tells it. */
function register(command: Omit<RegisterCommand, "generation">): Promise<unknown> {
  const directory: DirectoryRpc = platform.stub("DIRECTORY", "directory");
  return tell(platform, () => directory.apply({ ...command, generation: 1 }));
}

/** Calls of this method reach nobody. */
function silence(method: string): void {
  platform.isSilent = (_, called) => called === method;
}

function hear(): void {
  platform.isSilent = () => false;
}

async function start(definition = WAITS): Promise<void> {
  await ask("PUT", FLOW, definition);
  await ask("POST", `${FLOW}/executions`, { name: "run" });
  await platform.pass(INSPECTION_GRACE_MS);
}

async function startTask(): Promise<void> {
  await ask("PUT", "/v1/queues/jobs");
  await start(TASK);
}

const stop = () => ask("POST", `${RUN}/stop`);
const send = () => ask("POST", "/v1/queues/jobs/send", { messages: [{ body: "one" }] });
const subscribe = (name: string, endpoint: object) =>
  ask("PUT", `/v1/topics/news/subscriptions/${name}`, { endpoint, strategy: "backoff" });

/** Within the moment that its lease lasts. */
async function bury(): Promise<void> {
  await ask("PUT", "/v1/queues/jobs");
  await send();
  await tell(platform, async () => {
    const work = (turn: object) =>
      insist<{ messages: readonly { readonly receipt: string }[] }>(
        platform,
        "POST",
        "/v1/queues/jobs/work",
        { session: "s", worker: "west", ...turn },
      );
    const { messages } = await work({ max: 1 });
    await work({ max: 0, bury: messages.map(({ receipt }) => ({ receipt, reason: "no such host" })) });
  });
}

/** The schedule's first execution runs for long: what comes meanwhile is missed, of which the webhook is told in vain. */
async function missNotices(): Promise<void> {
  Object.assign(platform.env, { NOTIFY_URL: "https://hooks.example/missed" });
  platform.faults = NO_FAULTS;
  await ask("PUT", FLOW, WAITS);
  await ask("PUT", NIGHTLY, { cron: "* * * * *", overlap: "skip", notify: { on: ["missed"] } });
  await platform.pass(3 * 60_000);
  await ask("POST", `${NIGHTLY}/pause`);
  platform.faults = { ...NO_FAULTS, lostTick: 1 };
  await platform.pass(7 * HOUR_MS);
}

const MADE: { readonly [C in FindingCode]: readonly Made[] } = {
  lostAlarm: [
    {
      title: "an execution whose alarm did not ring",
      async make() {
        platform.faults = { ...platform.faults, lostAlarm: 1 };
        await start();
        await platform.pass(HOUR_MS);
        platform.faults = { ...platform.faults, lostAlarm: 0 };
      },
      told: { kind: "flow", object: "flow", name: "run" },
    },
  ],
  lostEnd: [
    {
      title: "an end that reaches nobody",
      async make() {
        await start();
        silence("executionEnded");
        await stop();
        await platform.pass(2 * INSPECTION_GRACE_MS);
      },
      told: { kind: "flow", object: "flow", name: "run" },
    },
  ],
  lostStart: [
    {
      title: "an execution whose object lost all it had",
      async make() {
        await start();
        platform.empty("EXECUTIONS");
      },
      told: { kind: "flow", object: "flow", name: "run" },
    },
  ],
  unknownExecution: [
    {
      title: "an execution whose flow lost all it had",
      async make() {
        await start();
        platform.empty("FLOWS");
        await ask("PUT", FLOW, WAITS);
        silence("remove");
        await platform.pass(3 * INSPECTION_GRACE_MS);
      },
      told: { kind: "flow", object: "flow", name: "run" },
      async remedy() {
        hear();
        await platform.pass(HOUR_MS);
      },
    },
    {
      title: "one that is paused in vain, for a start of its name is another execution",
      async make() {
        await start();
        platform.empty("FLOWS");
        await ask("PUT", FLOW, WAITS);
        const execution: ExecutionRpc = platform.stub("EXECUTIONS", "flow~1~run");
        await tell(platform, () => execution.pause({ type: "pause", by: "key:k" }));
        const { status } = await tell(platform, () => platform.fetch("GET", RUN));
        expect(status).toBe(404);
        await ask("POST", `${FLOW}/executions`, { name: "run" });
        expect(await ask("GET", RUN)).not.toHaveProperty("paused");
      },
      told: { kind: "flow", object: "flow", name: "run" },
      remedy: "itself",
    },
  ],
  unregistered: [
    {
      title: "a flow that starts something, and of which the directory has lost all it had",
      async make() {
        await start();
        platform.empty("DIRECTORY");
        await platform.pass(24 * HOUR_MS);
        await ask("POST", `${FLOW}/executions`, { name: "again" });
        await platform.pass(60_000);
      },
      told: { kind: "flow", object: "flow" },
    },
  ],
  stillRegistered: [
    {
      title: "a queue that never was",
      make: () => register({ type: "register", kind: "queue", name: "ghost" }),
      told: { kind: "queue", object: "ghost" },
    },
  ],
  ledgerMismatch: [
    {
      title: "an end that a schedule did not hear of",
      async make() {
        await ask("PUT", FLOW, flowOf("{type: pass, name: p}"));
        await ask("PUT", NIGHTLY, { cron: "0 5 * * *" });
        silence("executionOver");
        await ask("POST", `${NIGHTLY}/run`);
        await platform.pass(2 * INSPECTION_GRACE_MS);
      },
      told: { kind: "shard", object: SHARD },
    },
  ],
  stuckEffect: [
    {
      title: "a pause that the flow does not hear of",
      async make() {
        await start();
        silence("pauseTold");
        await ask("POST", `${RUN}/pause`);
        await platform.pass(2 * HOUR_MS);
      },
      told: { kind: "flow", object: "flow" },
      async remedy() {
        hear();
        await ask("POST", `${RUN}/retry-effects`);
      },
    },
  ],
  noFuture: [
    {
      title: "a schedule for the thirtieth of February",
      async make() {
        await ask("PUT", FLOW, WAITS);
        await ask("PUT", NIGHTLY, { cron: "0 0 30 2 *" });
      },
      told: { kind: "shard", object: SHARD, name: "flow/nightly" },
      remedy: () => ask("PUT", NIGHTLY, { cron: "0 0 28 2 *" }),
    },
  ],
  noWorkers: [
    {
      title: "a message that nobody asks for",
      async make() {
        await ask("PUT", "/v1/queues/jobs");
        await send();
        await platform.pass(HOUR_MS);
      },
      told: { kind: "queue", object: "jobs" },
      remedy: () => ask("POST", "/v1/queues/jobs/receive", { max: 1 }),
    },
  ],
  queueMissing: [
    {
      title: "a task whose queue is deleted",
      async make() {
        await startTask();
        await ask("DELETE", "/v1/queues/jobs");
      },
      told: { kind: "flow", object: "flow", name: "run jobs" },
      remedy: stop,
    },
    {
      title: "a task whose queue is deleted, and made again",
      async make() {
        await startTask();
        await ask("DELETE", "/v1/queues/jobs");
        await ask("PUT", "/v1/queues/jobs");
      },
      told: { kind: "flow", object: "flow", name: "run jobs" },
      async remedy() {
        await stop();
        await ask("POST", `${RUN}/redrive`);
        await platform.pass(INSPECTION_GRACE_MS);
      },
    },
  ],
  pausedLong: [
    {
      title: "a queue that is paused for a week",
      async make() {
        await ask("PUT", "/v1/queues/jobs");
        await ask("POST", "/v1/queues/jobs/pause");
        await platform.pass(PAUSED_LONG_MS);
      },
      told: { kind: "queue", object: "jobs" },
      remedy: () => ask("POST", "/v1/queues/jobs/resume"),
    },
    {
      title: "a flow that is paused for a week",
      async make() {
        await ask("PUT", FLOW, WAITS);
        await ask("POST", `${FLOW}/pause`);
        await platform.pass(PAUSED_LONG_MS);
      },
      told: { kind: "flow", object: "flow" },
      remedy: () => ask("POST", `${FLOW}/resume`),
    },
    {
      title: "an execution that is paused for a week",
      async make() {
        await start();
        await ask("POST", `${RUN}/pause`);
        await platform.pass(PAUSED_LONG_MS);
      },
      told: { kind: "flow", object: "flow", name: "run" },
      remedy: () => ask("POST", `${RUN}/resume`),
    },
    {
      title: "a schedule that is paused for a week",
      async make() {
        await ask("PUT", FLOW, WAITS);
        await ask("PUT", NIGHTLY, { cron: "0 5 * * *" });
        await ask("POST", `${NIGHTLY}/pause`);
        await platform.pass(PAUSED_LONG_MS);
      },
      told: { kind: "shard", object: SHARD, name: "flow/nightly" },
      remedy: () => ask("POST", `${NIGHTLY}/resume`, { catchUp: { mode: "none" } }),
    },
  ],
  deadLetters: [
    {
      title: "a message that a worker gave up",
      make: bury,
      told: { kind: "queue", object: "jobs" },
      remedy: () => ask("POST", "/v1/queues/jobs/dead/purge", { all: true }),
    },
    {
      title: "a notification that its address does not take",
      async make() {
        await ask("PUT", "/v1/topics/news");
        await subscribe("web", { url: "https://hooks.example/x" });
        await ask("POST", "/v1/topics/news/publish", { body: "it rains" });
        await platform.pass(HOUR_MS);
      },
      told: { kind: "topic", object: "news", name: "web" },
      remedy: () => ask("POST", "/v1/topics/news/subscriptions/web/dead/purge", { all: true }),
    },
    {
      title: "notices that the webhook does not take",
      make: missNotices,
      told: { kind: "shard", object: SHARD },
      remedy: () => ask("POST", "/v1/schedules/dead-notices/purge", { all: true }),
    },
  ],
  nearLimit: [
    {
      title: "a topic with almost as many subscriptions as it may have",
      async make() {
        await ask("PUT", "/v1/topics/news");
        for (let nth = 0; nth < NEAR_LIMIT * SUBSCRIPTIONS_MAX; nth++)
          await subscribe(`s${nth}`, { queue: "jobs" });
      },
      told: { kind: "topic", object: "news", name: "subscriptions" },
      remedy: () => ask("DELETE", "/v1/topics/news/subscriptions/s0"),
    },
  ],
};

/** What an inspection finds that somebody asks for now. */
async function inspect(body: object): Promise<readonly Finding[]> {
  const { round } = await ask<{ round: number }>("POST", "/v1/doctor", body);
  const report = await ask<{ endedAt?: string; findings: Finding[] }>("GET", "/v1/doctor");
  expect(report).toMatchObject({ round, endedAt: expect.any(String) });
  return report.findings;
}

describe("each finding of the doctor, made by hand", () => {
  const all = FINDING_CODES.flatMap((code) => MADE[code].map((made) => ({ code, ...made })));

  test("there is a way to make each of them", () => {
    expect(FINDING_CODES.filter((code) => MADE[code].length === 0)).toEqual([]);
  });

  test.each(all)("$code: $title", async ({ code, make, told, remedy }) => {
    await make();
    const own = async (body: object) =>
      (await inspect(body)).filter(
        (one) => one.code === code && one.object === told.object && one.name === (told.name ?? one.name),
      );
    expect(await own({ heal: false })).toMatchObject([{ ...told, healed: remedy === "itself" }]);
    if (remedy === "itself") return;
    await remedy?.();
    // What was healed is shown for a while; what somebody saw to is gone.
    const isKept = remedy === undefined || code === "unknownExecution";
    expect(await own({})).toMatchObject(isKept ? [{ ...told, healed: true }] : []);
    expect((await own({})).filter(({ healed }) => !healed)).toEqual([]);
  });
});
