import type { Diagnostic } from "../../core/fdl/diagnostic.ts";
import type { FlowRecord, FlowVersion } from "../../core/flow/flow-machine.ts";
import { checkDefinition, deleteFlow, flowNotExists, storeFlow } from "../../service/flows.ts";
import { askDirectory, askFlow } from "../../service/objects.ts";
import type { Env } from "../../env.ts";
import { namesQuery, nothing } from "../contract/common.ts";
import {
  flowAnswer,
  flowParams,
  flowWithDefinition,
  putFlowAnswer,
  putFlowBody,
  validateAnswer,
  validateBody,
  versionQuery,
} from "../contract/flows.ts";
import * as z from "zod";
import { ProblemError, problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { withTimes } from "../times.ts";

const YAML_TYPES = ["application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain"];
const definitionText = { types: YAML_TYPES, key: "definition" };

function toFlow({ name, updatedAt, createdAt }: FlowRecord, { version, description }: FlowVersion) {
  return withTimes({
    name,
    version,
    ...(description !== undefined && { description }),
    createdAt,
    updatedAt,
  });
}

async function getFlow(env: Env, flow: string, version?: number) {
  const found = await askFlow(env, flow, (object) => object.get(version));
  if (found) return found;
  const current = version === undefined ? undefined : await askFlow(env, flow, (object) => object.get());
  if (!current) throw problemOf(flowNotExists(flow));
  throw new ProblemError(
    "VersionNotExists",
    `flow "${flow}" has versions 1 to ${current.flow.version}, not ${version}`,
  );
}

function invalid(diagnostics: readonly Diagnostic[]): ProblemError {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  const rest = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return new ProblemError(
    "InvalidDefinition",
    `line ${first?.line}, column ${first?.column}: ${first?.message}${rest}`,
    {
      diagnostics,
    },
  );
}

export const flowRoutes: readonly Route[] = [
  route({
    id: "putFlow",
    method: "PUT",
    path: "/v1/flows/{flow}",
    summary: "Stores a definition as the flow's newest version",
    params: flowParams,
    query: nothing,
    body: putFlowBody,
    textBody: definitionText,
    answers: { 200: putFlowAnswer, 201: putFlowAnswer },
    problems: ["InvalidDefinition"],
    async handle({ env, params, body }) {
      const { definition, description } = body;
      const result = await storeFlow(env, params.flow, definition, description);
      if (!result.stored) throw invalid(result.diagnostics);
      const { flow, version } = await getFlow(env, params.flow);
      return {
        status: result.created ? 201 : 200,
        body: { ...toFlow(flow, version), diagnostics: result.diagnostics },
      };
    },
  }),
  route({
    id: "validateFlow",
    method: "POST",
    path: "/v1/flows/validate",
    access: "read",
    summary: "Says what is wrong with a definition; stores nothing",
    params: nothing,
    query: nothing,
    body: validateBody,
    textBody: definitionText,
    answers: { 200: validateAnswer },
    problems: [],
    handle: async ({ body }) => ({ status: 200, body: checkDefinition(body.definition) }),
  }),
  route({
    id: "listFlows",
    method: "GET",
    path: "/v1/flows",
    summary: "Flows by name",
    params: nothing,
    query: namesQuery,
    answers: { 200: z.strictObject({ items: z.array(flowAnswer), cursor: z.string().optional() }) },
    problems: [],
    async handle({ env, query: { limit, cursor } }) {
      const names = await askDirectory(env, (directory) => directory.names("flow", limit, cursor));
      const found = await Promise.all(names.map((name) => askFlow(env, name, (object) => object.get())));
      const items = found.flatMap((one) => (one ? [toFlow(one.flow, one.version)] : []));
      return { status: 200, body: { items, ...(names.length === limit && { cursor: names.at(-1) }) } };
    },
  }),
  route({
    id: "getFlow",
    method: "GET",
    path: "/v1/flows/{flow}",
    summary: "A flow with its definition, the newest or a given version",
    params: flowParams,
    query: versionQuery,
    answers: { 200: flowWithDefinition },
    problems: ["FlowNotExists", "VersionNotExists"],
    async handle({ env, params, query }) {
      const { flow, version } = await getFlow(env, params.flow, query.version);
      return { status: 200, body: { ...toFlow(flow, version), definition: version.definition } };
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
