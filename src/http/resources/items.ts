import { adjustItems } from "../../service/execution-calls.ts";
import { nothing } from "../contract/common.ts";
import { executionHead, executionParams } from "../contract/executions.ts";
import { itemsBody } from "../contract/items.ts";
import { problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { toHead } from "./executions.ts";

export const itemRoutes: readonly Route[] = [
  route({
    id: "adjustItems",
    method: "POST",
    path: "/v1/flows/{flow}/executions/{name}/items",
    summary: "Changes how many iterations of an open foreach run at once",
    params: executionParams,
    query: nothing,
    body: itemsBody,
    answers: { 200: executionHead },
    problems: [
      "FlowNotExists",
      "ExecutionNotExists",
      "ExecutionAlreadyCompleted",
      "ExecutionStarting",
      "StepNotOpen",
    ],
    async handle({ env, params: { flow, name }, body }) {
      const outcome = await adjustItems(env, flow, name, body);
      if (!outcome.ok) throw problemOf(outcome);
      return { status: 200, body: toHead(outcome.head) };
    },
  }),
];
