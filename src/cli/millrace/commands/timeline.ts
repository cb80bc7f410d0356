import { timelineAnswer, timelineQuery } from "../../../http/contract/live.ts";
import { command } from "../command.ts";
import { table } from "../format.ts";
import { executionPath } from "../watch.ts";

/** As wide as a terminal has room for beside names and counts. */
const COLUMNS = 60;

/** `s3f.2` written out, with blanks where nothing was. */
function drawn(states: string): string {
  return states
    .replaceAll(/([a-z.])(\d+)/g, (_, letter: string, times: string) => letter.repeat(Number(times)))
    .replaceAll(".", " ")
    .trimEnd();
}

export const timeline = command({
  usage: "timeline <flow> <name>",
  calls: ["GET /v1/flows/{flow}/executions/{name}/timeline"],
  summary: "Show when what happened in an execution, by step or by worker",
  args: { flow: "name of the flow", name: "name of the execution" },
  options: timelineQuery.extend({ width: timelineQuery.shape.width.unwrap().default(COLUMNS) }),
  examples: ["timeline nightly first --by worker", "timeline nightly first --width 800 --json"],
  async run({ client, args: { flow, name }, options: query }) {
    const path = `${executionPath(flow, name)}/timeline`;
    const found = await client.call({ method: "GET", path, query }, timelineAnswer);
    return {
      json: found,
      text: (output) =>
        table(
          output,
          found.lanes,
          [
            [query.by === "worker" ? "WORKER" : "STEP", ({ name: lane }) => lane],
            ["DONE", ({ done }) => done],
            ["FAILED", ({ failed }) => failed],
            ["s done, f failed, x stopped, r runs, w and y wait", ({ states }) => drawn(states)],
          ],
          "nothing to show",
        ),
    };
  },
});
