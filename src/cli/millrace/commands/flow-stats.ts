import type * as z from "zod";
import { flowStatsAnswer, flowStatsQuery } from "../../../http/contract/flow-stats.ts";
import { command } from "../command.ts";
import { lasting, table, time } from "../format.ts";

type Stats = z.output<typeof flowStatsAnswer>;

const PERCENT = 100;

export const flowStats = command({
  usage: "stats <flow>",
  calls: ["GET /v1/flows/{flow}/stats"],
  summary:
    "Show how a flow's executions ended and how long they took, by days or hours of a zone, yours by default",
  args: { flow: "name of the flow" },
  options: flowStatsQuery,
  examples: [
    "flow stats checks",
    "flow stats checks --by hour --from 24h",
    "flow stats checks --time-zone UTC --json",
  ],
  async run({ client, args: { flow = "" }, options }) {
    const path = `/v1/flows/${encodeURIComponent(flow)}/stats`;
    const { timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone } = options;
    const found = await client.call(
      { method: "GET", path, query: { ...options, timeZone } },
      flowStatsAnswer,
    );
    return {
      json: found,
      text: (output) =>
        table(
          output,
          found.buckets.filter(hasSomething),
          [
            [options.by.toUpperCase(), ({ local }) => local.replace("T", " ")],
            ["SUCCEEDED", ({ succeeded }) => succeeded],
            ["FAILED", ({ failed }) => failed],
            ["TIMED OUT", ({ timedOut }) => timedOut],
            ["STOPPED", ({ stopped }) => stopped],
            ["RUNNING", ({ running }) => running],
            ["HALF WITHIN", ({ p50Ms }) => lasting(p50Ms)],
            ["95 % WITHIN", ({ p95Ms }) => lasting(p95Ms)],
          ],
          "nothing was started in this time",
        ),
      notes: notesOf(found),
    };
  },
});

function hasSomething({ succeeded, failed, timedOut, stopped, running }: Stats["buckets"][number]): boolean {
  return succeeded + failed + timedOut + stopped + running > 0;
}

function notesOf({ successRate, p50Ms, p95Ms, errors, knownFrom }: Stats): string[] {
  return [
    ...(successRate === undefined ? [] : [`${Math.floor(successRate * PERCENT)} % succeeded`]),
    ...(p50Ms === undefined ? [] : [`half took up to ${lasting(p50Ms)}, 95 % up to ${lasting(p95Ms)}`]),
    ...errors.map(({ error, count, execution }) => `${count} times ${error}, last in ${execution}`),
    ...(knownFrom === undefined
      ? []
      : [`what was started before ${time(knownFrom)} is not counted: too much`]),
  ];
}
