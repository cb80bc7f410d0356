import * as z from "zod";
import { authorOf } from "../../auth/roles.ts";
import { given } from "../../core/given.ts";
import { sortable } from "../../core/text.ts";
import type { ExecutionEntry } from "../../core/flow/flow.ts";
import type { ExecutionsQuery } from "../../core/objects.ts";
import type { WaitingFor } from "../../core/execution-views.ts";
import { type Place, listAllExecutions } from "../../service/list-executions.ts";
import type { ExecutionHead, StepView } from "../../core/execution-views.ts";
import {
  describeExecution,
  findExecution,
  listExecutions,
  openValue,
  readEvents,
  startExecution,
  stopExecution,
} from "../../service/execution-calls.ts";
import { HEAD_VALUE_SIZE, SHOWN_VALUE_SIZE } from "../../core/limits.ts";
import { abridgeHead } from "../../queries/references.ts";
import { askExecution } from "../../service/objects.ts";
import { peekExecution } from "../../service/peek.ts";
import type { HistoryEvent } from "../../core/history/event.ts";
import type { ExecutionId } from "../../core/names.ts";
import type { Env } from "../../env.ts";
import { toRfc3339 } from "../../core/time.ts";
import { json, nothing } from "../contract/common.ts";
import { toParked } from "../parked.ts";
import {
  allExecutionsQuery,
  executionHead,
  executionParams,
  executionQuery,
  executionsAnswer,
  executionsQuery,
  peekExecutionsAnswer,
  peekExecutionsQuery,
  historyAnswer,
  historyQuery,
  startBody,
  startQuery,
  stepsAnswer,
  stepsQuery,
  stopBody,
  logQuery,
  valueQuery,
} from "../contract/executions.ts";
import { flowParams } from "../contract/flows.ts";
import { idempotencyConflict, startName } from "../idempotency.ts";
import { ProblemError, problemOf } from "../problem.ts";
import { fitPage } from "../page.ts";
import { type Route, route } from "../route.ts";
import { toInstant, toPause, withTimes } from "../times.ts";

export function toHead(known: ExecutionHead) {
  // What the index tells of a start has the whole input.
  const { waitingFor, parked, paused, inputText: _text, ...head } = abridgeHead(known, HEAD_VALUE_SIZE);
  return {
    ...withTimes(head),
    ...(paused && { paused: toPause(paused) }),
    ...(waitingFor && { waitingFor: waitingFor.map(toWaiting) }),
    ...toParked(parked),
  };
}

function toWaiting({ since, until, unaskedSince, ...waiting }: WaitingFor) {
  return {
    ...withTimes(waiting),
    ...(since !== undefined && { since: toRfc3339(since) }),
    ...(until !== undefined && { until: toRfc3339(until) }),
    ...(unaskedSince !== undefined && { unaskedSince: toRfc3339(unaskedSince) }),
  };
}

function toSummary(flow: string, { generation: _, number: __, paused, ...entry }: ExecutionEntry) {
  return withTimes({ flow, ...entry, ...(paused && { paused: toPause(paused) }) });
}

type Filters = Omit<z.output<typeof executionsQuery>, "cursor">;

export function toFilters({
  limit,
  status,
  prefix,
  startedBy,
  from,
  to,
  label,
  paused,
  callbacks,
}: Filters): ExecutionsQuery {
  const separator = label?.indexOf(":") ?? 0;
  return {
    limit,
    ...(status !== undefined && { status }),
    ...(prefix !== undefined && { prefix }),
    ...(startedBy !== undefined && { startedBy }),
    ...(from !== undefined && { from: toInstant(from) }),
    ...(to !== undefined && { to: toInstant(to) }),
    ...(paused !== undefined && { paused: paused === "true" }),
    ...(callbacks !== undefined && { callbacks: callbacks === "true" }),
    ...(label !== undefined && {
      label: { key: label.slice(0, separator), value: label.slice(separator + 1) },
    }),
  };
}

export function cursorAt({ startedAt, number, flow }: Place): string {
  return [sortable(startedAt), sortable(number), flow].join(":");
}

/** The cursor's form was checked. */
export function readPlace(cursor: string | undefined): Place | undefined {
  const [startedAt, number, flow = ""] = cursor?.split(":") ?? [];
  return cursor === undefined ? undefined : { startedAt: Number(startedAt), number: Number(number), flow };
}

function toStep({ limits, ...step }: StepView) {
  return { ...withTimes(step), ...(limits && { limits: withTimes(limits) }) };
}

