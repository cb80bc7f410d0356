import type { FailureGroup } from "../../core/execution-views.ts";
import { executionObjectName } from "../../core/names.ts";
import { findExecution, readSnapshot } from "../../service/execution-calls.ts";
import { askExecution } from "../../service/objects.ts";
import { nothing } from "../contract/common.ts";
import { executionParams } from "../contract/executions.ts";
import { failuresAnswer, failuresQuery, liveQuery, snapshotAnswer } from "../contract/live.ts";
import { ProblemError, problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { withTimes } from "../times.ts";
import { toHead } from "./executions.ts";

const PATH = "/v1/flows/{flow}/executions/{name}";
const NO_FAILURES = { total: 0, ungrouped: 0, groups: [], byWorker: [] };

function toGroup(group: FailureGroup) {
  return withTimes(group);
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
];
