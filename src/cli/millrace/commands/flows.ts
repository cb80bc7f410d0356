import * as z from "zod";
import { namesQuery } from "../../../http/contract/common.ts";
import {
  flowWithDefinition,
  flowsAnswer,
  putFlowAnswer,
  putFlowBody,
  validateAnswer,
  versionQuery,
  versionsAnswer,
  versionsQuery,
} from "../../../http/contract/flows.ts";
import { command, group } from "../command.ts";
import { EXIT_CODES, describeDiagnostic } from "../failure.ts";
import { table, time } from "../format.ts";
import { readText } from "../input.ts";
import { ALL, moreNotes, readPages } from "../pages.ts";
import { ApiError } from "../../client.ts";

const FLOW = "name of the flow";
const FILE = "its definition in YAML or JSON; - for stdin";
const nothing = z.undefined();

function pathOf(flow = ""): string {
  return `/v1/flows/${encodeURIComponent(flow)}`;
}

const put = command({
  usage: "put <flow> <file>",
  summary: "Store a definition as the flow's newest version",
  args: { flow: FLOW, file: FILE },
  options: putFlowBody.omit({ definition: true }),
  examples: [
    "flow put checks examples/scheduled-workers/flow.yaml",
    "flow put checks - --description 'every night' < flow.yaml",
  ],
  async run({ client, output, args: { flow, file = "" }, options }) {
    const body = { definition: readText(file), ...options };
    try {
      const stored = await client.call({ method: "PUT", path: pathOf(flow), body }, putFlowAnswer);
      return {
        json: stored,
        text: () => `flow ${stored.name}: version ${stored.version}`,
        notes: stored.diagnostics.map((one) => describeDiagnostic(one, file)),
      };
    } catch (error) {
      if (error instanceof ApiError && !output.isJson)
        for (const one of error.problem.diagnostics ?? []) output.tell(describeDiagnostic(one, file));
      throw error instanceof ApiError && !output.isJson ? withoutDiagnostics(error) : error;
    }
  },
});

/** They have been told with the file's name. */
function withoutDiagnostics({ problem }: ApiError): ApiError {
  return new ApiError({ ...problem, diagnostics: undefined });
}

const validate = command({
  usage: "validate <file>",
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
          ...checked.diagnostics.map((one) => describeDiagnostic(one, file)),
          `${file}: ${checked.valid ? "valid" : "not valid"}`,
        ].join("\n"),
      exitCode: checked.valid ? EXIT_CODES.done : EXIT_CODES.unsuccessful,
    };
  },
});

const get = command({
  usage: "get <flow>",
  summary: "Show a flow's definition",
  args: { flow: FLOW },
  options: versionQuery,
  examples: ["flow get checks", "flow get checks --version 1 > before.yaml"],
  async run({ client, args: { flow }, options: query }) {
    const found = await client.call({ method: "GET", path: pathOf(flow), query }, flowWithDefinition);
    return {
      json: found,
      text: () => found.definition,
      notes: (found.refusals ?? []).map((one) => `would be refused now: ${describeDiagnostic(one, flow)}`),
    };
  },
});

const list = command({
  usage: "list",
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
  summary: "Delete a flow with its schedules, and stop what runs of it",
  args: { flow: FLOW },
  examples: ["flow delete checks"],
  async run({ client, args: { flow = "" } }) {
    await client.call({ method: "DELETE", path: pathOf(flow) }, nothing);
    return { json: { deleted: flow }, text: () => `flow ${flow}: deleted` };
  },
});

export const flowCommands = group("flow", "Store, read and check flows", [
  put,
  get,
  list,
  versions,
  validate,
  remove,
]);
