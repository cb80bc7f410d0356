import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NpmRun, freePort, newDataFolder } from "./service.ts";

const JOBS = "fanout:20,serial:10,many:4,roundtrips:20";

test("npm run bench measures each job, and what it costs", async () => {
  const results = join(newDataFolder(), "results.jsonl");
  const options = ["--peers", "millrace", "--jobs", JOBS, "--connections", "4", "--results", results];
  const run = new NpmRun("bench", ...options, "--port", String(await freePort()));
  expect(await run.ended(), run.output).toBe(0);
  const lines = readFileSync(results, "utf8").trim().split("\n");
  const measured = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(measured.map(({ job, variant, ok }) => [job, variant, ok])).toEqual([
    ["fanout", "miniflare-per-task", true],
    ["many", "miniflare-per-task", true],
    ["fanout", "miniflare-batches-of-10", true],
    ["serial", "miniflare-pass", true],
    ["roundtrips", "miniflare-v1-batches-of-1", true],
    ["roundtrips", "miniflare-v1-batches-of-10", true],
    ["roundtrips", "miniflare-mns-batches-of-1", true],
    ["roundtrips", "miniflare-mns-batches-of-10", true],
  ]);
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
