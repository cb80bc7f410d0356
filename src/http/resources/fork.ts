import { authorOf } from "../../auth/roles.ts";
import { given } from "../../core/given.ts";
import { forkExecution } from "../../service/fork.ts";
import { nothing } from "../contract/common.ts";
import { executionHead, executionParams, forkBody } from "../contract/executions.ts";
import { idempotencyConflict, startName } from "../idempotency.ts";
import { problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { toHead } from "./executions.ts";

export const forkRoutes: readonly Route[] = [
  route({
    id: "forkExecution",
    method: "POST",
    path: "/v1/flows/{flow}/executions/{name}/fork",
    summary:
      "Starts another execution like one that there is: with its input again, or with one of its steps",
    params: executionParams,
    query: nothing,
    body: forkBody,
    answers: { 200: executionHead, 201: executionHead },
    problems: [
      "FlowNotExists",
      "VersionNotExists",
      "ExecutionNotExists",
      "StepNotExists",
      "ExecutionStarting",
      "ExecutionAlreadyExists",
      "IdempotencyConflict",
      "PayloadTooLarge",
      "TooManyExecutions",
      "TooManyStarts",
      "FlowPaused",
      "FlowFull",
      "MemoryFull",
    ],
    async handle({ env, params, body, headers, caller }) {
      const { reason: _, name: wanted, ...fork } = body;
      const { name, startId, isKeyed } = await startName(
        headers,
        wanted,
        { of: params.name, ...fork },
        "fork",
      );
      const startedBy = authorOf(caller);
      const { flow, name: original } = params;
      const outcome = await forkExecution(env, { flow, original, name, startedBy, startId, ...given(fork) });
      const isTaken = outcome.ok ? !outcome.created : outcome.code === "ExecutionAlreadyExists";
      if (isKeyed && isTaken) throw idempotencyConflict();
      if (!outcome.ok) throw problemOf(outcome);
      const { created, head } = outcome;
      return { status: created ? 201 : 200, body: toHead(head), made: { fork: head.name } };
    },
  }),
];
