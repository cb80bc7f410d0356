import { afterAll, beforeAll } from "vitest";
import { tellFlows } from "./fnf/flows.ts";
import { tellExecutions } from "./fnf/executions.ts";
import { tellTasks } from "./fnf/tasks.ts";
import { tellSchedules } from "./fnf/schedules.ts";
import { tellRequests } from "./fnf/requests.ts";
import { World } from "./fnf/world.ts";

let world: World;

beforeAll(async () => {
  world = await World.start();
});

afterAll(() => world.service.stop());

/** One service for all of them: starting it takes longer than they do. */
for (const tell of [tellFlows, tellExecutions, tellTasks, tellSchedules, tellRequests]) tell(() => world);
