import { HttpClient } from "./client.ts";
import { pool } from "./jobs.ts";
import { Latencies } from "./latencies.ts";

/** Posts the same body so many times over so many connections, and tells how fast that went. */
const { BENCH_URL = "", BENCH_BODY = "", BENCH_REQUESTS = "1", BENCH_LOOPS = "32" } = process.env;
const { origin, pathname } = new URL(BENCH_URL);
const loops = Number(BENCH_LOOPS);
const requests = Number(BENCH_REQUESTS);
const client = new HttpClient(origin, loops);
const latencies = new Latencies();
let bad = 0;

const startedAt = performance.now();
await pool(requests, loops, async () => {
  const calledAt = performance.now();
  const answer = await client.send("POST", pathname, BENCH_BODY).catch(() => undefined);
  if (answer?.status !== 200) bad++;
  latencies.add(performance.now() - calledAt);
});
const seconds = (performance.now() - startedAt) / 1000;
process.send?.({
  rps: requests / seconds,
  p50: latencies.percentile(50),
  p99: latencies.percentile(99),
  bad,
});
process.on("disconnect", () => process.exit(0));
