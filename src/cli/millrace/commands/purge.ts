import * as z from "zod";
import { command } from "../command.ts";
import { YES, confirm } from "../confirm.ts";

export const purge = command({
  usage: "purge <flow> <name>",
  calls: ["DELETE /v1/flows/{flow}/executions/{name}"],
  summary: "Delete an execution that has ended, with all it holds, before its time",
  args: { flow: "name of the flow", name: "name of the execution" },
  flags: [YES],
  examples: ["purge checks first", "purge checks first --yes"],
  async run({ client, args: { flow = "", name = "" }, flags }) {
    await confirm(`Delete ${flow}/${name} with its history, input and output?`, flags.yes);
    const path = `/v1/flows/${encodeURIComponent(flow)}/executions/${encodeURIComponent(name)}`;
    await client.call({ method: "DELETE", path }, z.undefined());
    return { json: { deleted: `${flow}/${name}` }, text: () => `${flow}/${name}: is being deleted` };
  },
});
