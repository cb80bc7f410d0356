import { boardCallbacksAnswer, boardCallbacksQuery } from "../../../http/contract/board-callbacks.ts";
import { command } from "../command.ts";
import { table, time } from "../format.ts";

export const callbacks = command({
  usage: "callbacks",
  calls: ["GET /v1/board/callbacks"],
  summary: "List the tasks for which somebody outside has to answer, the oldest first",
  options: boardCallbacksQuery,
  examples: ["callbacks", "callbacks --flow orders --json | jq -r '.items[].execution'"],
  async run({ client, output, options: query }) {
    const found = await client.call(
      { method: "GET", path: "/v1/board/callbacks", query },
      boardCallbacksAnswer,
    );
    return {
      json: found,
      text: () =>
        table(
          output,
          found.items,
          [
            ["SINCE", ({ since }) => time(since)],
            ["DUE", ({ dueAt }) => time(dueAt)],
            ["FLOW", ({ flow }) => flow],
            ["EXECUTION", ({ execution }) => execution],
            ["STEP", ({ path }) => path],
            ["ASKED", ({ asked: { kind, name } }) => `${kind} ${name}`],
          ],
          "nothing waits for anybody outside",
        ),
      notes: [
        ...(found.cursor === undefined ? [] : [`There is more: --cursor ${found.cursor}`]),
        ...(found.cutFlows.length > 0
          ? [`Of these flows only some are told: ${found.cutFlows.join(", ")}.`]
          : []),
        ...(found.isWhole ? [] : ["The board still asks around: it may know nothing of some."]),
      ],
    };
  },
});
