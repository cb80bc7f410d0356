import type { ExecutionTimeline, FailureGroup, TimelineLane } from "../../core/execution-views.ts";
import { given } from "../../core/given.ts";
import { executionObjectName } from "../../core/names.ts";
import { toRfc3339 } from "../../core/time.ts";
import { findExecution, readSnapshot } from "../../service/execution-calls.ts";
import { askExecution } from "../../service/objects.ts";
import { nothing } from "../contract/common.ts";
import { executionParams } from "../contract/executions.ts";
import {
  failuresAnswer,
  failuresQuery,
  liveQuery,
  snapshotAnswer,
  timelineAnswer,
  timelineQuery,
} from "../contract/live.ts";
import { ProblemError, problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { toInstant, withTimes } from "../times.ts";
import { toHead } from "./executions.ts";

const PATH = "/v1/flows/{flow}/executions/{name}";
const NO_FAILURES = { total: 0, ungrouped: 0, groups: [], byWorker: [] };

function toGroup(group: FailureGroup) {
  return withTimes(group);
}

function toLane({ failing, ...lane }: TimelineLane) {
  return { ...lane, ...(failing && { failing: { ...failing, since: toRfc3339(failing.since) } }) };
}

function toTimeline({ from, to, lanes, more }: ExecutionTimeline) {
  return { from: toRfc3339(from), to: toRfc3339(to), lanes: lanes.map(toLane), more };
}

/** What watchers of an execution ask for: their cost does not depend on how many iterations there are. */
export const liveRoutes: readonly Route[] = [
  route({
    id: "getSnapshot",
    method: "GET",
    path: `${PATH}/snapshot`,
    summary: "An execution for whoever draws it: its steps, and a letter for each iteration",
    params: executionParams,
    query: nothing,
    isTagged: true,
    answers: { 200: snapshotAnswer },
    problems: ["FlowNotExists", "ExecutionNotExists"],
    async handle({ env, params }) {
      const found = await readSnapshot(env, params.flow, params.name);
      if (!found.ok) throw problemOf(found);
      const { snapshot } = found;
      // What it costs grows with each question: with that no tag would ever stand for anything.
      const { usage: _usage, ...head } = snapshot.head;
      return { status: 200, body: { ...snapshot, head: toHead(head) } };
    },
  }),
  route({
    id: "watchExecution",
    method: "GET",
    path: `${PATH}/live`,
    summary: "A socket that tells what is new of an execution",
    params: executionParams,
    query: liveQuery,
    answers: { 101: undefined },
    problems: ["FlowNotExists", "ExecutionNotExists", "ForeignOrigin", "UpgradeRequired"],
    async handle({ env, params, query, headers, caller, session }) {
      if (headers.get("upgrade")?.toLowerCase() !== "websocket") {
        throw new ProblemError("UpgradeRequired", "send `Upgrade: websocket`, or ask for the snapshot");
      }
      const found = await findExecution(env, params.flow, params.name);
      if (!found.ok) throw problemOf(found);
      const told = new URLSearchParams({ since: String(query.since), key: caller.accessKeyId });
      if (session) told.set("until", String(session.expiresAt));
      const stub = env.EXECUTIONS.getByName(executionObjectName(found.id));
      const asked = new Request(`https://execution/?${told.toString()}`, {
        headers: { upgrade: "websocket" },
      });
      return { status: 101, socket: await stub.fetch(asked) };
    },
  }),
  route({
    id: "getFailures",
    method: "GET",
    path: `${PATH}/failures`,
    summary: "What failed in an execution, by error and by worker",
    params: executionParams,
    query: failuresQuery,
    answers: { 200: failuresAnswer },
    problems: ["FlowNotExists", "ExecutionNotExists"],
    async handle({ env, params, query: { step } }) {
      const found = await findExecution(env, params.flow, params.name);
      if (!found.ok) throw problemOf(found);
      const told = await askExecution(env, found.id, (execution) => execution.failures(step));
      const { groups, ...failures } = told ?? NO_FAILURES;
      return { status: 200, body: { ...failures, groups: groups.map(toGroup) } };
    },
  }),
  route({
    id: "getTimeline",
    method: "GET",
    path: `${PATH}/timeline`,
    summary: "When what happened in an execution, by step or by worker, as a picture of so many pixels",
    params: executionParams,
    query: timelineQuery,
    answers: { 200: timelineAnswer },
    problems: ["FlowNotExists", "ExecutionNotExists", "ExecutionStarting", "InvalidRange"],
    async handle({ env, params, query: { by, width, ...asked } }) {
      const from = asked.from === undefined ? undefined : toInstant(asked.from);
      const to = asked.to === undefined ? undefined : toInstant(asked.to);
      if (from !== undefined && to !== undefined && from >= to)
        throw new ProblemError("InvalidRange", "`from` must be before `to`");
      const found = await findExecution(env, params.flow, params.name);
      if (!found.ok) throw problemOf(found);
      const drawn = await askExecution(env, found.id, (execution) =>
        execution.timeline({ by, width, ...given({ from, to }) }),
      );
      if (!drawn)
        throw new ProblemError(
          "ExecutionStarting",
          "the execution has not taken its start yet: try again shortly",
        );
      return { status: 200, body: toTimeline(drawn) };
    },
  }),
];
