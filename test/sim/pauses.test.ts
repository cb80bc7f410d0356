import { afterEach, describe, expect } from "vitest";
import { FAN_OUT, fanOutInput } from "../support/flows.ts";
import type { Platform } from "../support/platform/platform.ts";
import { FEW_SEEDS, begin, eachSeed, end } from "./seeds.ts";
import { FAULTS, type SimEvent, insist, readHistory, tell } from "./story.ts";
import { rest, work } from "./worker.ts";

const FLOW = FAN_OUT.replace(
  "serviceParams:",
  "timeoutSeconds: 120\n        retry: [{errors: [FnF.ALL], intervalSeconds: 1, maxAttempts: 50, multiplier: 1}]\n        serviceParams:",
).replace("iterationMapping:", "concurrency: 7\n    iterationMapping:");
const EXECUTION = "/v1/flows/fan/executions/run";
const ITEMS = 30;
const HABITS = { dies: 0.1, fails: 0.1, dawdles: 0.05 };
const PAUSES = 6;

interface Head {
  readonly status: string;
  readonly endedAt?: string;
  readonly output?: { readonly results: readonly { readonly name: string }[] };
}

afterEach(end);

/** Somebody pauses the execution and its queue, now one and now the other, and lets them go on. */
async function holdUp(platform: Platform): Promise<void> {
  const { random } = platform;
  const held = [EXECUTION, "/v1/queues/workers"];
  for (let nth = 0; nth < PAUSES; nth++) {
    await rest(random.between(100, 5000));
    const path = held[random.between(0, held.length - 1)] ?? EXECUTION;
    await change(platform, `${path}/pause`, { reason: `pause ${nth}` });
    if (random.chance(1 / 3)) platform.kill(0.7);
    await rest(random.between(100, 40_000));
    await change(platform, `${path}/resume`, {});
  }
}

/** An execution that has ended by then is paused no more. */
async function change(platform: Platform, path: string, body: object): Promise<void> {
  for (;;) {
    const answer = await platform.fetch("POST", path, body).catch(() => undefined);
    if (answer?.status === 200 || answer?.status === 409) return;
    await rest(platform.random.between(50, 1000));
  }
}

/** Events that tell of something new between a pause and its end. */
function dispatchedInPause(history: readonly SimEvent[]): SimEvent[] {
  const found: SimEvent[] = [];
  let isPaused = false;
  for (const event of history) {
    if (event.type === "ExecutionPaused") isPaused = true;
    if (event.type === "ExecutionResumed") isPaused = false;
    if (isPaused && ["StepEntered", "IterationEntered", "TaskScheduled"].includes(event.type))
      found.push(event);
  }
  return found;
}

describe("a fan-out that is held up again and again", () => {
  eachSeed(
    "ends as any other, and nothing is dispatched between a pause and its resume",
    FEW_SEEDS,
    async (seed) => {
      const platform = begin(seed, FAULTS);
      let isOver = false;
      const head = await tell(platform, async () => {
        await insist(platform, "PUT", "/v1/queues/workers", {});
        await insist(platform, "PUT", "/v1/flows/fan", FLOW);
        await insist(platform, "POST", "/v1/flows/fan/executions", {
          name: "run",
          input: fanOutInput(ITEMS),
        });
        const workers = ["w0", "w1", "w2"].map((name) => work(platform, name, HABITS, () => isOver));
        await holdUp(platform);
        for (;;) {
          const found = await insist<Head>(platform, "GET", `${EXECUTION}?wait=20`);
          isOver = found.endedAt !== undefined;
          if (!isOver) continue;
          await Promise.all(workers);
          return found;
        }
      });
      const names = Array.from({ length: ITEMS }, (_, index) => ({ name: `worker${index}` }));
      expect([head.status, head.output?.results]).toEqual(["Succeeded", names]);
      const history = await readHistory(platform, EXECUTION);
      expect(dispatchedInPause(history)).toEqual([]);
      expect(history.map(({ eventId }) => eventId)).toEqual(history.map((_, index) => index + 1));
    },
  );
});
