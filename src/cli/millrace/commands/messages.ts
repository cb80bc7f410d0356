import type * as z from "zod";
import { deleteBody, extendBody, leasesAnswer } from "../../../http/contract/queues.ts";
import { EXIT_CODES } from "../failure.ts";
import { type Build, command } from "../command.ts";
import { time } from "../format.ts";
import type { Said } from "../output.ts";

const ARGS = { queue: "name of the queue", receipts: "receipts that came with the messages" };

function sayVerdicts(receipts: readonly string[], done: string, answer: z.output<typeof leasesAnswer>): Said {
  const lines = answer.verdicts.map((verdict, position) => {
    const receipt = receipts[position] ?? "";
    if (!verdict.ok) return `${receipt}: ${verdict.code}: ${verdict.detail}`;
    return `${receipt}: ${done}${verdict.leaseUntil === undefined ? "" : ` until ${time(verdict.leaseUntil)}`}`;
  });
  const isDone = answer.verdicts.every(({ ok }) => ok);
  return {
    json: answer,
    text: () => lines.join("\n"),
    exitCode: isDone ? EXIT_CODES.done : EXIT_CODES.refused,
  };
}

function onReceipts(
  action: "delete" | "extend" | "release",
  summary: string,
  done: string,
  shape: z.ZodObject,
): Build {
  return command({
    usage: `${action}-messages <queue> <receipts...>`,
    calls: [`POST /v1/queues/{queue}/${action}`],
    summary,
    args: ARGS,
    options: shape,
    examples: [`queue ${action}-messages workers RECEIPT`],
    async run({ client, args: { queue = "" }, many: receipts, options }) {
      const path = `/v1/queues/${encodeURIComponent(queue)}/${action}`;
      const body = { receipts, ...options };
      return sayVerdicts(receipts, done, await client.call({ method: "POST", path, body }, leasesAnswer));
    },
  });
}

const none = deleteBody.omit({ receipts: true });

export const messageCommands: readonly Build[] = [
  onReceipts("delete", "Delete received messages", "deleted", none),
  onReceipts("extend", "Hide received messages for longer", "hidden", extendBody.omit({ receipts: true })),
  onReceipts("release", "Give received messages back", "given back", none),
];
