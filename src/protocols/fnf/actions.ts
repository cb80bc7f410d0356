import type { Action } from "./action.ts";
import { executionActions } from "./actions/executions.ts";
import { flowActions } from "./actions/flows.ts";
import { regionActions } from "./actions/regions.ts";
import { scheduleActions } from "./actions/schedules.ts";
import { syncExecutionActions } from "./actions/sync-executions.ts";
import { taskActions } from "./actions/tasks.ts";

/** The API: a new action is its file and its line here. */
export const ACTIONS: readonly Action[] = [
  ...flowActions,
  ...executionActions,
  ...syncExecutionActions,
  ...taskActions,
  ...scheduleActions,
  ...regionActions,
];
