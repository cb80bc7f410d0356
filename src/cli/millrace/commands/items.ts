import * as z from "zod";
import { executionHead } from "../../../http/contract/executions.ts";
import { itemChanges } from "../../../http/contract/items.ts";
import { UsageError } from "../../usage-error.ts";
import { command } from "../command.ts";

/** On the command line indexes are written as people write them: `3,17-20`. */
const options = itemChanges.omit({ step: true }).extend({
  tolerance: z
    .string()
    .optional()
    .describe("How many items may fail from now on: a number, or a share such as 10%"),
  stop: z.string().optional().describe("What is left out: notStarted, all, or indexes such as 3,17-20"),
  retry: z
    .string()
    .optional()
    .describe("Which failures are tried again: failed for all, or indexes such as 3,17-20"),
});

type Options = z.output<typeof options>;
type Body = z.input<typeof itemChanges>;

const RUN = /^(\d{1,6})(?:-(\d{1,6}))?$/;

function readIndexes(text: string, option: string, words: string): number[][] {
  return text.split(",").map((part) => {
    const [, first = "", last = first] = RUN.exec(part.trim()) ?? [];
    if (first === "" || Number(last) < Number(first))
      throw new UsageError(`${option} takes ${words}, or indexes such as 3,17-20, not "${text}"`);
    return [Number(first), Number(last) - Number(first) + 1];
  });
}

function readTolerance(text: string): Body["tolerance"] {
  const [, number = "", percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim()) ?? [];
  if (number === "")
    throw new UsageError(`--tolerance takes a number, or a share such as 10%, not "${text}"`);
  return percent === "%" ? { percentage: Number(number) } : Number(number);
}

function bodyOf(step: string, { tolerance, stop, retry, ...rest }: Options): Body {
  const words = "notStarted, all";
  return {
    step,
    ...rest,
    ...(tolerance !== undefined && { tolerance: readTolerance(tolerance) }),
    ...(stop !== undefined && {
      stop: stop === "notStarted" || stop === "all" ? stop : readIndexes(stop, "--stop", words),
    }),
    ...(retry !== undefined && {
      retry: retry === "failed" ? retry : readIndexes(retry, "--retry", "failed"),
    }),
  };
}

/** `20 at once, 5 may fail, 3-5 left out` */
function told({ concurrency, tolerance, stop, retry }: Options): string {
  const parts = [
    concurrency === undefined ? "" : `${concurrency} at once`,
    tolerance === undefined ? "" : `${tolerance} may fail`,
    stop === undefined ? "" : `left out: ${stop}`,
    retry === undefined ? "" : `tried again: ${retry}`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

export const items = command({
  usage: "items <flow> <name> <step>",
  calls: ["POST /v1/flows/{flow}/executions/{name}/items"],
  summary:
    "Change how an open foreach goes on: how many run, how many may fail, what is left out or tried again",
  args: { flow: "name of the flow", name: "name of the execution", step: "path of the foreach" },
  options,
  examples: [
    "items checks first workersForeach --concurrency 20",
    "items checks first workersForeach --tolerance 10%",
    "items checks first workersForeach --stop notStarted --reason 'enough for tonight'",
    "items checks first workersForeach --retry 3,17-20",
  ],
  async run({ client, args: { flow = "", name = "", step = "" }, options: said }) {
    const path = `/v1/flows/${encodeURIComponent(flow)}/executions/${encodeURIComponent(name)}/items`;
    const head = await client.call({ method: "POST", path, body: bodyOf(step, said) }, executionHead);
    return { json: head, text: () => `${step}: ${told(said)}` };
  },
});
