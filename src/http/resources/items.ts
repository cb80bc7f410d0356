import type { AdjustItems } from "../../core/engine/command.ts";
import { given } from "../../core/given.ts";
import { authorOf } from "../../auth/roles.ts";
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
    summary:
      "Changes how an open foreach goes on: how many run, how many may fail, what is left out or tried again",
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
      "InvalidRange",
      "MemoryFull",
    ],
    async handle({ env, caller, params: { flow, name }, body }) {
      const { step, concurrency, tolerance, stop, retry, reason } = body;
      const change = {
        step,
        by: authorOf(caller),
        ...given({
          concurrency,
          tolerance: typeof tolerance === "number" ? { count: tolerance } : tolerance && given(tolerance),
          stop: typeof stop === "object" ? toRuns(stop) : stop,
          retry: typeof retry === "object" ? toRuns(retry) : retry,
          reason,
        }),
      };
      const outcome = await adjustItems(env, flow, name, change);
      if (!outcome.ok) throw problemOf(outcome);
      return { status: 200, body: toHead(outcome.head) };
    },
  }),
];

/** As the core has them. */
function toRuns(said: readonly number[][]): Extract<AdjustItems["stop"], readonly unknown[]> {
  return said.map(([first = 0, count = 0]) => [first, count] as const);
}
