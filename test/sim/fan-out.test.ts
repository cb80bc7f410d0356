import { afterEach, describe, expect, test } from "vitest";
import { FAN_OUT, fanOutInput } from "../support/flows.ts";
import { type Faults, NO_FAULTS, Platform } from "../support/platform/platform.ts";

const FAULTS: Faults = {
  latencyMs: 40,
  dieBeforeAnswer: 0.02,
  lostCall: 0.03,
  lostTransport: 0.2,
  repeatedTransport: 0.2,
  slowTransport: 0.2,
  lostAlarm: 0.1,
};
const SEEDS = Array.from(
  { length: Number(process.env.SIM_SEEDS ?? 30) },
  (_, index) => index + Number(process.env.SIM_FIRST ?? 1),
);
const RETRY = FAN_OUT.replace(
  "serviceParams:",
  "timeoutSeconds: 120\n        retry: [{errors: [FnF.ALL], intervalSeconds: 1, maxAttempts: 50, multiplier: 1}]\n        serviceParams:",
);

let platform: Platform;
afterEach(() => platform.close());

interface Message {
  readonly body: string;
  readonly receipt: string;
}

interface WorkerHabits {
  /** Of a task: the worker is gone before it reports. */
  readonly dies: number;
  readonly fails: number;
  /** Works longer than its lease, and reports late. */
  readonly dawdles: number;
}

/** A worker as in the example: one call hands in and takes; after an error it repeats what it has. */
async function work(
  name: string,
  habits: WorkerHabits,
  isOver: () => boolean,
  accepted: Set<string>,
): Promise<void> {
  const { random } = platform;
  let reports: { token: string; receipt: string; output?: object; error?: string; cause?: string }[] = [];
  while (!isOver()) {
    try {
      const answer = await platform.fetch("POST", "/v1/queues/workers/work", {
        reports,
        max: random.between(1, 5),
        waitSeconds: random.between(0, 10),
        leaseSeconds: 30,
        worker: name,
      });
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
      const { verdicts, messages } = answer.body as {
        verdicts: { ok: boolean; code?: string }[];
        messages: Message[];
      };
      for (const [position, verdict] of verdicts.entries())
        if (verdict.ok) accepted.add(reports[position]?.token ?? "");
      if (random.chance(habits.dawdles)) await platform_delay(40_000);
      reports = messages.flatMap((message) => report(message, habits));
    } catch {
      await platform_delay(random.between(50, 1000));
    }
  }
}

function platform_delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function report({ body, receipt }: Message, habits: WorkerHabits) {
  const { task_token: token, worker_name: name } = JSON.parse(body) as {
    task_token: string;
    worker_name: string;
  };
  if (platform.random.chance(habits.dies)) return [];
  if (platform.random.chance(habits.fails))
    return [{ token, receipt, error: "Unlucky", cause: "a fault of the worker" }];
  return [{ token, receipt, output: { name } }];
}

interface Head {
  readonly status: string;
  readonly output?: { readonly results: readonly { readonly name: string }[] };
}

/** Runs one fan-out to its end; gives what a test may want to look at. */
async function fanOut(seed: number, faults: Faults, items: number, habits: WorkerHabits, kills: number) {
  platform = new Platform(seed, faults);
  const accepted = new Set<string>();
  let isOver = false;
  const until = async (method: string, path: string, body: unknown, statuses: number[]) => {
    for (;;) {
      const answer = await platform.fetch(method, path, body);
      if (statuses.includes(answer.status)) return answer;
      await platform_delay(200);
    }
  };
  const run = async () => {
    await until("PUT", "/v1/queues/workers", {}, [200, 201]);
    await until(
      "PUT",
      "/v1/flows/fan",
      RETRY.replace("iterationMapping:", "concurrency: 12\n    iterationMapping:"),
      [200, 201],
    );
    await until("POST", "/v1/flows/fan/executions", { name: "run", input: fanOutInput(items) }, [200, 201]);
    const workers = Array.from({ length: 4 }, (_, nth) => work(`w${nth}`, habits, () => isOver, accepted));
    for (let killed = 0; killed < kills; killed++) {
      await platform_delay(platform.random.between(100, 15_000));
      platform.kill(0.7);
    }
    for (;;) {
      const { body, status } = await platform.fetch("GET", "/v1/flows/fan/executions/run?wait=20");
      if (status === 200 && "endedAt" in (body as object)) {
        isOver = true;
        return { head: body as Head, workers };
      }
    }
  };
  let result: Awaited<ReturnType<typeof run>> | undefined;
  const running = run().then((found) => (result = found));
  for (let hours = 0; hours < 600 && !result; hours++) await platform.pass(60_000);
  if (!result) throw new Error(`seed ${seed}: the execution did not end within ten hours`);
  await running;
  await platform.pass(60_000);
  await Promise.all(result.workers);
  return { head: result.head, accepted, history: await readHistory() };
}

interface Event {
  readonly eventId: number;
  readonly scheduleEventId: number;
  readonly type: string;
  readonly stepPath: string;
}

async function readHistory(): Promise<Event[]> {
  const { faults } = platform;
  platform.faults = NO_FAULTS;
  const events: Event[] = [];
  let cursor: string | undefined = "0";
  while (cursor !== undefined) {
    let page: { items: Event[]; cursor?: string } | undefined;
    const reading = platform
      .fetch("GET", `/v1/flows/fan/executions/run/history?limit=500&after=${cursor}`)
      .then(({ body }) => (page = body));
    while (!page) await platform.pass(50);
    await reading;
    events.push(...page.items);
    cursor = page.cursor;
  }
  platform.faults = faults;
  return events;
}

function expectSound(
  seed: number,
  items: number,
  { head, accepted, history }: Awaited<ReturnType<typeof fanOut>>,
): void {
  const names = Array.from({ length: items }, (_, index) => ({ name: `worker${index}` }));
  expect({ seed, status: head.status, results: head.output?.results }).toEqual({
    seed,
    status: "Succeeded",
    results: names,
  });
  // Dense, each caused by an earlier one, and one success a task, whatever was repeated.
  expect(history.map(({ eventId }) => eventId)).toEqual(history.map((_, index) => index + 1));
  expect(history.filter(({ eventId, scheduleEventId }) => scheduleEventId >= eventId)).toEqual([]);
  const succeeded = history.filter(({ type }) => type === "TaskSucceeded").map(({ stepPath }) => stepPath);
  expect(new Set(succeeded).size).toBe(items);
  expect(succeeded).toHaveLength(items);
  expect(accepted.size).toBeGreaterThan(0);
}

describe("a fan-out ends with every result in its place", () => {
  test("when nothing goes wrong", async () => {
    const result = await fanOut(1, NO_FAULTS, 60, { dies: 0, fails: 0, dawdles: 0 }, 0);
    expectSound(1, 60, result);
  });

  test.each(SEEDS)("when everything goes wrong at times (seed %i)", async (seed) => {
    console.info(`seed ${seed} ${JSON.stringify(FAULTS)}`);
    const result = await fanOut(seed, FAULTS, 40, { dies: 0.1, fails: 0.1, dawdles: 0.05 }, 3);
    expectSound(seed, 40, result);
  });
});
