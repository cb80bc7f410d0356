import { putFlowAnswer } from "../../../http/contract/flows.ts";
import { queueAnswer } from "../../../http/contract/queues.ts";
import { putScheduleAnswer } from "../../../http/contract/schedules.ts";
import { ApiError, type Client } from "../../client.ts";
import { type Wanted, keyOf, readAll } from "../apply/documents.ts";
import { filesOf } from "../apply/files.ts";
import { type ApplyStep, pathOf, planApply } from "../apply/plan-apply.ts";
import { type SaidApply, describeApply } from "../apply/said-apply.ts";
import { command } from "../command.ts";
import { EXIT_CODES } from "../failure.ts";

const FAULT = 500;
const ANSWERS = { queue: queueAnswer, flow: putFlowAnswer, schedule: putScheduleAnswer };

export const apply = command({
  usage: "apply <paths...>",
  calls: [
    "GET /v1/queues/{queue}",
    "PUT /v1/queues/{queue}",
    "GET /v1/flows/{flow}",
    "PUT /v1/flows/{flow}",
    "GET /v1/flows/{flow}/schedules/{schedule}",
    "PUT /v1/flows/{flow}/schedules/{schedule}",
  ],
  summary: "Put what stands in files and differs: queues, flows and schedules; nothing is ever deleted",
  args: { paths: "files, or folders of them" },
  flags: [["--dry-run", "only say what would be done"]],
  examples: ["apply crontabs --dry-run", "apply checks.flow.yaml nightly.yaml"],
  async run({ client, many, flags }) {
    const wanted = readAll(filesOf(many));
    const steps = await planApply(client, wanted);
    const isDry = flags.dryRun === true;
    const refused = isDry ? new Map<ApplyStep, string>() : await putAll(client, steps);
    const said = steps.map((step) => sayStep(step, refused.get(step)));
    return {
      json: { dryRun: isDry, steps: said },
      text: (output) => describeApply(said, output),
      notes: isDry ? ["Nothing was changed: this was a dry run."] : [],
      exitCode: refused.size > 0 ? EXIT_CODES.unsuccessful : EXIT_CODES.done,
    };
  },
});

/** What is refused keeps only what needs it from being done. */
async function putAll(client: Client, steps: readonly ApplyStep[]): Promise<Map<ApplyStep, string>> {
  const refused = new Map<ApplyStep, string>();
  const flows = new Set<string>();
  for (const step of steps) {
    if (step.sign === "=") continue;
    const { wanted } = step;
    if (wanted.kind === "schedule" && flows.has(wanted.flow)) {
      refused.set(step, `left out: it needs flow ${wanted.flow}`);
      continue;
    }
    const reason = await put(client, wanted);
    if (reason === undefined) continue;
    refused.set(step, reason);
    if (wanted.kind === "flow" && step.sign === "+") flows.add(wanted.name);
  }
  return refused;
}

async function put(client: Client, wanted: Wanted): Promise<string | undefined> {
  try {
    await client.call({ method: "PUT", path: pathOf(wanted), body: wanted.body }, ANSWERS[wanted.kind]);
    return undefined;
  } catch (error) {
    if (error instanceof ApiError && error.problem.status < FAULT) return error.message;
    throw error;
  }
}

function sayStep({ sign, wanted, changes }: ApplyStep, reason: string | undefined): SaidApply {
  const what = { what: keyOf(wanted), file: wanted.file };
  return reason === undefined ? { sign, ...what, changes } : { sign: "!", ...what, changes: [], reason };
}
