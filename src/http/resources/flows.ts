import { loadDefinition } from "../../core/fdl/compile.ts";
import { graphOf } from "../../core/fdl/graph.ts";
import { given } from "../../core/given.ts";
import {
  type FlowInList,
  type StoredFlow,
  checkDefinition,
  deleteFlow,
  findFlow,
  listFlows,
  flowNotExists,
  patchFlow,
  refusalsOf,
  storeFlow,
} from "../../service/flow-calls.ts";
import { EXECUTION_RETENTION_DAYS_DEFAULT } from "../../core/limits.ts";
import { askFlow } from "../../service/objects.ts";
import type { Env } from "../../env.ts";
import { namesQuery, nothing } from "../contract/common.ts";
import {
  flowsAnswer,
  flowParams,
  flowWithDefinition,
  patchFlowBody,
  putFlowAnswer,
  putFlowBody,
  putFlowQuery,
  validateAnswer,
  validateBody,
  validateQuery,
  versionQuery,
  versionsAnswer,
  versionsQuery,
} from "../contract/flows.ts";
import { toParked } from "../parked.ts";
import { ProblemError, problemOf } from "../problem.ts";
import { fitPage, nameOf } from "../page.ts";
import { type Route, route } from "../route.ts";
import { withTimes } from "../times.ts";

const YAML_TYPES = ["application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain"];
const definitionText = { types: YAML_TYPES, key: "definition" };

/** A flow as lists show it. */
function toFlow({
  name,
  version,
  description,
  createdAt,
  updatedAt,
  retentionDays = EXECUTION_RETENTION_DAYS_DEFAULT,
  paused,
}: Omit<FlowInList, "revision" | "definitionSize">) {
  const optional = given({ description, paused: paused && withTimes(paused) });
  return withTimes({ name, version, ...optional, createdAt, updatedAt, retentionDays });
}

export function viewOf({ flow, version: { version, description } }: StoredFlow) {
  return toFlow({ ...flow, version, ...given({ description }) });
}

async function getFlow(env: Env, name: string, version?: number): Promise<StoredFlow> {
  const found = await findFlow(env, name, version);
  if (!found.ok) throw problemOf(found);
  return found;
}

export const flowRoutes: readonly Route[] = [
  route({
    id: "putFlow",
    method: "PUT",
    path: "/v1/flows/{flow}",
    summary: "Stores a definition as the flow's newest version",
    params: flowParams,
    query: putFlowQuery,
    body: putFlowBody,
    textBody: definitionText,
    answers: { 200: putFlowAnswer, 201: putFlowAnswer },
    problems: ["InvalidDefinition", "VersionMoved"],
    async handle({ env, params, query, body }) {
      const { definition, description, retentionDays } = body;
      const wanted = {
        name: params.flow,
        definition,
        ...(description !== undefined && { description }),
        ...(retentionDays !== undefined && { retentionDays }),
      };
      const result = await storeFlow(env, wanted, query.ifVersion);
      if (!result.ok) {
        if (!("diagnostics" in result)) throw problemOf(result);
        const { detail, diagnostics } = result;
        throw new ProblemError("InvalidDefinition", detail, { diagnostics });
      }
      const { flow, version } = await getFlow(env, params.flow);
      return {
        status: result.created ? 201 : 200,
        body: { ...viewOf({ flow, version }), diagnostics: result.diagnostics },
      };
    },
  }),
  route({
    id: "patchFlow",
    method: "PATCH",
    path: "/v1/flows/{flow}",
    summary: "Changes what is given of a flow, and keeps the rest",
    params: flowParams,
    query: nothing,
    body: patchFlowBody,
    answers: { 200: putFlowAnswer },
    problems: ["FlowNotExists"],
    async handle({ env, params, body }) {
      const outcome = await patchFlow(env, params.flow, body);
      if (!outcome.ok) throw problemOf(outcome);
      const { flow, version, diagnostics } = outcome;
      return { status: 200, body: { ...viewOf({ flow, version }), diagnostics } };
    },
  }),
  route({
    id: "validateFlow",
    method: "POST",
    path: "/v1/flows/validate",
    access: "read",
    summary: "Says what is wrong with a definition; stores nothing",
    params: nothing,
    query: validateQuery,
    body: validateBody,
    textBody: definitionText,
    answers: { 200: validateAnswer },
    problems: [],
    handle: async ({ body, query, env }) => {
      const { valid, diagnostics, flow } = checkDefinition(env, body.definition);
      const graph = query.graph === "true" && flow ? { graph: graphOf(flow) } : {};
      return { status: 200, body: { valid, diagnostics: [...diagnostics], ...graph } };
    },
  }),
  route({
    id: "listFlows",
    method: "GET",
    path: "/v1/flows",
    summary: "Flows by name",
    params: nothing,
    query: namesQuery,
    answers: { 200: flowsAnswer },
    problems: [],
    async handle({ env, query: { limit, cursor } }) {
      const page = await listFlows(env, limit, cursor);
      return { status: 200, body: fitPage(page, nameOf, toFlow) };
    },
  }),
  route({
    id: "getFlow",
    method: "GET",
    path: "/v1/flows/{flow}",
    summary: "A flow with its definition, the newest or a given version",
    params: flowParams,
    query: versionQuery,
    isTagged: true,
    answers: { 200: flowWithDefinition },
    problems: ["FlowNotExists", "VersionNotExists"],
    async handle({ env, params, query }) {
      const { flow, version, parked, held } = await getFlow(env, params.flow, query.version);
      const { definition } = version;
      const refusals = refusalsOf(env, definition, flow.name);
      const head = { ...viewOf({ flow, version }), definition, ...given({ held }), ...toParked(parked) };
      const graph = query.graph === "true" ? { graph: graphOf(loadDefinition(definition)) } : {};
      return { status: 200, body: { ...head, ...graph, ...(refusals.length > 0 && { refusals }) } };
    },
  }),
  route({
    id: "listVersions",
    method: "GET",
    path: "/v1/flows/{flow}/versions",
    summary: "A flow's versions, newest first, without their definitions",
    params: flowParams,
    query: versionsQuery,
    answers: { 200: versionsAnswer },
    problems: ["FlowNotExists"],
    async handle({ env, params, query: { limit, cursor } }) {
      const before = cursor === undefined ? undefined : Number(cursor);
      const versions = await askFlow(env, params.flow, (object) => object.versions(limit, before));
      if (!versions) throw problemOf(flowNotExists(params.flow));
      const last = versions.at(-1)?.version ?? 1;
      const more = versions.length === limit && last > 1 ? { cursor: String(last) } : {};
      const page = { items: versions, ...more };
      return { status: 200, body: fitPage(page, ({ version }) => String(version), withTimes) };
    },
  }),
  route({
    id: "deleteFlow",
    method: "DELETE",
    path: "/v1/flows/{flow}",
    summary: "Deletes a flow with its schedules; stops what runs of it",
    params: flowParams,
    query: nothing,
    answers: { 204: undefined },
    problems: ["FlowNotExists"],
    async handle({ env, params }) {
      const outcome = await deleteFlow(env, params.flow);
      if (!outcome.ok) throw problemOf(outcome);
      return { status: 204 };
    },
  }),
];
