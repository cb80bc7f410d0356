import { purgeExecution } from "../../service/execution-calls.ts";
import { nothing } from "../contract/common.ts";
import { executionParams } from "../contract/executions.ts";
import { problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";

export const purgeRoutes: readonly Route[] = [
  route({
    id: "purgeExecution",
    method: "DELETE",
    path: "/v1/flows/{flow}/executions/{name}",
    summary: "Deletes an execution that has ended, with all it holds, before its time",
    params: executionParams,
    query: nothing,
    answers: { 202: undefined },
    problems: ["FlowNotExists", "ExecutionNotExists", "ExecutionRunning"],
    async handle({ env, params: { flow, name } }) {
      const outcome = await purgeExecution(env, flow, name);
      if (!outcome.ok) throw problemOf(outcome);
      return { status: 202 };
    },
  }),
];
