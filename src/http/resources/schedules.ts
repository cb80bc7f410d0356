import type * as z from "zod";
import { authorOf } from "../../auth/roles.ts";
import { scheduleNotExists } from "../../core/schedule/preconditions.ts";
import { oddOnes } from "../../core/schedule/timetable/odd.ts";
import type { ListedSchedule } from "../../core/schedule/view.ts";
import { look } from "../../core/schedule/timetable/preview.ts";
import { refusalOfNew } from "../../core/schedule/timetable/refusal.ts";
import { type Schedule, type ScheduleSpec, scheduleKey } from "../../core/schedule/schedule.ts";
import { readTimetable } from "../../core/schedule/timetable/timetable.ts";
import { warningsOf } from "../../core/schedule/timetable/warnings.ts";
import {
  CALENDAR_DAYS_MAX,
  CALENDAR_HOUR_DAYS_MAX,
  CALENDAR_MINUTE_DAYS_MAX,
} from "../../core/night-limits.ts";
import { DAY_MS, toRfc3339 } from "../../core/time.ts";
import type { Env } from "../../env.ts";
import { findFlow } from "../../service/flow-calls.ts";
import { askSchedule } from "../../service/objects.ts";
import {
  deleteSchedule,
  findSchedule,
  listSchedules,
  patchSchedule,
  putSchedule,
} from "../../service/schedule-calls.ts";
import { calendarAnswer, calendarQuery } from "../contract/calendar.ts";
import { nothing } from "../contract/common.ts";
import { firingsAnswer, firingsQuery } from "../contract/firings.ts";
import { flowParams } from "../contract/flows.ts";
import {
  patchScheduleBody,
  previewAnswer,
  previewBody,
  previewQuery,
  putScheduleAnswer,
  putScheduleBody,
  schedule as scheduleAnswer,
  scheduleParams,
  schedulesAnswer,
  schedulesQuery,
} from "../contract/schedules.ts";
import { given } from "../../core/given.ts";
import { ProblemError, problemOf } from "../problem.ts";
import { fitPage } from "../page.ts";
import { type Route, route } from "../route.ts";
import { toInstant, withTimes } from "../times.ts";
import { patchOf, specOf, viewOf } from "./schedule-body.ts";

const PATH = "/v1/flows/{flow}/schedules/{schedule}";
const NEVER = "the schedule is valid, but there is no such time in the years to come";
const LEFT_OUT = "every instant that comes is excluded or skipped, as far as was looked: see its preview";

function keyOf({ flow, name }: ListedSchedule): string {
  return `${flow}/${name}`;
}

/** A page of schedules as the API shows them. */
async function page(env: Env, { limit, cursor, include }: z.output<typeof schedulesQuery>, flow?: string) {
  const range = {
    limit,
    ...given({ after: cursor, flow }),
    withPayloads: include === "payload",
    withRecent: include === "recent" || include === "recentAt",
  };
  const found = await listSchedules(env, range);
  return fitPage(found, keyOf, ({ recentAt, ...one }) => ({
    ...viewOf(one),
    ...(include === "recentAt" && recentAt && { recentAt: recentAt.map(toRfc3339) }),
  }));
}

/** A schedule that was written, with what is odd about it. */
function storedOf(schedule: Schedule) {
  const isNever = schedule.enabled && schedule.nextAt === undefined;
  const never = isNever ? [schedule.leftOut ? LEFT_OUT : NEVER] : [];
  return { ...viewOf(schedule), warnings: [...warningsOf(schedule), ...never] };
}

/** The next instants; without a name of its own a schedule's delays are not known yet. */
function previewOf(
  spec: ScheduleSpec,
  key: string,
  createdAt: number,
  from: number,
  count: number,
  skips?: Schedule["skips"],
) {
  const read = readTimetable(spec, createdAt, key);
  if (!read.ok) throw problemOf(read);
  const { items, lookedUntil } = look(read.timetable, from, count, skips);
  const cut =
    lookedUntil === undefined
      ? []
      : [`nothing further was found until ${toRfc3339(lookedUntil)} that is not excluded; look from there`];
  return {
    items: items.map(withTimes),
    warnings: [...warningsOf(spec), ...cut, ...(items.length + cut.length === 0 ? [NEVER] : [])],
  };
}

/** Of a schedule that is stored: what it says can be read, or it has no instants. */
function oddOf(schedule: Schedule, key: string, from: number, count: number): object[] {
  const read = readTimetable(schedule, schedule.createdAt, key);
  return read.ok ? oddOnes(read.timetable, from, count, schedule.skips).map(withTimes) : [];
}

