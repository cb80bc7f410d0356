import type * as z from "zod";
import { peekAnswer, peekQuery } from "../../../http/contract/queues.ts";
import { command } from "../command.ts";
import { table, time } from "../format.ts";
import type { Output } from "../output.ts";

function describe({ items }: z.output<typeof peekAnswer>, output: Output): string {
  return table(
    output,
    items,
    [
      ["ID", ({ id }) => id],
      ["SENT", ({ enqueuedAt }) => time(enqueuedAt)],
      ["PRIORITY", ({ priority }) => priority],
      ["DELIVERED", ({ dequeueCount }) => dequeueCount],
      ["BODY", ({ body }) => body],
    ],
    "no message waits for a worker",
  );
}

export const peek = command({
  usage: "peek <queue>",
  calls: ["GET /v1/queues/{queue}/messages"],
  summary: "Show the next messages of a queue, which stay where they are",
  args: { queue: "name of the queue" },
  options: peekQuery,
  examples: ["queue peek jobs", "queue peek jobs --max 5 --json"],
  async run({ client, output, args: { queue = "" }, options }) {
    const path = `/v1/queues/${encodeURIComponent(queue)}/messages`;
    const page = await client.call({ method: "GET", path, query: options }, peekAnswer);
    return { json: page, text: () => describe(page, output) };
  },
});
