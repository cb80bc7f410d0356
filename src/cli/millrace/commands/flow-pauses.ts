import { flowPauseAnswer } from "../../../http/contract/flows.ts";
import { pauseFlowBody } from "../../../http/contract/pauses.ts";
import { type Build, command } from "../command.ts";

const ARGS = { flow: "name of the flow" };

function pathOf(flow: string, action: string): string {
  return `/v1/flows/${encodeURIComponent(flow)}/${action}`;
}

function waiting(held: number): string {
  return held === 1 ? "1 start waits" : `${held} starts wait`;
}

const pause = command({
  usage: "pause <flow>",
  calls: ["POST /v1/flows/{flow}/pause"],
  summary: "Start nothing of a flow until it is resumed: what comes waits, or is refused",
  args: ARGS,
  options: pauseFlowBody,
  examples: ["flow pause checks", "flow pause checks --starts refuse --reason 'the database is being moved'"],
  async run({ client, args: { flow = "" }, options: body }) {
    const path = pathOf(flow, "pause");
    const done = await client.call({ method: "POST", path, body }, flowPauseAnswer);
    const says = done.paused?.starts === "refuse" ? "starts are refused" : "starts wait";
    return { json: done, text: () => `flow ${flow}: paused, ${says}`, notes: notesOf(done.held) };
  },
});

const resume = command({
  usage: "resume <flow>",
  calls: ["POST /v1/flows/{flow}/resume"],
  summary: "Let a flow start again, first what waited",
  args: ARGS,
  flags: [["--dry-run", "only say how many starts wait"]],
  examples: ["flow resume checks", "flow resume checks --dry-run"],
  async run({ client, args: { flow = "" }, flags }) {
    const isDry = flags.dryRun === true;
    const path = pathOf(flow, `resume${isDry ? "?dryRun=true" : ""}`);
    const done = await client.call({ method: "POST", path, body: {} }, flowPauseAnswer);
    if (isDry) return { json: done, text: () => `flow ${flow}: ${waiting(done.held)}` };
    return { json: done, text: () => `flow ${flow}: starts again`, notes: notesOf(done.held) };
  },
});

function notesOf(held: number): string[] {
  return held > 0 ? [waiting(held)] : [];
}

export const flowPauseCommands: readonly Build[] = [pause, resume];
