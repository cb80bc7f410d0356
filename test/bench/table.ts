import type { Host } from "./hosts.ts";
import type { Line } from "./record.ts";

/** What is wished for of two measurements within one run, or of one alone (README.md beside this file). */
interface Wish {
  readonly what: string;
  readonly field?: "per_s" | "mem_peak_mb" | "usd_per_1000";
  readonly of: LineQuery;
  readonly to?: LineQuery;
  readonly atLeast?: number;
  readonly atMost?: number;
}

interface LineQuery {
  readonly peer: string;
  readonly host?: Host;
  readonly job: string;
  readonly n?: number;
  readonly way?: string;
}

const PER_TASK = { peer: "millrace", host: "serve", job: "fanout", way: "per-task" } as const;
const BATCHES = { ...PER_TASK, way: "batches-of-10" } as const;
const RESTATE = { peer: "restate", job: "fanout" } as const;
const SMALL = { peer: "millrace", host: "miniflare", job: "many" } as const;

const WISHES: readonly Wish[] = [
  {
    what: "a task a call, 1,000, to raw one-row requests",
    atLeast: 0.65,
    of: { ...PER_TASK, n: 1000 },
    to: { peer: "ceiling", host: "serve", job: "object-1row" },
  },
  {
    what: "a task a call, 5,000, to Restate",
    atLeast: 0.55,
    of: { ...PER_TASK, n: 5000 },
    to: { ...RESTATE, n: 5000 },
  },
  {
    what: "batches of 10, 5,000, to Restate a task a call",
    atLeast: 2.5,
    of: { ...BATCHES, n: 5000 },
    to: { ...RESTATE, n: 5000 },
  },
  {
    what: "a socket, 5,000, to Restate a task a call",
    atLeast: 1.5,
    of: { ...PER_TASK, way: "socket", n: 5000 },
    to: { ...RESTATE, n: 5000 },
  },
  {
    what: "executions of three tasks (Miniflare), to Restate",
    atLeast: 0.5,
    of: SMALL,
    to: { peer: "restate", job: "many" },
  },
  {
    what: "executions of three tasks (Miniflare), to Workflows (Miniflare)",
    atLeast: 3.5,
    of: SMALL,
    to: { peer: "cf-workflows", host: "miniflare", job: "many" },
  },
  {
    what: "a task a call, 1,000 (Miniflare), to Workflows (wrangler dev)",
    atLeast: 20,
    of: { ...PER_TASK, host: "miniflare", n: 1000 },
    to: { peer: "cf-workflows", host: "wrangler", job: "fanout", n: 1000 },
  },
  {
    what: "a task a call, 1,000, to Workflows (both wrangler dev)",
    atLeast: 10,
    of: { ...PER_TASK, host: "wrangler", n: 1000 },
    to: { peer: "cf-workflows", host: "wrangler", job: "fanout", n: 1000 },
  },
  {
    what: "serial steps (Miniflare), to Workflows (Miniflare)",
    atLeast: 5,
    of: { peer: "millrace", host: "miniflare", job: "serial" },
    to: { peer: "cf-workflows", host: "miniflare", job: "serial" },
  },
  {
    what: "schedules on one minute, to the raw rate of new objects",
    atLeast: 0.7,
    of: { peer: "millrace", job: "schedules" },
    to: { peer: "ceiling", host: "serve", job: "new-object" },
  },
  {
    what: "memory at the peak, a task a call, 5,000, to Restate",
    field: "mem_peak_mb",
    atMost: 0.5,
    of: { ...PER_TASK, n: 5000 },
    to: { ...RESTATE, n: 5000 },
  },
  {
    what: "dollars for 1,000 tasks, a task a call, 5,000",
    field: "usd_per_1000",
    atMost: 0.0006,
    of: { ...PER_TASK, n: 5000 },
  },
  {
    what: "dollars for 1,000 tasks, batches of 10, 5,000",
    field: "usd_per_1000",
    atMost: 0.0001,
    of: { ...BATCHES, n: 5000 },
  },
  {
    what: "a task a call, 5,000, to one of 100",
    atLeast: 1,
    of: { ...PER_TASK, n: 5000 },
    to: { ...PER_TASK, n: 100 },
  },
  {
    what: "a task a call, 100,000, to one of 5,000",
    atLeast: 1,
    of: { ...PER_TASK, n: 100_000 },
    to: { ...PER_TASK, n: 5000 },
  },
  {
    what: "batches of 10, 100,000, to one of 5,000",
    atLeast: 1,
    of: { ...BATCHES, n: 100_000 },
    to: { ...BATCHES, n: 5000 },
  },
];

function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function shown(value: number | null | undefined): string {
  if (value === undefined || value === null || Number.isNaN(value)) return "";
  if (Number.isInteger(value)) return value.toLocaleString("en-US");
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3);
}

function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  if (rows.length === 0) return;
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  console.log(`\n${title}\n`);
  console.log(line(head));
  console.log(line(widths.map((width) => "-".repeat(width))));
  for (const row of rows) console.log(line(row));
}

