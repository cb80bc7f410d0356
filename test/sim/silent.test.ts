import { afterEach, expect } from "vitest";
import { flowOf } from "../support/flows.ts";
import { type Faults, NO_FAULTS } from "../support/platform/faults.ts";
import type { Platform } from "../support/platform/platform.ts";
import { expectReasons, expectShown, parkings } from "./invariants.ts";
import { FEW_SEEDS, begin, eachSeed, end } from "./seeds.ts";
import { FAULTS, insist, tell } from "./story.ts";
import { rest } from "./worker.ts";

const HOUR_MS = 3600_000;
const EXECUTIONS = 3;
/** A task that nobody does: its message stays in its queue until it is taken back, since the execution is stopped. */
const FLOW = flowOf(
  '{type: task, name: job, resourceArn: "acs:mns:::/queues/workers/messages", pattern: waitForCallback, inputMappings: [{target: token, source: $context.task.token}], serviceParams: {MessageBody: $}}',
);

let platform: Platform;
afterEach(end);

/** An hour of the world is long for the simulator: what is lost is not lost all the time. */
const RARE: Faults = { ...FAULTS, lostTick: 0.9, repeatedTick: 0, lostAlarm: 0 };

/** Until it is over: of a stop whose answer is lost the next one is refused. */
async function stop(path: string): Promise<void> {
  for (;;) {
    await platform.fetch("POST", `${path}/stop`, {}).catch(() => undefined);
    const { endedAt } = await insist<{ endedAt?: string }>(platform, "GET", path);
    if (endedAt !== undefined) return;
    await rest(200);
  }
}

async function start(): Promise<void> {
  await insist(platform, "PUT", "/v1/queues/workers", {});
  await insist(platform, "PUT", "/v1/flows/silent", FLOW);
  for (let nth = 0; nth < EXECUTIONS; nth++) {
    await insist(platform, "POST", "/v1/flows/silent/executions", { name: `run${nth}` });
  }
  await rest(60_000);
  for (let nth = 0; nth < EXECUTIONS; nth++) await stop(`/v1/flows/silent/executions/run${nth}`);
}

interface Queue {
  readonly depth: { readonly ready: number };
}

const lying = async () => (await insist<Queue>(platform, "GET", "/v1/queues/workers")).depth.ready;

async function statuses(): Promise<string[]> {
  const path = "/v1/flows/silent/executions";
  const { items } = await insist<{ items: { status: string }[] }>(platform, "GET", path);
  return items.map(({ status }) => status);
}

eachSeed("what a queue does not take back is parked, shown, and done when asked", FEW_SEEDS, async (seed) => {
  platform = begin(seed, RARE);
  platform.isSilent = (_, method) => method === "withdraw";
  await tell(platform, async () => {
    await start();
    await rest(7 * HOUR_MS);
    platform.faults = NO_FAULTS;
    expect(parkings(platform).map(({ kind }) => kind)).toEqual(
      Array(parkings(platform).length).fill("withdraw"),
    );
    expect(new Set(parkings(platform).map(({ object }) => object)).size).toBe(EXECUTIONS);
    await expectShown(platform, () => false);
    await expectReasons(platform);
    expect(await statuses()).toEqual(Array(EXECUTIONS).fill("Stopped"));
    expect(await lying()).toBe(EXECUTIONS);
    platform.kill();
    await expectShown(platform, () => false);
    platform.isSilent = () => false;
    for (let nth = 0; nth < EXECUTIONS; nth++) {
      const path = `/v1/flows/silent/executions/run${nth}/retry-effects`;
      const { count } = await insist<{ count: number }>(platform, "POST", path);
      expect(count).toBeGreaterThan(0);
    }
    await rest(10_000);
    expect(await lying()).toBe(0);
    for (let nth = 0; nth < EXECUTIONS; nth++) {
      const head = await insist(platform, "GET", `/v1/flows/silent/executions/run${nth}`);
      expect(head).not.toHaveProperty("parked");
    }
  });
});

eachSeed("what is parked is done without being asked for, hours later", FEW_SEEDS, async (seed) => {
  platform = begin(seed, RARE);
  platform.isSilent = (_, method) => method === "withdraw";
  await tell(platform, async () => {
    await start();
    await rest(6.5 * HOUR_MS);
    platform.faults = NO_FAULTS;
    expect(parkings(platform).length).toBeGreaterThanOrEqual(EXECUTIONS);
    platform.isSilent = () => false;
    await rest(2 * HOUR_MS);
    expect(await lying()).toBe(0);
  });
});

eachSeed("an end that the index does not hear of for hours is told in the end", FEW_SEEDS, async (seed) => {
  platform = begin(seed, RARE);
  // Nor do inspections reach who knows of it.
  platform.isSilent = (_, method) => method === "executionEnded" || method === "inspect";
  await tell(platform, async () => {
    await start();
    await rest(8 * HOUR_MS);
    platform.faults = NO_FAULTS;
    expect(await statuses()).toEqual(Array(EXECUTIONS).fill("Running"));
    expect(parkings(platform)).toEqual([]);
    platform.isSilent = () => false;
    await rest(10 * 60_000);
    await expectReasons(platform);
    expect(await statuses()).toEqual(Array(EXECUTIONS).fill("Stopped"));
  });
});
