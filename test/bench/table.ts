import type { Line } from "./record.ts";

/** What is wished for, as ratios within one run (README.md beside this file). */
interface Ratio {
  readonly what: string;
  readonly atLeast: number;
  readonly of: LineQuery;
  readonly to: LineQuery;
}

interface LineQuery {
  readonly peer: string;
  readonly job: string;
  readonly n?: number;
  readonly way?: string;
}

const RATIOS: readonly Ratio[] = [
  {
    what: "fan-out of 1,000 per task, to Cloudflare Workflows",
    atLeast: 10,
    of: { peer: "millrace", job: "fanout", n: 1000, way: "per-task" },
    to: { peer: "cf-workflows", job: "fanout", n: 1000 },
  },
  {
    what: "fan-out of 1,000 in batches of 10, to Cloudflare Workflows per task",
    atLeast: 60,
    of: { peer: "millrace", job: "fanout", n: 1000, way: "batches-of-10" },
    to: { peer: "cf-workflows", job: "fanout", n: 1000 },
  },
  {
    what: "fan-out of 1,000 per task, to one raw row a request",
    atLeast: 0.5,
    of: { peer: "millrace", job: "fanout", n: 1000, way: "per-task" },
    to: { peer: "ceiling", job: "object-1row" },
  },
  {
    what: "200 serial steps, to Cloudflare Workflows",
    atLeast: 5,
    of: { peer: "millrace", job: "serial", n: 200 },
    to: { peer: "cf-workflows", job: "serial", n: 200 },
  },
  {
    what: "500 executions of three tasks, to Cloudflare Workflows",
    atLeast: 3,
    of: { peer: "millrace", job: "many", n: 500 },
    to: { peer: "cf-workflows", job: "many", n: 500 },
  },
  {
    what: "fan-out of 5,000 per task, to one of 100",
    atLeast: 1,
    of: { peer: "millrace", job: "fanout", n: 5000, way: "per-task" },
    to: { peer: "millrace", job: "fanout", n: 100, way: "per-task" },
  },
  {
    what: "fan-out of 100,000 in batches of 10, to one of 5,000",
    atLeast: 1,
    of: { peer: "millrace", job: "fanout", n: 100_000, way: "batches-of-10" },
    to: { peer: "millrace", job: "fanout", n: 5000, way: "batches-of-10" },
  },
  {
    what: "fan-out of 100,000 per task, to one of 5,000",
    atLeast: 1,
    of: { peer: "millrace", job: "fanout", n: 100_000, way: "per-task" },
    to: { peer: "millrace", job: "fanout", n: 5000, way: "per-task" },
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
  if (value === 0) return "0";
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

function printSpeeds(lines: readonly Line[]): void {
  const rows = groups(lines).map((group) => {
    const { peer, variant, job, n, unit } = group[0];
    const speeds = numbers(group, "per_s");
    const range =
      speeds.length > 1 ? ` (${shown(Math.min(...speeds))} to ${shown(Math.max(...speeds))})` : "";
    const speed = speeds.length === 0 ? "failed" : `${shown(median(speeds))}${range}`;
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
  const billed = lines.filter((line) => line.rows_per_1000 !== undefined);
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

function find(lines: readonly Line[], { peer, job, n, way }: LineQuery): Line[] {
  return lines.filter(
    (line) =>
      line.peer === peer &&
      line.job === job &&
      (n === undefined || line.n === n) &&
      (way === undefined || line.variant.endsWith(way)),
  );
}

function printRatios(lines: readonly Line[]): void {
  const rows = RATIOS.flatMap(({ what, atLeast, of, to }) => {
    const [ours, theirs] = [find(lines, of), find(lines, to)];
    const [own, other] = [median(numbers(ours, "per_s")), median(numbers(theirs, "per_s"))];
    if (own === undefined || other === undefined) return [];
    const [ownCpu, otherCpu] = [ours, theirs].map((group) => median(numbers(group, "cpu_ms_per_unit")));
    const byCpu = ownCpu === undefined || otherCpu === undefined ? "" : shown(otherCpu / ownCpu);
    const ratio = own / other;
    return [[what, shown(ratio), byCpu, String(atLeast), ratio >= atLeast ? "yes" : "no"]];
  });
  const head = ["of", "ratio of speeds", "of the server's CPU each", "wished at least", "reached"];
  printTable("Ratios within this run; the second is the steadier one on a busy machine", head, rows);
}

export function printTables(lines: readonly Line[]): void {
  printSpeeds(lines);
  printCosts(lines);
  printRatios(lines);
}
