import type * as z from "zod";
import { isUnwell, rankOf } from "../../../core/schedule/judgement.ts";
import { stretchAt } from "../../../core/schedule/nights.ts";
import { toRfc3339 } from "../../../core/time.ts";
import { nightAnswer, nightQuery } from "../../../http/contract/night.ts";
import { command } from "../command.ts";
import { EXIT_CODES } from "../failure.ts";
import { duration, table, time } from "../format.ts";
import type { Output } from "../output.ts";

type Night = z.output<typeof nightAnswer>;
type Item = Night["items"][number];
type Run = NonNullable<Item["runs"]>[number];

/** Something of a schedule that a line tells. */
interface Line {
  readonly item: Item;
  /** Absent: it ran too often to tell of each. */
  readonly run?: Run;
}

export const night = command({
  usage: "night",
  calls: ["GET /v1/night"],
  summary: "Say how all schedules went: by default in the last night, from 18:00 to 09:00 here, or today",
  options: nightQuery.omit({ shards: true }).partial(),
  flags: [["--all", "also what went well"]],
  examples: [
    "night",
    "night --from 24h --all",
    "night --json | jq .counts",
    "night || mail -s 'last night' ops",
  ],
  async run({ client, options, flags, output }) {
    const now = Date.now();
    const { from, to } = bounds(options, now);
    const found = await client.call({ method: "GET", path: "/v1/night", query: { from, to } }, nightAnswer);
    const { failed = 0, missed = 0 } = found.counts;
    const lines = found.items.flatMap((item) => linesOf(item, flags.all === true));
    return {
      json: found,
      text: () =>
        [headline(found, now), ...(lines.length === 0 ? [] : ["", tell(output, lines, now)])].join("\n"),
      notes: found.next
        .slice(0, NEXT_SHOWN)
        .map((one) => `next: ${time(one.at)} ${one.flow}/${one.schedule}`),
      exitCode: failed + missed > 0 ? EXIT_CODES.unsuccessful : EXIT_CODES.done,
    };
  },
});

const NEXT_SHOWN = 3;

/** What was asked for; what was not, as somebody means it who asks now. */
function bounds({ from, to }: { from?: string | undefined; to?: string | undefined }, now: number) {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const usual = stretchAt(now, zone);
  const end = from === undefined ? Math.min(usual.to, now) : now;
  return { from: from ?? toRfc3339(usual.from), to: to ?? toRfc3339(end) };
}

function headline({ from, to, counts }: Night, now: number): string {
  const { schedules, failed = 0, missed = 0, late = 0, running = 0 } = counts;
  const when = `${time(from)} to ${Date.parse(to) >= now ? "now" : time(to)}`;
  if (schedules === 0) return `${when}: nothing was to run.`;
  const parts = [
    failed > 0 ? `${failed} failed` : "",
    missed > 0 ? `${missed} missed a run` : "",
    late > 0 ? `${late} ${late === 1 ? "was" : "were"} late` : "",
    running > 0 ? `${running} still ${running === 1 ? "runs" : "run"}` : "",
  ].filter((part) => part !== "");
  const of = `${schedules} ${schedules === 1 ? "schedule" : "schedules"}`;
  return `${when}: ${parts.length === 0 ? `all went well, ${of}` : `of ${of} ${parts.join(", ")}`}.`;
}

/** Without `isAll` what somebody should know of, and what runs. */
function linesOf(item: Item, isAll: boolean): Line[] {
  const isTold = ({ verdict }: Run) => isAll || verdict === "running" || isUnwell(verdict);
  if (item.runs) return item.runs.filter(isTold).map((run) => ({ item, run }));
  return isAll || isUnwell(item.worst) ? [{ item }] : [];
}

function tell(output: Output, lines: readonly Line[], now: number): string {
  const sorted = lines.toSorted((a, b) => rankOf(verdictOf(a)) - rankOf(verdictOf(b)));
  return table(
    output,
    sorted,
    [
      ["FLOW", ({ item }) => item.flow],
      ["SCHEDULE", ({ item }) => item.schedule],
      ["VERDICT", (line) => output.paint(COLOURS[verdictOf(line)] ?? "green", verdictOf(line))],
      ["AT", ({ run }) => time(run?.at)],
      ["TOOK", ({ run }) => tookOf(run, now)],
      ["WHY", (line) => whyOf(line)],
      ["EXECUTION", ({ run }) => run?.executionName],
    ],
    "",
  );
}

const COLOURS: Partial<Record<Item["worst"], "red" | "yellow" | "cyan" | "dim">> = {
  failed: "red",
  missed: "red",
  late: "yellow",
  running: "cyan",
  waiting: "cyan",
  stopped: "dim",
  skipped: "dim",
};

function verdictOf({ item, run }: Line) {
  return run?.verdict ?? item.worst;
}

function tookOf(run: Run | undefined, now: number): string {
  return run?.startedAt === undefined ? "" : duration(run.startedAt, run.endedAt, now);
}

function whyOf({ item, run }: Line): string {
  if (!run)
    return Object.entries(item.counts)
      .map(([verdict, count]) => `${count} ${verdict}`)
      .join(", ");
  const { error, why, reason, missedStart = false, missedEnd = false } = run;
  const broken = [missedStart ? "began after its promise" : "", missedEnd ? "past its promised end" : ""];
  return [error, why, reason, ...broken].filter((part) => part !== undefined && part !== "").join(", ");
}
