import { afterEach, describe, expect, test } from "vitest";
import { FAN_OUT, fanOutInput } from "../support/flows.ts";
import { type Faults, NO_FAULTS } from "../support/platform/faults.ts";
import type { Platform } from "../support/platform/platform.ts";
import { SEEDS, begin, eachSeed, end } from "./seeds.ts";
import { FAULTS, type SimEvent, insist, readHistory, tell } from "./story.ts";
import { GOOD_HABITS, type WorkerHabits, rest, work } from "./worker.ts";

const FLOW = FAN_OUT.replace(
  "serviceParams:",
  "timeoutSeconds: 120\n        retry: [{errors: [FnF.ALL], intervalSeconds: 1, maxAttempts: 50, multiplier: 1}]\n        serviceParams:",
).replace("iterationMapping:", "concurrency: 12\n    iterationMapping:");
const EXECUTION = "/v1/flows/fan/executions/run";
const WORKERS = 4;

let platform: Platform;
afterEach(end);

interface Head {
  readonly status: string;
  readonly endedAt?: string;
  readonly output?: { readonly results: readonly { readonly name: string }[] };
}

interface Told {
  readonly head: Head;
  readonly history: readonly SimEvent[];
}

/** A fan-out from its start to its end, with processes that are killed in between. */
async function fanOut(
  seed: number,
  faults: Faults,
  items: number,
  habits: WorkerHabits,
  kills: number,
): Promise<Told> {
  platform = begin(seed, faults);
  let isOver = false;
  const head = await tell(platform, async () => {
    await insist(platform, "PUT", "/v1/queues/workers", {});
    await insist(platform, "PUT", "/v1/flows/fan", FLOW);
    await insist(platform, "POST", "/v1/flows/fan/executions", { name: "run", input: fanOutInput(items) });
    const workers = Array.from({ length: WORKERS }, (_, nth) =>
      work(platform, `w${nth}`, habits, () => isOver),
    );
    for (let killed = 0; killed < kills; killed++) {
      await rest(platform.random.between(100, 15_000));
      platform.kill(0.7);
    }
    for (;;) {
      const found = await insist<Head>(platform, "GET", `${EXECUTION}?wait=20`);
      isOver = found.endedAt !== undefined;
      if (!isOver) continue;
      await Promise.all(workers);
      return found;
    }
  });
  return { head, history: await readHistory(platform, EXECUTION) };
}

function expectSound({ head, history }: Told, items: number): void {
  const names = Array.from({ length: items }, (_, index) => ({ name: `worker${index}` }));
  expect({ status: head.status, results: head.output?.results }).toEqual({
    status: "Succeeded",
    results: names,
  });
  // Dense, each caused by an earlier one, and one success a task, whatever was repeated.
  expect(history.map(({ eventId }) => eventId)).toEqual(history.map((_, index) => index + 1));
  expect(history.filter(({ eventId, scheduleEventId }) => scheduleEventId >= eventId)).toEqual([]);
  const succeeded = history.filter(({ type }) => type === "TaskSucceeded").map(({ stepPath }) => stepPath);
  expect(succeeded).toHaveLength(items);
  expect(new Set(succeeded).size).toBe(items);
}

const BAD_HABITS: WorkerHabits = { dies: 0.1, fails: 0.1, dawdles: 0.05 };

describe("a fan-out ends with every result in its place", () => {
  test("when nothing goes wrong", async () => {
    expectSound(await fanOut(1, NO_FAULTS, 60, GOOD_HABITS, 0), 60);
  });

  eachSeed("when everything goes wrong at times", SEEDS, async (seed) => {
    expectSound(await fanOut(seed, FAULTS, 40, BAD_HABITS, 3), 40);
  });

  test("the same way each time, for the same seed", async () => {
    const first = await fanOut(7, FAULTS, 20, BAD_HABITS, 2);
    platform.close();
    const second = await fanOut(7, FAULTS, 20, BAD_HABITS, 2);
    expect(second).toEqual(first);
  });
});
