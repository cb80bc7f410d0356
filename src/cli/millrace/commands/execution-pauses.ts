import { executionHead } from "../../../http/contract/executions.ts";
import { pauseExecutionBody } from "../../../http/contract/pauses.ts";
import { type Build, command } from "../command.ts";
import { time } from "../format.ts";

const ARGS = { flow: "name of the flow", name: "name of the execution" };

function pathOf(flow: string, name: string, action: "pause" | "resume"): string {
  return `/v1/flows/${encodeURIComponent(flow)}/executions/${encodeURIComponent(name)}/${action}`;
}

const pause = command({
  usage: "pause <flow> <name>",
  calls: ["POST /v1/flows/{flow}/executions/{name}/pause"],
  summary: "Dispatch nothing new of an execution until it is resumed; what runs goes on",
  args: ARGS,
  options: pauseExecutionBody,
  examples: [
    "pause checks first",
    "pause checks first --until 2026-11-27T06:00:00+08:00 --reason 'the database is being moved'",
  ],
  async run({ client, args: { flow = "", name = "" }, options: body }) {
    const path = pathOf(flow, name, "pause");
    const head = await client.call({ method: "POST", path, body }, executionHead);
    const until = head.paused?.until;
    const ends = until === undefined ? "until it is resumed" : `until ${time(until)}`;
    return { json: head, text: () => `${flow}/${name}: paused ${ends}` };
  },
});

const resume = command({
  usage: "resume <flow> <name>",
  calls: ["POST /v1/flows/{flow}/executions/{name}/resume"],
  summary: "Let a paused execution go on",
  args: ARGS,
  examples: ["resume checks first"],
  async run({ client, args: { flow = "", name = "" } }) {
    const path = pathOf(flow, name, "resume");
    const head = await client.call({ method: "POST", path, body: {} }, executionHead);
    return { json: head, text: (output) => `${flow}/${name}: ${output.status(head.status)}` };
  },
});

export const executionPauseCommands: readonly Build[] = [pause, resume];
