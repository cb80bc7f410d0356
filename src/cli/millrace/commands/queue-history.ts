import { depthAnswer, depthQuery } from "../../../http/contract/queue-history.ts";
import { command } from "../command.ts";
import { table, time } from "../format.ts";

const SECOND_MS = 1000;

export const queueHistory = command({
  usage: "history <queue>",
  calls: ["GET /v1/queues/{queue}/history"],
  summary: "Show how full a queue was, in the last hours or up to a week ago",
  args: { queue: "name of the queue" },
  options: depthQuery,
  examples: ["queue history jobs", "queue history jobs --from 24h"],
  async run({ client, output, args: { queue = "" }, options }) {
    const path = `/v1/queues/${encodeURIComponent(queue)}/history`;
    const found = await client.call({ method: "GET", path, query: options }, depthAnswer);
    const begin = Date.parse(found.from);
    const rows = found.points.map((point, nth) => ({
      at: begin + nth * found.stepSeconds * SECOND_MS,
      point,
    }));
    const text = () =>
      table(
        output,
        rows,
        [
          ["FROM", ({ at }) => time(new Date(at).toISOString())],
          ["READY", ({ point: [ready] }) => ready],
          ["IN FLIGHT", ({ point: [, inFlight] }) => inFlight],
          ["WAITED", ({ point: [, , oldestMs] }) => `${Math.round(oldestMs / SECOND_MS)} s`],
          ["IN", ({ point: [, , , sent] }) => sent],
          ["OUT", ({ point: [, , , , gone] }) => gone],
        ],
        "nothing is known of this time",
      );
    return { json: found, text };
  },
});
