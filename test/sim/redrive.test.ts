import { afterEach, describe, expect, test } from "vitest";
import { FAN_OUT, fanOutInput } from "../support/flows.ts";
import { type Faults, NO_FAULTS } from "../support/platform/faults.ts";
import type { Platform } from "../support/platform/platform.ts";
import { FEW_SEEDS, begin, eachSeed, end } from "./seeds.ts";
import { FAULTS, type SimEvent, insist, readHistory, tell } from "./story.ts";
import { type WorkerHabits, rest, work } from "./worker.ts";

/** Whatever fails ends the execution. */
const FLOW = FAN_OUT.replace("serviceParams:", "timeoutSeconds: 60\n        serviceParams:").replace(
  "iterationMapping:",
  "concurrency: 8\n    iterationMapping:",
);
/** The same with a step more, which changes nothing. */
const OTHER_FLOW = FLOW.replace("steps:\n", "steps:\n  - {type: pass, name: note, outputMappings: []}\n");
const LIST = "/v1/flows/fan/executions";
const EXECUTION = `${LIST}/run`;
const WORKERS = 3;
const ITEMS = 24;
const HABITS: WorkerHabits = { dies: 0.03, fails: 0.15, dawdles: 0.03 };
const STOPS = 0.2;

let platform: Platform;
afterEach(end);

interface Head {
  readonly status: string;
  readonly endedAt?: string;
  readonly redrives?: number;
  readonly output?: { readonly results: readonly { readonly name: string }[] };
}

interface Told {
  readonly head: Head;
  readonly listed: Head | undefined;
  readonly history: readonly SimEvent[];
}

/** An execution that somebody stops at times, and lets go on until it succeeds. */
async function goOn(seed: number, faults: Faults, kills: number): Promise<Told> {
  platform = begin(seed, faults);
  let isOver = false;
  const head = await tell(platform, async () => {
    await insist(platform, "PUT", "/v1/queues/workers", {});
    await insist(platform, "PUT", "/v1/flows/fan", FLOW);
    await insist(platform, "POST", LIST, { name: "run", input: fanOutInput(ITEMS) });
    const workers = Array.from({ length: WORKERS }, (_, nth) =>
      work(platform, `w${nth}`, HABITS, () => isOver),
    );
    for (let turn = 0; ; turn++) {
      await rest(platform.random.between(100, 8000));
      if (turn < kills) platform.kill(0.7);
      if (platform.random.chance(STOPS))
        await platform.fetch("POST", `${EXECUTION}/stop`, {}).catch(() => {});
      const found = await insist<Head>(platform, "GET", `${EXECUTION}?wait=20`);
      if (found.status === "Succeeded") {
        isOver = true;
        await Promise.all(workers);
        return found;
      }
      if (found.endedAt === undefined) continue;
      const { redrives = 0 } = found;
      // Each second time onto the newest version, which is another one then.
      const onto = redrives % 2 === 1 ? { version: "latest" } : {};
      if (redrives % 2 === 1)
        await insist(platform, "PUT", "/v1/flows/fan", redrives % 4 === 1 ? OTHER_FLOW : FLOW);
      await insist(platform, "POST", `${EXECUTION}/redrive`, onto, `redrive-${redrives}`);
    }
  });
  const history = await readHistory(platform, EXECUTION);
  const { items } = await tell(platform, async () => {
    await rest(60_000);
    return insist<{ items: readonly Head[] }>(platform, "GET", LIST);
  });
  return { head, history, listed: items[0] };
}

function expectSound({ head, history, listed }: Told): void {
  const names = Array.from({ length: ITEMS }, (_, index) => ({ name: `worker${index}` }));
  expect({ status: head.status, results: head.output?.results }).toEqual({
    status: "Succeeded",
    results: names,
  });
  expect([listed?.status, listed?.redrives]).toEqual(["Succeeded", head.redrives]);
  expect(history.map(({ eventId }) => eventId)).toEqual(history.map((_, index) => index + 1));
  const paths = (wanted: string) =>
    history.filter(({ type }) => type === wanted).map(({ stepPath }) => stepPath);
  expect(paths("ExecutionRedriven")).toHaveLength(head.redrives ?? 0);
  // What succeeded is not dispatched again.
  expect(new Set(paths("TaskSucceeded")).size).toBe(ITEMS);
  expect(paths("TaskSucceeded")).toHaveLength(ITEMS);
  for (const [at, { type, stepPath }] of history.entries())
    if (type === "TaskScheduled")
      expect(
        history.slice(0, at).some((one) => one.type === "TaskSucceeded" && one.stepPath === stepPath),
      ).toBe(false);
}

describe("an execution goes on after each of its ends, until all of it is done once", () => {
  test("when only workers fail", async () => {
    const told = await goOn(2, NO_FAULTS, 0);
    expect(told.head.redrives).toBeGreaterThan(0);
    expectSound(told);
  });

  eachSeed("when everything goes wrong at times", FEW_SEEDS, async (seed) => {
    expectSound(await goOn(seed, FAULTS, 3));
  });
});
