import type { Schedule, ScheduleSpec } from "../../core/schedule/schedule.ts";
import { scheduleNotExists } from "../../core/schedule/only-if.ts";
import type { ScheduleOutcome } from "../../core/schedule/command.ts";
import type { Env } from "../../env.ts";
import { findFlow } from "../../service/flows.ts";
import { askSchedule } from "../../service/objects.ts";
import {
  changedBy,
  deleteSchedule,
  findSchedule,
  listSchedules,
  putSchedule,
} from "../../service/schedules.ts";
import { nothing } from "../contract/common.ts";
import { flowParams } from "../contract/flows.ts";
import {
  firingsAnswer,
  firingsQuery,
  schedulesQuery,
  putScheduleAnswer,
  putScheduleBody,
  runAnswer,
  runBody,
  schedule as scheduleAnswer,
  scheduleParams,
  schedulesAnswer,
} from "../contract/schedules.ts";
import { startName } from "../idempotency.ts";
import { problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { toInstant, withTimes } from "../times.ts";

const PATH = "/v1/flows/{flow}/schedules/{schedule}";
const NEVER = "the expression is valid, but there is no such time in the years to come";

function scheduleOf(outcome: ScheduleOutcome): Schedule {
  if (!outcome.ok) throw problemOf(outcome);
  return changedBy(outcome);
}

/** A page of schedules as the API shows them. */
async function page(env: Env, limit: number, cursor: string | undefined, flow?: string) {
  const { items, ...rest } = await listSchedules(env, limit, cursor, flow);
  return { items: items.map(withTimes), ...rest };
}

function setEnabled(action: "pause" | "resume"): Route {
  return route({
    id: `${action}Schedule`,
    method: "POST",
    path: `${PATH}/${action}`,
    summary: action === "pause" ? "Lets a schedule rest" : "Lets a schedule fire again",
    params: scheduleParams,
    query: nothing,
    body: nothing,
    answers: { 200: scheduleAnswer },
    problems: ["ScheduleNotExists"],
    async handle({ env, params: { flow, schedule: name } }) {
      const isEnabled = action === "resume";
      const outcome = await askSchedule(env, flow, name, (shard) => shard.setEnabled(flow, name, isEnabled));
      return { status: 200, body: withTimes(scheduleOf(outcome)) };
    },
  });
}

export const scheduleRoutes: readonly Route[] = [
  route({
    id: "putSchedule",
    method: "PUT",
    path: PATH,
    summary: "Creates or changes a schedule",
    params: scheduleParams,
    query: nothing,
    body: putScheduleBody,
    answers: { 200: putScheduleAnswer, 201: putScheduleAnswer },
    problems: ["FlowNotExists", "InvalidCron"],
    async handle({ env, params: { flow, schedule: name }, body }) {
      const { timeZone, payload, description, cron, enabled } = body;
      const spec: ScheduleSpec = {
        cron,
        ...(enabled !== undefined && { enabled }),
        ...(timeZone !== undefined && { timeZone }),
        ...(payload !== undefined && { payload }),
        ...(description !== undefined && { description }),
      };
      const outcome = await putSchedule(env, flow, name, spec);
      if (!outcome.ok) throw problemOf(outcome);
      const { schedule } = outcome;
      const isNever = schedule.enabled && schedule.nextAt === undefined;
      return {
        status: outcome.created ? 201 : 200,
        body: { ...withTimes(schedule), warnings: isNever ? [NEVER] : [] },
      };
    },
  }),
  route({
    id: "listSchedules",
    method: "GET",
    path: "/v1/schedules",
    summary: "All schedules",
    params: nothing,
    query: schedulesQuery,
    answers: { 200: schedulesAnswer },
    problems: [],
    handle: async ({ env, query: { limit, cursor } }) => ({
      status: 200,
      body: await page(env, limit, cursor),
    }),
  }),
  route({
    id: "listFlowSchedules",
    method: "GET",
    path: "/v1/flows/{flow}/schedules",
    summary: "A flow's schedules",
    params: flowParams,
    query: schedulesQuery,
    answers: { 200: schedulesAnswer },
    problems: ["FlowNotExists"],
    async handle({ env, params: { flow }, query: { limit, cursor } }) {
      const stored = await findFlow(env, flow);
      if (!stored.ok) throw problemOf(stored);
      return { status: 200, body: await page(env, limit, cursor, flow) };
    },
  }),
  route({
    id: "getSchedule",
    method: "GET",
    path: PATH,
    summary: "A schedule",
    params: scheduleParams,
    query: nothing,
    answers: { 200: scheduleAnswer },
    problems: ["FlowNotExists", "ScheduleNotExists"],
    async handle({ env, params: { flow, schedule: name } }) {
      const found = await findSchedule(env, flow, name);
      if (!found.ok) throw problemOf(found);
      return { status: 200, body: withTimes(found.schedule) };
    },
  }),
  route({
    id: "deleteSchedule",
    method: "DELETE",
    path: PATH,
    summary: "Deletes a schedule with its ledger; what it started goes on",
    params: scheduleParams,
    query: nothing,
    answers: { 204: undefined },
    problems: ["FlowNotExists", "ScheduleNotExists"],
    async handle({ env, params: { flow, schedule: name } }) {
      const outcome = await deleteSchedule(env, flow, name);
      if (!outcome.ok) throw problemOf(outcome);
      return { status: 204 };
    },
  }),
  route({
    id: "runSchedule",
    method: "POST",
    path: `${PATH}/run`,
    summary: "Starts an execution now, as the schedule would",
    params: scheduleParams,
    query: nothing,
    body: runBody,
    answers: { 202: runAnswer },
    problems: ["ScheduleNotExists", "IdempotencyConflict"],
    async handle({ env, params: { flow, schedule: name }, body, headers, caller }) {
      // A key stands for a run of this schedule, whatever it stands for elsewhere.
      const scope = `${flow}/${name}`;
      const { name: executionName, startId, isKeyed } = await startName(headers, undefined, body, scope);
      const keyed = isKeyed ? { keyed: { executionName, startId } } : {};
      const firedBy = `key:${caller.accessKeyId}`;
      const payload = body.payload === undefined ? {} : { payload: body.payload };
      const outcome = await askSchedule(env, flow, name, (shard) =>
        shard.run({ flow, name, firedBy, runId: startId, ...payload, ...keyed }),
      );
      if (!outcome.ok) throw problemOf(outcome);
      return { status: 202, body: { executionName: outcome.executionName } };
    },
  }),
  setEnabled("pause"),
  setEnabled("resume"),
  route({
    id: "listFirings",
    method: "GET",
    path: `${PATH}/firings`,
    summary: "The ledger: each instant and what became of it, newest first",
    params: scheduleParams,
    query: firingsQuery,
    answers: { 200: firingsAnswer },
    problems: ["ScheduleNotExists"],
    async handle({ env, params: { flow, schedule: name }, query }) {
      const { limit, cursor, from, to, verdict } = query;
      const found = await askSchedule(env, flow, name, (shard) =>
        shard.firings(flow, name, {
          limit,
          ...(cursor !== undefined && { cursor }),
          ...(from !== undefined && { from: toInstant(from) }),
          ...(to !== undefined && { to: toInstant(to) }),
          ...(verdict !== undefined && { verdict }),
        }),
      );
      if (!found) throw problemOf(scheduleNotExists(flow, name));
      return { status: 200, body: { ...found, items: found.items.map(withTimes) } };
    },
  }),
];
