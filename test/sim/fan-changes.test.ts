import { afterEach, describe, expect } from "vitest";
import { FAN_OUT, fanOutInput } from "../support/flows.ts";
import type { Platform } from "../support/platform/platform.ts";
import { FEW_SEEDS, begin, eachSeed, end } from "./seeds.ts";
import { FAULTS, type SimEvent, insist, readHistory, tell } from "./story.ts";
import { rest, work } from "./worker.ts";

const MOST_AT_ONCE = 12;
// Whatever fails is tolerated, so that it can be tried again.
const FLOW = FAN_OUT.replace("serviceParams:", "timeoutSeconds: 120\n        serviceParams:").replace(
  "iterationMapping:",
  "tolerance: { percentage: 100 }\n    concurrency: 5\n    iterationMapping:",
);
const STEP = "workersForeach";
const EXECUTION = "/v1/flows/fan/executions/run";
const ITEMS = 40;
const HABITS = { dies: 0.1, fails: 0.3, dawdles: 0.1 };
const CHANGES = 8;

interface Head {
  readonly status: string;
  readonly endedAt?: string;
  readonly output?: { readonly results: readonly ({ readonly name: string } | null)[] };
}

interface Steps {
  readonly items: readonly {
    readonly path: string;
    readonly iterations?: {
      readonly total: number;
      readonly succeeded: number;
      readonly failed: number;
      readonly skipped?: number;
    };
  }[];
}

afterEach(end);

/** What somebody may do to it while it runs, by chance. */
function changeOf({ random }: Platform): object {
  const run = [random.between(0, ITEMS - 3), random.between(1, 3)];
  const changes = [
    { concurrency: random.between(1, MOST_AT_ONCE) },
    { retry: "failed" },
    { retry: [run] },
    { stop: [run] },
    { tolerance: { percentage: 100 } },
  ];
  return changes[random.between(0, changes.length - 1)] ?? {};
}

/** One that comes too late, or finds nothing to change, is refused; one that is not answered is asked for again. */
async function change(platform: Platform, body: object): Promise<void> {
  for (;;) {
    const answer = await platform
      .fetch("POST", `${EXECUTION}/items`, { step: STEP, ...body })
      .catch(() => undefined);
    if (answer && answer.status < 500 && answer.status !== 429) {
      expect([200, 409]).toContain(answer.status);
      return;
    }
    await rest(platform.random.between(50, 1000));
  }
}

async function interfere(platform: Platform): Promise<void> {
  for (let nth = 0; nth < CHANGES; nth++) {
    await rest(platform.random.between(100, 8000));
    await change(platform, changeOf(platform));
    if (platform.random.chance(1 / 4)) platform.kill(0.7);
  }
}

/** By step, how many events of a type there are. */
function countsOf(history: readonly SimEvent[], type: string): number[] {
  const counts = new Map<string, number>();
  for (const event of history)
    if (event.type === type) counts.set(event.stepPath, (counts.get(event.stepPath) ?? 0) + 1);
  return [...counts.values()];
}

describe("a fan-out that is changed again and again while it runs", () => {
  eachSeed(
    "ends with each item done once, failed, or left out, and with every result in its place",
    FEW_SEEDS,
    async (seed) => {
      const platform = begin(seed, FAULTS);
      let isOver = false;
      const [head, steps] = await tell(platform, async () => {
        await insist(platform, "PUT", "/v1/queues/workers", {});
        await insist(platform, "PUT", "/v1/flows/fan", FLOW);
        const input = fanOutInput(ITEMS);
        await insist(platform, "POST", "/v1/flows/fan/executions", { name: "run", input });
        const workers = ["w0", "w1", "w2"].map((name) => work(platform, name, HABITS, () => isOver));
        await interfere(platform);
        for (;;) {
          const found = await insist<Head>(platform, "GET", `${EXECUTION}?wait=20`);
          isOver = found.endedAt !== undefined;
          if (!isOver) continue;
          await Promise.all(workers);
          return [found, await insist<Steps>(platform, "GET", `${EXECUTION}/steps`)] as const;
        }
      });
      expect(head.status).toBe("Succeeded");
      const history = await readHistory(platform, EXECUTION);
      expect(history.map(({ eventId }) => eventId)).toEqual(history.map((_, index) => index + 1));
      expect(countsOf(history, "TaskSucceeded").every((times) => times === 1)).toBe(true);
      const results = head.output?.results ?? [];
      expect(results).toHaveLength(ITEMS);
      for (const [index, result] of results.entries())
        if (result !== null) expect(result).toEqual({ name: `worker${index}` });
      const {
        total,
        succeeded,
        failed,
        skipped = 0,
      } = steps.items[0]?.iterations ?? {
        total: 0,
        succeeded: 0,
        failed: 0,
      };
      expect([total, succeeded + failed + skipped]).toEqual([ITEMS, ITEMS]);
      expect(results.filter((result) => result !== null)).toHaveLength(succeeded);
      expect(countsOf(history, "TaskSucceeded")).toHaveLength(succeeded);
    },
  );
});
