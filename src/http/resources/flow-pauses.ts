import { authorOf } from "../../auth/roles.ts";
import { given } from "../../core/given.ts";
import type { PauseFlow, ResumeFlow } from "../../core/flow/command.ts";
import type { Env } from "../../env.ts";
import { setFlowPause } from "../../service/flow-calls.ts";
import { nothing } from "../contract/common.ts";
import { flowParams, flowPauseAnswer } from "../contract/flows.ts";
import { pauseFlowBody, resumeFlowQuery } from "../contract/pauses.ts";
import { problemOf } from "../problem.ts";
import { type Route, type RouteAnswer, route } from "../route.ts";
import { viewOf } from "./flows.ts";

export const flowPauseRoutes: readonly Route[] = [
  route({
    id: "pauseFlow",
    method: "POST",
    path: "/v1/flows/{flow}/pause",
    summary: "Starts nothing of a flow until it is resumed: what comes waits, or is refused",
    params: flowParams,
    query: nothing,
    body: pauseFlowBody,
    answers: { 200: flowPauseAnswer },
    problems: ["FlowNotExists"],
    handle: ({ env, caller, params, body: { starts, reason } }) =>
      change(env, params.flow, {
        type: "pauseFlow",
        by: authorOf(caller),
        starts,
        ...given({ reason }),
      }),
  }),
  route({
    id: "resumeFlow",
    method: "POST",
    path: "/v1/flows/{flow}/resume",
    summary: "Lets a flow start again, first what waited",
    params: flowParams,
    query: resumeFlowQuery,
    body: nothing,
    answers: { 200: flowPauseAnswer },
    problems: ["FlowNotExists"],
    handle: ({ env, params, query }) =>
      change(env, params.flow, { type: "resumeFlow", dryRun: query.dryRun === "true" }),
  }),
];

async function change(env: Env, name: string, command: PauseFlow | ResumeFlow): Promise<RouteAnswer> {
  const outcome = await setFlowPause(env, name, command);
  if (!outcome.ok) throw problemOf(outcome);
  const { flow, version, held } = outcome;
  return { status: 200, body: { ...viewOf({ flow, version }), held } };
}
