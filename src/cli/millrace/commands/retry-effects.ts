import type * as z from "zod";
import { type parked as parkedShape, retriedAnswer } from "../../../http/contract/parked.ts";
import { type Build, command } from "../command.ts";
import { time } from "../format.ts";

/** What of a resource is parked, a line each; undefined when nothing is. */
export function describeParked(parked: z.output<typeof parkedShape>): string | undefined {
  return parked
    ?.map(({ kind, id, at, reason, retryAt }) => {
      const since = at === undefined ? "" : ` since ${time(at)}`;
      const again = retryAt === undefined ? "" : `; tried again at ${time(retryAt)}`;
      return `${kind} ${id}${since}: ${reason}${again}`;
    })
    .join("\n");
}

/** The command that has something tried again, by its path in the API and what the names in that mean. */
export function retryEffects(
  path: string,
  args: Readonly<Record<string, string>>,
  ...examples: readonly string[]
): Build {
  return command({
    usage: ["retry-effects", ...Object.keys(args).map((name) => `<${name}>`)].join(" "),
    calls: [`POST ${path}/retry-effects`],
    summary: "Try again now what could not be done outside, and what is parked",
    args,
    examples,
    async run({ client, args: given }) {
      const named = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(given[name] ?? ""));
      const retried = await client.call({ method: "POST", path: `${named}/retry-effects` }, retriedAnswer);
      return { json: retried, text: () => `${retried.count} tried again` };
    },
  });
}