/** Lines of the same measurement, over the repeats. */
function groups(lines: readonly Line[]): Line[][] {
  const key = ({ peer, variant, job, n }: Line) => `${peer} ${variant} ${job} ${n}`;
  return [...Map.groupBy(lines, key).values()];
}

function numbers(lines: readonly Line[], field: string): number[] {
  return lines.flatMap((line) => {
    const value = line[field];
    return typeof value === "number" ? [value] : [];
  });
}

function medianOf(lines: readonly Line[], field: string): string {
  return shown(median(numbers(lines, field)));
}

/** The median, and the range over repeats. */
function withRange(values: readonly number[]): string {
  if (values.length === 0) return "failed";
  const range = values.length > 1 ? ` (${shown(Math.min(...values))} to ${shown(Math.max(...values))})` : "";
  return `${shown(median(values))}${range}`;
}

function printSpeeds(lines: readonly Line[]): void {
  const rows = groups(lines).map((group) => {
    const { peer, variant, job, n, unit } = group[0];
    const speed = withRange(numbers(group, "per_s"));
    const fields = ["cb_p50", "cb_p99", "cpu_ms_per_unit", "mem_peak_mb"];
    return [
      peer,
      variant,
      job,
      shown(n),
      `${speed} ${unit}s`,
      ...fields.map((field) => medianOf(group, field)),
    ];
  });
  const head = [
    "peer",
    "variant",
    "job",
    "n",
    "per second",
    "call p50 ms",
    "p99",
    "CPU ms each",
    "memory MB",
  ];
  printTable("Speed (median, and range over repeats)", head, rows);
}

function printCosts(lines: readonly Line[]): void {
  const fields = ["rows_per_1000", "object_requests_per_1000", "worker_requests_per_1000"];
  const billed = lines.filter((line) => line.object_requests_per_1000 !== undefined);
  const rows = groups(billed).map((group) => {
    const { variant, job, n = 1, unit } = group[0];
    const perThousand = (field: string) => shown(((median(numbers(group, field)) ?? 0) * 1000) / n);
    return [
      variant,
      job,
      shown(n),
      `${unit}s`,
      ...fields.map((field) => medianOf(group, field)),
      perThousand("alarms_set"),
      perThousand("rows_read"),
      perThousand("transport_operations"),
      medianOf(group, "usd_per_1000"),
    ];
  });
  const head = ["variant", "job", "n", "of", "rows", "object requests", "Worker requests"];
  printTable(
    "Cost of Millrace per 1,000, as the platform bills",
    [...head, "alarms in rows", "rows read", "transport operations", "dollars"],
    rows,
  );
}

function find(lines: readonly Line[], { peer, host, job, n, way }: LineQuery): Line[] {
  return lines.filter(
    (line) =>
      line.peer === peer &&
      line.job === job &&
      (host === undefined || line.host === host) &&
      (n === undefined || line.n === n) &&
      (way === undefined || line.variant.endsWith(way)),
  );
}

/** Of each repeat that has both measurements, their ratio; or the one alone. */
function ratios(lines: readonly Line[], { of, to, field = "per_s" }: Wish, use: string = field): number[] {
  const ours = find(lines, of);
  if (!to) return numbers(ours, use);
  return ours.flatMap((line) => {
    const theirs = median(
      numbers(
        find(lines, to).filter(({ rep }) => rep === line.rep),
        use,
      ),
    );
    const own = line[use];
    return typeof own === "number" && theirs !== undefined && theirs > 0 ? [own / theirs] : [];
  });
}

function printWishes(lines: readonly Line[]): void {
  const rows = WISHES.flatMap((wish) => {
    const { what, atLeast = 0, atMost = Number.POSITIVE_INFINITY, to, field = "per_s" } = wish;
    const reached = median(ratios(lines, wish));
    if (reached === undefined) return [];
    const cpu = to && field === "per_s" ? median(ratios(lines, wish, "cpu_ms_per_unit")) : undefined;
    const wished = wish.atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
    const isReached = reached >= atLeast && reached <= atMost;
    const byCpu = cpu === undefined ? "" : shown(1 / cpu);
    return [[what, withRange(ratios(lines, wish)), byCpu, wished, isReached ? "yes" : "no"]];
  });
  const head = ["what", "ratio, or value", "of the server's CPU each", "wished", "reached"];
  printTable("Ratios within this run; that of CPU is the steadier one on a busy machine", head, rows);
}

function printStarts(lines: readonly Line[]): void {
  const fields = ["start_ms", "bundle_kib", "bundle_gzip_kib"];
  const rows = groups(lines.filter(({ job }) => job === "start")).map((group) =>
    fields.map((field) => withRange(numbers(group, field))),
  );
  printTable("From nothing to the first answer", ["workerd, ms", "code KiB", "compressed KiB"], rows);
}

export function printTables(lines: readonly Line[]): void {
  printSpeeds(lines);
  printCosts(lines);
  printStarts(lines);
  printWishes(lines);
}
