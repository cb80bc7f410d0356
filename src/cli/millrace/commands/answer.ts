import { answerOptions, reportAnswer } from "../../../http/contract/tasks.ts";
import { UsageError } from "../../usage-error.ts";
import { command } from "../command.ts";

const EITHER = "an answer is either --output, or --error with --cause";

export const answer = command({
  usage: "answer <flow> <name> <step>",
  calls: ["POST /v1/flows/{flow}/executions/{name}/answer"],
  summary: "End a task that waits, in place of whoever has its token: as done, or as failed",
  args: { flow: "name of the flow", name: "name of the execution", step: "path of the step that waits" },
  options: answerOptions,
  examples: [
    `answer orders 4711 approve --output '{"approved": true}'`,
    "answer orders 4711 approve --error Refused --cause 'over the budget'",
  ],
  async run({ client, args: { flow = "", name = "", step: path = "" }, options }) {
    const { attempt, output, error, cause } = options;
    if ((output === undefined) === (error === undefined)) throw new UsageError(EITHER);
    const body = { path, attempt, ...(error === undefined ? { output } : { error, cause }) };
    const at = `/v1/flows/${encodeURIComponent(flow)}/executions/${encodeURIComponent(name)}/answer`;
    const done = await client.call({ method: "POST", path: at, body }, reportAnswer);
    return { json: done, text: () => `${path} is answered, as event ${done.eventId}` };
  },
});