/** How many of them a calendar tells at once. */
const CALENDAR_DAYS = {
  day: CALENDAR_DAYS_MAX,
  hour: CALENDAR_HOUR_DAYS_MAX,
  minute: CALENDAR_MINUTE_DAYS_MAX,
} as const;

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
    problems: ["FlowNotExists", "InvalidCron", "InvalidSchedule", "PayloadTooLarge", "MemoryFull"],
    async handle({ env, params: { flow, schedule: name }, body, caller }) {
      const by = authorOf(caller);
      const outcome = await putSchedule(env, flow, name, specOf(body), { by });
      if (!outcome.ok) throw problemOf(outcome);
      return { status: outcome.created ? 201 : 200, body: storedOf(outcome.schedule) };
    },
  }),
  route({
    id: "patchSchedule",
    method: "PATCH",
    path: PATH,
    summary: "Changes what is given of a schedule, and keeps the rest",
    params: scheduleParams,
    query: nothing,
    body: patchScheduleBody,
    answers: { 200: putScheduleAnswer },
    problems: [
      "FlowNotExists",
      "ScheduleNotExists",
      "InvalidCron",
      "InvalidSchedule",
      "PayloadTooLarge",
      "ScheduleParked",
      "MemoryFull",
    ],
    async handle({ env, params: { flow, schedule: name }, body }) {
      const outcome = await patchSchedule(env, flow, name, patchOf(body));
      if (!outcome.ok) throw problemOf(outcome);
      return { status: 200, body: storedOf(outcome.schedule) };
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
    handle: async ({ env, query }) => ({ status: 200, body: await page(env, query) }),
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
    async handle({ env, params: { flow }, query }) {
      const stored = await findFlow(env, flow);
      if (!stored.ok) throw problemOf(stored);
      return { status: 200, body: await page(env, query, flow) };
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
      return { status: 200, body: viewOf(found.schedule) };
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
    id: "previewNewSchedule",
    method: "POST",
    path: "/v1/schedules/preview",
    summary: "When a schedule would fire; stores nothing",
    access: "read",
    params: nothing,
    query: nothing,
    body: previewBody,
    answers: { 200: previewAnswer },
    problems: ["InvalidCron", "InvalidSchedule"],
    async handle({ body: { count, from, ...body } }) {
      const now = Date.now();
      const start = from === undefined ? now : toInstant(from);
      const spec = specOf(body);
      const refusal = refusalOfNew(spec, "", now);
      if (refusal) throw problemOf(refusal);
      const { items, warnings } = previewOf(spec, "", now, start, count);
      // Delays follow from the names of flow and schedule, which it does not have yet.
      return { status: 200, body: { items: items.map(({ startsAt: _, ...item }) => item), warnings } };
    },
  }),
  route({
    id: "previewSchedule",
    method: "GET",
    path: `${PATH}/preview`,
    summary: "When a schedule fires next; odd days of daylight saving are marked",
    params: scheduleParams,
    query: previewQuery,
    answers: { 200: previewAnswer },
    problems: ["FlowNotExists", "ScheduleNotExists"],
    async handle({ env, params: { flow, schedule: name }, query: { count, from, odd } }) {
      const found = await findSchedule(env, flow, name);
      if (!found.ok) throw problemOf(found);
      const { schedule } = found;
      const start = from === undefined ? Date.now() : toInstant(from);
      const key = scheduleKey(flow, name);
      const body = previewOf(schedule, key, schedule.createdAt, start, count, schedule.skips);
      return { status: 200, body: odd === 0 ? body : { ...body, odd: oddOf(schedule, key, start, odd) } };
    },
  }),
  route({
    id: "getCalendar",
    method: "GET",
    path: `${PATH}/calendar`,
    summary: "How a schedule went, by days, hours or minutes of its zone",
    params: scheduleParams,
    query: calendarQuery,
    answers: { 200: calendarAnswer },
    isTagged: true,
    problems: ["ScheduleNotExists", "InvalidRange"],
    async handle({ env, params: { flow, schedule: name }, query }) {
      const [from, to] = [toInstant(query.from), toInstant(query.to)];
      const days = CALENDAR_DAYS[query.by];
      if (to < from || to - from > days * DAY_MS) {
        throw new ProblemError(
          "InvalidRange",
          `to: must be at or behind \`from\`, and at most ${days} ${days === 1 ? "day" : "days"} later`,
        );
      }
      const asked = { from, to, unit: query.by };
      const found = await askSchedule(env, flow, name, (shard) => shard.calendar(flow, name, asked));
      if (!found) throw problemOf(scheduleNotExists(flow, name));
      const { timeZone, cells, clockChanges } = found;
      const body = { timeZone, cells: cells.map(withTimes), clockChanges: clockChanges.map(withTimes) };
      return { status: 200, body };
    },
  }),
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
      const { limit, cursor, from, to, verdict, kind, unwell } = query;
      const found = await askSchedule(env, flow, name, (shard) =>
        shard.firings(flow, name, {
          limit,
          ...(cursor !== undefined && { cursor }),
          ...(from !== undefined && { from: toInstant(from) }),
          ...(to !== undefined && { to: toInstant(to) }),
          ...(verdict !== undefined && { verdict }),
          ...(kind !== undefined && { kind }),
          isUnwell: unwell === "true",
        }),
      );
      if (!found) throw problemOf(scheduleNotExists(flow, name));
      return { status: 200, body: { ...found, items: found.items.map(withTimes) } };
    },
  }),
];
