import { authorOf } from "../../auth/roles.ts";
import { given } from "../../core/given.ts";
import { pauseExecution, resumeExecution } from "../../service/execution-calls.ts";
import { nothing } from "../contract/common.ts";
import { executionHead, executionParams } from "../contract/executions.ts";
import { pauseExecutionBody } from "../contract/pauses.ts";
import { problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { toInstant } from "../times.ts";
import { toHead } from "./executions.ts";

const PATH = "/v1/flows/{flow}/executions/{name}";

export const executionPauseRoutes: readonly Route[] = [
  route({
    id: "pauseExecution",
    method: "POST",
    path: `${PATH}/pause`,
    summary: "Dispatches nothing new of an execution until it is resumed; what runs goes on",
    params: executionParams,
    query: nothing,
    body: pauseExecutionBody,
    answers: { 200: executionHead },
    problems: [
      "FlowNotExists",
      "ExecutionNotExists",
      "ExecutionAlreadyCompleted",
      "ExecutionStarting",
      "InvalidRange",
    ],
    async handle({ env, caller, params: { flow, name }, body: { reason, until } }) {
      const ends = until === undefined ? undefined : toInstant(until);
      const pause = { by: authorOf(caller), ...given({ reason, until: ends }) };
      const outcome = await pauseExecution(env, flow, name, pause);
      if (!outcome.ok) throw problemOf(outcome);
      return { status: 200, body: toHead(outcome.head) };
    },
  }),
  route({
    id: "resumeExecution",
    method: "POST",
    path: `${PATH}/resume`,
    summary: "Lets a paused execution go on",
    params: executionParams,
    query: nothing,
    body: nothing,
    answers: { 200: executionHead },
    problems: ["FlowNotExists", "ExecutionNotExists", "ExecutionAlreadyCompleted", "ExecutionStarting"],
    async handle({ env, caller, params: { flow, name } }) {
      const outcome = await resumeExecution(env, flow, name, authorOf(caller));
      if (!outcome.ok) throw problemOf(outcome);
      return { status: 200, body: toHead(outcome.head) };
    },
  }),
];
