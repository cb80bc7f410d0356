import { answerTask } from "../../service/answer-task.ts";
import { nothing } from "../contract/common.ts";
import { executionParams } from "../contract/executions.ts";
import { answerBody, reportAnswer } from "../contract/tasks.ts";
import { problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";

/** What a person does in place of a worker, who has the task's token. */
export const answerRoutes: readonly Route[] = [
  route({
    id: "answerTask",
    method: "POST",
    path: "/v1/flows/{flow}/executions/{name}/answer",
    summary: "Ends a task by hand: as done, or as failed; nobody needs its token",
    params: executionParams,
    query: nothing,
    body: answerBody,
    answers: { 200: reportAnswer },
    problems: [
      "FlowNotExists",
      "ExecutionNotExists",
      "InvalidOutput",
      "TaskAlreadyCompleted",
      "TaskSuperseded",
      "TaskTimedOut",
      "ExecutionEnded",
    ],
    async handle({ env, masters, params: { flow, name }, body }) {
      const verdict = await answerTask(env, masters, flow, name, body);
      if (!verdict.ok) throw problemOf(verdict);
      return { status: 200, body: { eventId: verdict.eventId }, made: { path: body.path } };
    },
  }),
];
