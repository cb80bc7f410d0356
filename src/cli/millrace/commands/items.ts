import { executionHead } from "../../../http/contract/executions.ts";
import { itemsBody } from "../../../http/contract/items.ts";
import { command } from "../command.ts";

export const items = command({
  usage: "items <flow> <name> <step>",
  calls: ["POST /v1/flows/{flow}/executions/{name}/items"],
  summary: "Change how many iterations of an open foreach run at once",
  args: { flow: "name of the flow", name: "name of the execution", step: "path of the foreach" },
  options: itemsBody.omit({ step: true }),
  examples: ["items checks first workersForeach --concurrency 20"],
  async run({ client, args: { flow = "", name = "", step }, options }) {
    const path = `/v1/flows/${encodeURIComponent(flow)}/executions/${encodeURIComponent(name)}/items`;
    const head = await client.call({ method: "POST", path, body: { step, ...options } }, executionHead);
    return { json: head, text: () => `${step}: ${options.concurrency} at once` };
  },
});
