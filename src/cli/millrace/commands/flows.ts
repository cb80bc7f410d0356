import * as z from "zod";
import { namesQuery } from "../../../http/contract/common.ts";
import {
  flowWithDefinition,
  flowsAnswer,
  patchFlowBody,
  putFlowAnswer,
  putFlowBody,
  validateAnswer,
  putFlowQuery,
  versionQuery,
  versionsAnswer,
  versionsQuery,
} from "../../../http/contract/flows.ts";
import { command, group } from "../command.ts";
import { YES, confirm } from "../confirm.ts";
import { REPLACE, changeNotes, orNone } from "../existing.ts";
import { UNSET, readChanges } from "../options.ts";
import { UsageError } from "../../usage-error.ts";
import { EXECUTION_RETENTION_DAYS_DEFAULT } from "../../../core/limits.ts";
import { EXIT_CODES, describeDiagnostic } from "../failure.ts";
import { table, time } from "../format.ts";
import { readText } from "../input.ts";
import { ALL, moreNotes, readPages } from "../pages.ts";
import { ApiError } from "../../client.ts";
import { flowPauseCommands } from "./flow-pauses.ts";
import { flowStats } from "./flow-stats.ts";
import { describeParked, retryEffects } from "./retry-effects.ts";

const FLOW = "name of the flow";
const FILE = "its definition in YAML or JSON; - for stdin";
const nothing = z.undefined();

function pathOf(flow = ""): string {
  return `/v1/flows/${encodeURIComponent(flow)}`;
}

const settings = putFlowBody.omit({ definition: true });
const NULLS = { description: null, retentionDays: null };
const DEFAULTS = { retentionDays: EXECUTION_RETENTION_DAYS_DEFAULT };

/** A put says all of it: what is not changed is said again. */
function settingsAfter(
  { description, retentionDays }: z.output<typeof settings>,
  changes: z.output<typeof patchFlowBody>,
): z.output<typeof settings> {
  const all = { description, retentionDays, ...changes };
  return {
    description: all.description ?? undefined,
    retentionDays: all.retentionDays ?? DEFAULTS.retentionDays,
  };
}

const put = command({
  usage: "put <flow> [file]",
  calls: ["GET /v1/flows/{flow}", "PUT /v1/flows/{flow}", "PATCH /v1/flows/{flow}"],
  summary: "Store a definition as the flow's newest version, or change what is given of the flow",
  args: { flow: FLOW, file: `${FILE}; without it the definition stays` },
  changes: settings,
  options: putFlowQuery,
  flags: [UNSET, REPLACE],
  examples: [
    "flow put checks examples/scheduled-workers/flow.yaml",
    "flow put checks - --description 'every night' < flow.yaml",
    "flow put checks flow.yaml --if-version 3",
    "flow put checks --retention-days 7",
  ],
  async run({ client, output, args: { flow, file }, options, flags }) {
    const path = pathOf(flow);
    // Before anything is asked: stdin may be slow.
    const definition = file === undefined ? undefined : readText(file);
    const before = await orNone(client.call({ method: "GET", path }, flowWithDefinition), "FlowNotExists");
    if (definition === undefined && !before)
      throw new UsageError(`there is no flow "${flow}" yet: name the file of its definition`);
    if (definition === undefined && options.ifVersion !== undefined)
      throw new UsageError("--if-version is about a definition: name its file");
    const changes = readChanges(settings, patchFlowBody, flags, before ?? {});
    const kept = flags.replace === true ? DEFAULTS : (before ?? {});
    const call =
      definition === undefined
        ? { method: "PATCH" as const, body: flags.replace === true ? { ...NULLS, ...changes } : changes }
        : {
            method: "PUT" as const,
            query: options,
            body: { definition, ...settingsAfter(kept, changes) },
          };
    try {
      const stored = await client.call({ ...call, path }, putFlowAnswer);
      return {
        json: stored,
        text: () => `flow ${stored.name}: version ${stored.version}`,
        notes: [
          ...changeNotes(["version", ...Object.keys(settings.shape)], before, stored),
          ...stored.diagnostics.map((one) => describeDiagnostic(one, nameOf(file))),
        ],
      };
    } catch (error) {
      if (error instanceof ApiError && !output.isJson)
        for (const one of error.problem.diagnostics ?? []) output.tell(describeDiagnostic(one, nameOf(file)));
      throw error instanceof ApiError && !output.isJson ? withoutDiagnostics(error) : error;
    }
  },
});

