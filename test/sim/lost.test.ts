import { afterEach, expect } from "vitest";
import { flowOf } from "../support/flows.ts";
import { type Faults, NO_FAULTS } from "../support/platform/faults.ts";
import type { Platform } from "../support/platform/platform.ts";
import { VERY_FEW_SEEDS, begin, eachSeed, end } from "./seeds.ts";
import { FAULTS, insist, tell } from "./story.ts";
import { rest } from "./worker.ts";

const HOUR_MS = 3600_000;
const EXECUTIONS = 6;
const TIME_LIMIT_SECONDS = 600;
/** Waits, and then for a worker that never comes: only its own alarms bring it to its end. */
const FLOW = flowOf(
  "{type: wait, name: pause, duration: 60}",
  '{type: task, name: job, resourceArn: "acs:mns:::/queues/workers/messages", pattern: waitForCallback, inputMappings: [{target: token, source: $context.task.token}], serviceParams: {MessageBody: $}}',
).replace("type: flow", `type: flow\ntimeoutSeconds: ${TIME_LIMIT_SECONDS}`);
const EXECUTIONS_OF = "/v1/flows/lost/executions";

/** The alarms of these never ring, and their ends reach nobody as long as it lasts. */
const LOSSES: Faults = { ...FAULTS, lostAlarm: 0.9, lostCall: 0.2, dieBeforeAnswer: 0.1 };

let platform: Platform;
afterEach(end);

interface Listed {
  readonly name: string;
  readonly status: string;
  readonly endedAt?: string;
}

interface Firings {
  readonly items: readonly { readonly executionName?: string; readonly executionStatus?: string }[];
}

eachSeed(
  "whatever alarms and ends were lost, nothing is Running beyond its time limit and two hours, and ledgers have its end",
  VERY_FEW_SEEDS,
  async (seed) => {
    platform = begin(seed, LOSSES);
    platform.isSilent = (_, method) => method === "executionEnded" && platform.random.chance(0.5);
    await tell(platform, async () => {
      await insist(platform, "PUT", "/v1/queues/workers", {});
      await insist(platform, "PUT", "/v1/flows/lost", FLOW);
      const schedule = { cron: ["*/20 * * * *"], overlap: "skip" };
      await insist(platform, "PUT", "/v1/flows/lost/schedules/often", schedule);
      for (let nth = 0; nth < EXECUTIONS; nth++) {
        await insist(platform, "POST", EXECUTIONS_OF, { name: `run${nth}` });
        platform.kill(0.3);
        await rest(platform.random.between(0, 5 * 60_000));
      }
      await insist(platform, "POST", "/v1/flows/lost/schedules/often/pause", {});
      await rest(TIME_LIMIT_SECONDS * 1000);
      platform.kill();
      platform.faults = NO_FAULTS;
      platform.isSilent = () => false;
      // Nobody looks meanwhile: who looks at an execution wakes it.
      await rest(2 * HOUR_MS);
      const { items } = await insist<{ items: readonly Listed[] }>(platform, "GET", EXECUTIONS_OF);
      expect(items.length).toBeGreaterThanOrEqual(EXECUTIONS);
      expect(items.filter(({ endedAt }) => endedAt === undefined)).toEqual([]);
      for (const { name, status } of items)
        expect(await insist(platform, "GET", `${EXECUTIONS_OF}/${name}`)).toMatchObject({ status });
      const path = "/v1/flows/lost/schedules/often/firings";
      const rows = (await insist<Firings>(platform, "GET", path)).items;
      const started = rows.filter(({ executionName }) => executionName !== undefined);
      expect(started.filter(({ executionStatus }) => executionStatus === undefined)).toEqual([]);
    });
  },
);
