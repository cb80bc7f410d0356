import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NpmRun, freePort, newDataFolder } from "./service.ts";

const JOBS = "fanout:20,serial:10,many:4,roundtrips:20";

const MEASURED = [
  ["fanout", "per-task"],
  ["many", "per-task"],
  ["fanout", "batches-of-10"],
  ["fanout", "socket"],
  ["serial", "pass"],
  ["roundtrips", "v1-batches-of-1"],
  ["roundtrips", "v1-batches-of-10"],
  ["roundtrips", "mns-batches-of-1"],
  ["roundtrips", "mns-batches-of-10"],
];

test("npm run bench measures each job on each host, and what it costs", async () => {
  const results = join(newDataFolder(), "results.jsonl");
  const options = ["--peers", "millrace", "--hosts", "serve,miniflare", "--jobs", JOBS, "--connections", "4"];
  const run = new NpmRun("bench", ...options, "--results", results, "--port", String(await freePort()));
  expect(await run.ended(), run.output).toBe(0);
  const lines = readFileSync(results, "utf8").trim().split("\n");
  const measured = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(measured.map(({ job, variant, ok }) => [job, variant, ok])).toEqual(
    ["serve", "miniflare"].flatMap((host) => MEASURED.map(([job, way]) => [job, `${host} ${way}`, true])),
  );
  for (const line of measured) {
    for (const field of ["per_s", "rows_written", "object_requests", "worker_requests", "usd_per_1000"])
      expect(line[field], `${String(line.job)}: ${field}`).toBeGreaterThan(0);
  }
  expect(run.output).toContain("Cost of Millrace per 1,000");
});

test("npm run bench refuses what it does not know", async () => {
  const run = new NpmRun("bench", "--jobs", "fanout:0");
  expect(await run.ended()).toBe(2);
  expect(run.output).toContain("is no job");
});