/** As it is told: a dash alone says nothing. */
function nameOf(file: string | undefined): string | undefined {
  return file === "-" ? "stdin" : file;
}

/** They have been told with the file's name. */
function withoutDiagnostics({ problem }: ApiError): ApiError {
  return new ApiError({ ...problem, diagnostics: undefined });
}

const validate = command({
  usage: "validate <file>",
  calls: ["POST /v1/flows/validate"],
  summary: "Say what is wrong with a definition; status 1 if it is not valid",
  args: { file: FILE },
  examples: ["flow validate flow.yaml", "flow validate - < flow.yaml"],
  async run({ client, args: { file = "" } }) {
    const body = { definition: readText(file) };
    const checked = await client.call({ method: "POST", path: "/v1/flows/validate", body }, validateAnswer);
    return {
      json: checked,
      text: () =>
        [
          ...checked.diagnostics.map((one) => describeDiagnostic(one, nameOf(file))),
          `${nameOf(file)}: ${checked.valid ? "valid" : "not valid"}`,
        ].join("\n"),
      exitCode: checked.valid ? EXIT_CODES.done : EXIT_CODES.unsuccessful,
    };
  },
});

const get = command({
  usage: "get <flow>",
  calls: ["GET /v1/flows/{flow}"],
  summary: "Show a flow's definition",
  args: { flow: FLOW },
  options: versionQuery,
  examples: ["flow get checks", "flow get checks --version 1 > before.yaml"],
  async run({ client, args: { flow }, options: query }) {
    const found = await client.call({ method: "GET", path: pathOf(flow), query }, flowWithDefinition);
    return {
      json: found,
      text: () => found.definition,
      notes: [
        ...(found.refusals ?? []).map((one) => `would be refused now: ${describeDiagnostic(one, flow)}`),
        ...(found.parked ? [`parked: ${describeParked(found.parked)}`] : []),
      ],
    };
  },
});

const list = command({
  usage: "list",
  calls: ["GET /v1/flows"],
  summary: "List flows by name",
  options: namesQuery,
  flags: [ALL],
  examples: ["flow list", "flow list --all --json"],
  async run({ client, options, flags }) {
    const page = await readPages(client, "/v1/flows", options, flowsAnswer, flags.all);
    return {
      json: page,
      text: (output) =>
        table(
          output,
          page.items,
          [
            ["NAME", ({ name }) => name],
            ["PAUSED", ({ paused }) => paused && time(paused.at)],
            ["VERSION", ({ version }) => version],
            ["UPDATED", ({ updatedAt }) => time(updatedAt)],
            ["DESCRIPTION", ({ description }) => description],
          ],
          "no flows yet: `npx millrace flow put NAME FILE` stores one",
        ),
      notes: moreNotes(page),
    };
  },
});

const versions = command({
  usage: "versions <flow>",
  calls: ["GET /v1/flows/{flow}/versions"],
  summary: "List a flow's versions, newest first",
  args: { flow: FLOW },
  options: versionsQuery,
  flags: [ALL],
  examples: ["flow versions checks"],
  async run({ client, args: { flow }, options, flags }) {
    const page = await readPages(client, `${pathOf(flow)}/versions`, options, versionsAnswer, flags.all);
    return {
      json: page,
      text: (output) =>
        table(
          output,
          page.items,
          [
            ["VERSION", ({ version }) => version],
            ["CREATED", ({ createdAt }) => time(createdAt)],
            ["DESCRIPTION", ({ description }) => description],
          ],
          "no versions",
        ),
      notes: moreNotes(page),
    };
  },
});

const remove = command({
  usage: "delete <flow>",
  calls: ["DELETE /v1/flows/{flow}"],
  summary: "Delete a flow with its schedules, and stop what runs of it",
  args: { flow: FLOW },
  flags: [YES],
  examples: ["flow delete checks", "flow delete checks --yes"],
  async run({ client, args: { flow = "" }, flags }) {
    await confirm(`Delete flow ${flow} with its schedules, and stop what runs of it?`, flags.yes);
    await client.call({ method: "DELETE", path: pathOf(flow) }, nothing);
    return { json: { deleted: flow }, text: () => `flow ${flow}: deleted` };
  },
});

export const flowCommands = group("flow", "Store, read and check flows", [
  put,
  get,
  list,
  versions,
  flowStats,
  validate,
  ...flowPauseCommands,
  remove,
  retryEffects("/v1/flows/{flow}", { flow: FLOW }, "flow retry-effects checks"),
]);
