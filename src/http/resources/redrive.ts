import { authorOf } from "../../auth/roles.ts";
import { given } from "../../core/given.ts";
import { planRedrive, redriveExecution } from "../../service/redrive-calls.ts";
import { nothing } from "../contract/common.ts";
import { executionHead, executionParams } from "../contract/executions.ts";
import { redriveBody, redrivePlan } from "../contract/redrive.ts";
import { startName } from "../idempotency.ts";
import { problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { toHead } from "./executions.ts";

export const redriveRoutes: readonly Route[] = [
  route({
    id: "redriveExecution",
    method: "POST",
    path: "/v1/flows/{flow}/executions/{name}/redrive",
    summary: "Lets an execution go on that failed, was stopped or took too long: what succeeded is kept",
    params: executionParams,
    query: nothing,
    body: redriveBody,
    answers: { 200: redrivePlan, 202: executionHead },
    problems: [
      "FlowNotExists",
      "ExecutionNotExists",
      "ExecutionStarting",
      "ExecutionRunning",
      "NotRedrivable",
      "StepNotExists",
      "VersionNotExists",
      "IncompatibleVersion",
      "OverlapRunning",
      "FlowPaused",
      "TooManyExecutions",
      "TooManyStarts",
    ],
    async handle({ env, caller, headers, params: { flow, name }, body }) {
      const { dryRun = false, children, ...more } = body;
      const key = await startName(headers, undefined, body, `redrive ${flow}/${name}`);
      const request = {
        by: authorOf(caller),
        redriveId: `${key.name}:${key.startId}`,
        ...given(more),
        ...(children === "new" && { children }),
      } as const;
      if (dryRun) {
        const planned = await planRedrive(env, flow, name, request);
        if (!planned.ok) throw problemOf(planned);
        return { status: 200, body: planned.plan };
      }
      const outcome = await redriveExecution(env, flow, name, request);
      if (!outcome.ok) throw problemOf(outcome);
      return { status: 202, body: toHead(outcome.head) };
    },
  }),
];
