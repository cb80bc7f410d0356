import { authorOf } from "../../auth/roles.ts";
import { verifyTaskToken } from "../../auth/task-token.ts";
import { given } from "../../core/given.ts";
import { forkExecution } from "../../service/fork.ts";
import { nothing } from "../contract/common.ts";
import { executionHead, executionParams, forkBody } from "../contract/executions.ts";
import { idempotencyConflict, startName } from "../idempotency.ts";
import { ProblemError, problemOf } from "../problem.ts";
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
      "InvalidToken",
      "ExecutionAlreadyExists",
      "IdempotencyConflict",
      "PayloadTooLarge",
      "TooManyExecutions",
      "TooManyStarts",
      "FlowPaused",
      "FlowFull",
      "MemoryFull",
    ],
    async handle({ env, masters, params, body, headers, caller }) {
      const { reason: _, name: wanted, callback: token, ...fork } = body;
      const callback = token === undefined ? undefined : await verifyTaskToken(masters, token);
      if (token !== undefined && !callback)
        throw new ProblemError("InvalidToken", "callback is not a task token of this installation");
      const { name, startId, isKeyed } = await startName(
        headers,
        wanted,
        { of: params.name, ...fork, ...given({ callback }) },
        "fork",
      );
      const startedBy = authorOf(caller);
      const { flow, name: original } = params;
      const asked = { flow, original, name, startedBy, startId, ...given({ ...fork, callback }) };
      const outcome = await forkExecution(env, asked);
      const isTaken = outcome.ok ? !outcome.created : outcome.code === "ExecutionAlreadyExists";
      if (isKeyed && isTaken) throw idempotencyConflict();
      if (!outcome.ok) throw problemOf(outcome);
      const { created, head } = outcome;
      return { status: created ? 201 : 200, body: toHead(head), made: { fork: head.name } };
    },
  }),
];
