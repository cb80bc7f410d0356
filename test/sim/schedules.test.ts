import { afterEach, expect, test } from "vitest";
import { flowOf } from "../support/flows.ts";
import { NO_FAULTS, Platform } from "../support/platform/platform.ts";
import { FAULTS, SEEDS, insist, tell } from "./story.ts";
import { rest } from "./worker.ts";

const FLOW = flowOf("{type: pass, name: p, outputMappings: [{target: at, source: $input.triggerTime}]}");
const SCHEDULE = "/v1/flows/timed/schedules/each-minute";
const MINUTES = 15;

let platform: Platform;
afterEach(() => platform.close());

interface Firing {
  readonly at: string;
  readonly verdict: string;
  readonly executionName?: string;
}

interface Execution {
  readonly name: string;
  readonly status: string;
}

test.each(SEEDS)(
  "each instant has one row and at most one execution, whatever is killed or lost (seed %i)",
  async (seed) => {
    platform = new Platform(seed, FAULTS);
    await tell(platform, async () => {
      await insist(platform, "PUT", "/v1/flows/timed", FLOW);
      await insist(platform, "PUT", SCHEDULE, { cron: "* * * * *" });
      for (let minute = 0; minute < MINUTES; minute++) {
        await rest(platform.random.between(20_000, 90_000));
        platform.kill(0.5);
      }
    });
    platform.faults = NO_FAULTS;
    const { firings, executions } = await tell(platform, async () => {
      await insist(platform, "POST", `${SCHEDULE}/pause`, {});
      await rest(120_000);
      const ledger = await insist<{ items: Firing[] }>(platform, "GET", `${SCHEDULE}/firings?limit=1000`);
      const list = () =>
        insist<{ items: Execution[] }>(platform, "GET", "/v1/flows/timed/executions?limit=1000");
      const { items } = await list();
      // An execution whose alarm was lost is healed by whoever looks at it.
      for (const { name } of items) await insist(platform, "GET", `/v1/flows/timed/executions/${name}`);
      await rest(60_000);
      return { firings: ledger.items, executions: (await list()).items };
    });

    const instants = firings.map(({ at }) => Date.parse(at));
    const [newest = 0] = instants;
    expect(instants).toEqual(instants.map((_, row) => newest - row * 60_000));
    const started = firings
      .filter(({ verdict }) => verdict === "started")
      .map(({ executionName }) => executionName);
    expect(new Set(started).size).toBe(started.length);
    expect(new Set(executions.map(({ name }) => name))).toEqual(new Set(started));
    expect(executions).toHaveLength(started.length);
    expect(executions.every(({ status }) => status === "Succeeded")).toBe(true);
    expect(firings.every(({ verdict }) => ["started", "expired", "paused"].includes(verdict))).toBe(true);
    expect(started.length).toBeGreaterThanOrEqual(MINUTES / 2);
  },
);