function toEvent({ at, ...event }: HistoryEvent) {
  return { ...withTimes(event), time: toRfc3339(at) };
}

function toBareEvent({ detail: _, ...event }: HistoryEvent) {
  const { at, ...bare } = event;
  return { ...withTimes(bare), time: toRfc3339(at) };
}

/** The execution's own object, if it has taken the start. */
async function find(env: Env, flow: string, name: string): Promise<ExecutionId> {
  const found = await findExecution(env, flow, name);
  if (!found.ok) throw problemOf(found);
  return found.id;
}

/** `FLOW/EXECUTION` as it is now; undefined when there is no such one. */
async function peek(env: Env, path: string) {
  const [flow = "", name = ""] = path.split("/");
  const found = await peekExecution(env, flow, name, Date.now());
  if (found.ok) {
    const { waits, ...entry } = found.entry;
    return { ...toSummary(flow, entry), ...(waits && { waits: toWaiting(waits) }) };
  }
  if (found.code === "FlowNotExists" || found.code === "ExecutionNotExists") return undefined;
  throw problemOf(found);
}

const PATH = "/v1/flows/{flow}/executions";

export const executionRoutes: readonly Route[] = [
  route({
    id: "startExecution",
    method: "POST",
    path: PATH,
    summary: "Starts an execution; with `wait` the answer is held until it ends",
    audited: false,
    params: flowParams,
    query: startQuery,
    body: startBody,
    answers: { 200: executionHead, 201: executionHead },
    problems: [
      "FlowNotExists",
      "FlowPaused",
      "FlowFull",
      "VersionNotExists",
      "ExecutionAlreadyExists",
      "IdempotencyConflict",
      "TooManyExecutions",
      "TooManyStarts",
      "MemoryFull",
      "TooManyPolls",
    ],
    async handle({ env, params, query, body, headers, caller }) {
      const { name, startId, isKeyed } = await startName(headers, body.name, body);
      const outcome = await startExecution(env, {
        flow: params.flow,
        name,
        input: body.input,
        ...(body.version !== undefined && { version: body.version }),
        ...(body.labels && { labels: body.labels }),
        startedBy: authorOf(caller),
        startId,
        waitSeconds: query.wait,
      });
      const isTaken = outcome.ok ? !outcome.created : outcome.code === "ExecutionAlreadyExists";
      if (isKeyed && isTaken) throw idempotencyConflict();
      if (!outcome.ok) throw problemOf(outcome);
      return { status: outcome.created ? 201 : 200, body: toHead(outcome.head) };
    },
  }),
  route({
    id: "listFlowExecutions",
    method: "GET",
    path: PATH,
    summary: "A flow's executions, newest first",
    params: flowParams,
    query: executionsQuery,
    answers: { 200: executionsAnswer },
    problems: ["FlowNotExists"],
    async handle({ env, params, query }) {
      const { cursor, ...filters } = query;
      const before = cursor === undefined ? {} : { before: Number(cursor) };
      const found = await listExecutions(env, params.flow, { ...toFilters(filters), ...before });
      if (!found.ok) throw problemOf(found);
      const { items, last } = found.page;
      return {
        status: 200,
        body: {
          items: items.map((entry) => toSummary(params.flow, entry)),
          ...(last && { cursor: sortable(last.number) }),
        },
      };
    },
  }),
  route({
    id: "listAllExecutions",
    method: "GET",
    path: "/v1/executions",
    summary: "Executions of all flows that were active lately, newest first",
    params: nothing,
    query: allExecutionsQuery,
    answers: { 200: executionsAnswer },
    problems: [],
    async handle({ env, query: { cursor, ...filters } }) {
      const { items, last, leftOut } = await listAllExecutions(env, toFilters(filters), readPlace(cursor));
      const page = { items, cursor: last && cursorAt(last), leftOut };
      const body = fitPage(
        page,
        ({ flow, entry }) => cursorAt({ flow, ...entry }),
        ({ flow, entry }) => toSummary(flow, entry),
      );
      return { status: 200, body };
    },
  }),
  route({
    id: "peekExecutions",
    method: "GET",
    path: "/v1/executions/peek",
    summary: "A few executions as they are now, which a list may not know yet",
    params: nothing,
    query: peekExecutionsQuery,
    isTagged: true,
    answers: { 200: peekExecutionsAnswer },
    problems: [],
    async handle({ env, query: { of } }) {
      const found = await Promise.all(of.split(",").map((path) => peek(env, path)));
      return { status: 200, body: { items: found.filter((summary) => summary !== undefined) } };
    },
  }),
  route({
    id: "getExecution",
    method: "GET",
    path: `${PATH}/{name}`,
    summary: "An execution; with `wait` the answer is held until it ends",
    params: executionParams,
    query: executionQuery,
    answers: { 200: executionHead },
    problems: ["FlowNotExists", "ExecutionNotExists", "TooManyPolls"],
    async handle({ env, params, query }) {
      const outcome = await describeExecution(env, params.flow, params.name, query.wait);
      if (!outcome.ok) throw problemOf(outcome);
      return { status: 200, body: toHead(outcome.head) };
    },
  }),
  route({
    id: "listSteps",
    method: "GET",
    path: `${PATH}/{name}/steps`,
    summary: "The steps of an execution, the iterations of a foreach, or the steps of an iteration",
    params: executionParams,
    query: stepsQuery,
    answers: { 200: stepsAnswer },
    problems: ["FlowNotExists", "ExecutionNotExists", "StepNotExists"],
    async handle({ env, params, query }) {
      const id = await find(env, params.flow, params.name);
      const { parent, status, contains, limit, cursor } = query;
      const steps = await askExecution(env, id, (execution) =>
        execution.steps({
          from: cursor ?? query.from,
          limit,
          ...(parent !== undefined && { parent }),
          ...given({ status, contains }),
        }),
      );
      if (!steps && parent !== undefined) {
        throw new ProblemError("StepNotExists", `the execution has not entered "${parent}"`);
      }
      const { items, next } = steps ?? { items: [] };
      return {
        status: 200,
        body: { items: items.map(toStep), ...(next !== undefined && { cursor: String(next) }) },
      };
    },
  }),
  route({
    id: "listEvents",
    method: "GET",
    path: `${PATH}/{name}/history`,
    summary: "The events of an execution, in order",
    params: executionParams,
    query: historyQuery,
    answers: { 200: historyAnswer },
    problems: ["FlowNotExists", "ExecutionNotExists"],
    async handle({ env, params, query }) {
      const { type, step, detail, limit, cursor } = query;
      const page = await readEvents(env, params.flow, params.name, {
        after: cursor ?? query.after,
        limit,
        ...(detail === undefined && { valueSize: SHOWN_VALUE_SIZE }),
        ...(type !== undefined && { type }),
        ...(step !== undefined && { step }),
      });
      if (!page.ok) throw problemOf(page);
      const { events, next } = page;
      return {
        status: 200,
        body: {
          items: events.map(detail === undefined ? toEvent : toBareEvent),
          ...(next !== undefined && { cursor: String(next) }),
        },
      };
    },
  }),
  route({
    id: "getLog",
    method: "GET",
    path: `${PATH}/{name}/log`,
    summary: "What the commands of an execution's tasks wrote: the beginning and the end of it",
    params: executionParams,
    query: logQuery,
    textType: "text/plain; charset=utf-8",
    answers: { 200: z.string() },
    problems: ["FlowNotExists", "ExecutionNotExists"],
    async handle({ env, params, query }) {
      const id = await find(env, params.flow, params.name);
      const text = await askExecution(env, id, (execution) => execution.log(given(query)));
      return { status: 200, body: text ?? "" };
    },
  }),
  route({
    id: "getValue",
    method: "GET",
    path: `${PATH}/{name}/value`,
    summary: "A value that an execution, its steps or its events only refer to",
    params: executionParams,
    query: valueQuery,
    answers: { 200: json },
    problems: ["FlowNotExists", "ExecutionNotExists", "ValueNotExists"],
    async handle({ env, params, query }) {
      const value = await openValue(env, params.flow, params.name, query.ref);
      if (!value.ok) throw problemOf(value);
      return { status: 200, body: value.stream };
    },
  }),
  route({
    id: "stopExecution",
    method: "POST",
    path: `${PATH}/{name}/stop`,
    summary: "Stops a running execution",
    params: executionParams,
    query: nothing,
    body: stopBody,
    answers: { 200: executionHead },
    problems: ["FlowNotExists", "ExecutionNotExists", "ExecutionAlreadyCompleted", "ExecutionStarting"],
    async handle({ env, params, body }) {
      const outcome = await stopExecution(env, params.flow, params.name, body.error, body.cause);
      if (!outcome.ok) throw problemOf(outcome);
      return { status: 200, body: toHead(outcome.head) };
    },
  }),
];
