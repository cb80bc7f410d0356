import * as z from "zod";
import { executionHead } from "../../../http/contract/executions.ts";
import { redriveOptions, redrivePlan } from "../../../http/contract/redrive.ts";
import { type Build, command } from "../command.ts";

type Plan = z.output<typeof redrivePlan>;

/** `61 items run, 239 are kept, then publish`. */
function told({ again, counts, then }: Plan): string {
  const { tasks, iterations, kept, waiting } = counts;
  const hasItems = iterations + kept > 0;
  const items = hasItems ? `${iterations} items run, ${kept} are kept` : `${tasks} tasks run`;
  const steps = again.length > 0 && !hasItems ? ` (${again.join(", ")})` : "";
  const waits = waiting > 0 ? `, ${waiting} wait on` : "";
  return `${items}${steps}${waits}${then.length > 0 ? `, then ${then.join(", ")}` : ""}`;
}

/** On the command line it is a text in any case. */
const version = z
  .string()
  .regex(/^([1-9]\d{0,8}|latest)$/, 'must be a number, or "latest"')
  .optional()
  .describe(redriveOptions.shape.version.description ?? "");

export const redrive: Build = command({
  usage: "redrive <flow> <name>",
  calls: ["POST /v1/flows/{flow}/executions/{name}/redrive"],
  summary: "Let an execution go on that failed, was stopped or took too long: what succeeded is kept",
  args: { flow: "name of the flow", name: "name of the execution" },
  options: redriveOptions.extend({ version }),
  examples: [
    "redrive nightly run-7 --dry-run",
    "redrive nightly run-7 --reason 'the disk has room again'",
    "redrive nightly run-7 --children new",
    "redrive nightly run-7 --version latest",
    "redrive nightly run-7 --from prepare",
    "redrive nightly run-7 --items machines --dry-run",
  ],
  async run({ client, args: { flow = "", name = "" }, options }) {
    const path = `/v1/flows/${encodeURIComponent(flow)}/executions/${encodeURIComponent(name)}/redrive`;
    const { version: wanted, ...more } = options;
    const onto = wanted === undefined ? {} : { version: wanted === "latest" ? wanted : Number(wanted) };
    const answer = await client.call(
      { method: "POST", path, body: { ...onto, ...more } },
      z.union([redrivePlan, executionHead]),
    );
    if ("again" in answer) return { json: answer, text: () => told(answer), notes: answer.warnings };
    const nth =
      answer.redrives === undefined || answer.redrives === 1 ? "" : `, the ${answer.redrives}th time`;
    return { json: answer, text: (output) => `${flow}/${name}: ${output.status(answer.status)}${nth}` };
  },
});
