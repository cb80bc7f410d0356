import { given } from "../../core/given.ts";
import { type Report, beat, reportTasks } from "../../service/reports.ts";
import { nothing } from "../contract/common.ts";
import {
  failBody,
  heartbeatAnswer,
  heartbeatBody,
  reportAnswer,
  reportBody,
  succeedBody,
  verdictsAnswer,
} from "../contract/tasks.ts";
import { readReport } from "../../turns/entries.ts";
import { type ProblemCode, problemOf } from "../problem.ts";
import { type Route, type RouteRequest, route } from "../route.ts";

const REFUSALS = [
  "InvalidToken",
  "TaskAlreadyCompleted",
  "TaskSuperseded",
  "TaskTimedOut",
  "ExecutionEnded",
] as const;

async function reportOne({ env, masters }: RouteRequest<unknown, unknown, unknown>, report: Report) {
  const [verdict] = await reportTasks(env, masters, [report]);
  if (!verdict) throw new Error("Broken invariant: each report has a verdict");
  if (!verdict.ok) throw problemOf(verdict);
  return { status: 200, body: { eventId: verdict.eventId } };
}

export const taskRoutes: readonly Route[] = [
  route({
    id: "succeedTask",
    method: "POST",
    path: "/v1/tasks/succeed",
    summary: "Reports that a task is done",
    access: "taskToken",
    params: nothing,
    query: nothing,
    body: succeedBody,
    answers: { 200: reportAnswer },
    problems: [...REFUSALS, "InvalidOutput"] satisfies ProblemCode[],
    handle: (request) => reportOne(request, request.body),
  }),
  route({
    id: "failTask",
    method: "POST",
    path: "/v1/tasks/fail",
    summary: "Reports that a task failed",
    access: "taskToken",
    params: nothing,
    query: nothing,
    body: failBody,
    answers: { 200: reportAnswer },
    problems: REFUSALS,
    handle: (request) => reportOne(request, request.body),
  }),
  route({
    id: "heartbeatTask",
    method: "POST",
    path: "/v1/tasks/heartbeat",
    summary: "Says that the worker of a task is alive",
    access: "taskToken",
    params: nothing,
    query: nothing,
    body: heartbeatBody,
    answers: { 200: heartbeatAnswer },
    problems: [...REFUSALS, "InvalidOutput"] satisfies ProblemCode[],
    async handle({ env, masters, body }) {
      const { token, ...more } = body;
      const verdict = await beat(env, masters, { token, ...given(more) });
      if (!verdict.ok) throw problemOf(verdict);
      return { status: 200, body: given({ leaseSeconds: verdict.leaseSeconds }) };
    },
  }),
  route({
    id: "reportTasks",
    method: "POST",
    path: "/v1/tasks/report",
    summary: "Reports many tasks at once; one verdict each",
    access: "taskToken",
    params: nothing,
    query: nothing,
    body: reportBody,
    answers: { 200: verdictsAnswer },
    problems: [],
    async handle({ env, masters, body }) {
      return {
        status: 200,
        body: { verdicts: await reportTasks(env, masters, body.reports.map(readReport)) },
      };
    },
  }),
];
