import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { HttpClient } from "../client.ts";
import { DURABILITY, startMillrace, versions } from "../hosts.ts";
import { pool } from "../jobs.ts";
import { Latencies } from "../latencies.ts";
import type { Options } from "../options.ts";
import { round } from "../processes.ts";
import type { Records } from "../record.ts";
import { perThousand, readUnits, rowsBilled, unitsBetween } from "../units.ts";

/** All schedules must be there before their instant: some that never fire tell how long that takes here. */
const TRIAL = 200;
const ROOM = 1.5;
const LEAD_MS = 10_000;
const MINUTE_MS = 60_000;
const YEAR_MS = 365 * 24 * 60 * MINUTE_MS;
const LOOK_MS = 1000;
const PATH = "/v1/flows/flow";
const FLOW = "version: v1\ntype: flow\nsteps:\n  - { type: pass, name: p }\n";

interface Firing {
  readonly verdict: string;
  readonly latenessMs: number;
  readonly startLatenessMs: number;
  readonly executionStatus?: string;
}

/** So many schedules on one instant, on the first host: how late each was decided, and how fast their executions began and ended. */
export async function benchSchedules(
  n: number,
  options: Options,
  records: Records,
  rep: number,
): Promise<void> {
  const [host = "serve"] = options.hosts;
  const service = await startMillrace(host, options.port, join(options.data, `schedules-${rep}`));
  try {
    const { url, accessKeyId, accessKeySecret } = service.credentials;
    const client = new HttpClient(url, options.connections, {
      authorization: `Bearer ${accessKeyId}.${accessKeySecret}`,
    });
    const fired = await fireAll(client, n, options.connections);
    const measured = { peer: "millrace", variant: host, host, job: "schedules", rep, n, unit: "execution" };
    records.add({ ...measured, durability: DURABILITY, versions: versions(), ok: true, ...fired });
  } finally {
    await service.stop();
  }
}

async function fireAll(client: HttpClient, n: number, atOnce: number) {
  await client.send("PUT", PATH, FLOW, { "content-type": "application/yaml" });
  const put = (many: number, name: string, at: number) => {
    const instant = new Date(at).toISOString();
    const schedule = { cron: "* * * * *", startAt: instant, endAt: instant, overlap: "skip" };
    return pool(many, atOnce, async (index) => {
      await client.json("PUT", `${PATH}/schedules/${name}-${index}`, schedule);
    });
  };
  const triedAt = Date.now();
  await put(TRIAL, "trial", triedAt + YEAR_MS);
  const lead = LEAD_MS + ROOM * (Date.now() - triedAt) * (n / TRIAL);
  const at = Math.ceil((Date.now() + lead) / MINUTE_MS) * MINUTE_MS;
  await put(n, "s", at);
  const early = at - Date.now();
  if (early < 0) throw new Error("the schedules were not there in time");
  const units = async () => readUnits((await client.send("GET", "/metrics")).text);
  const before = await units();
  await pause(early);
  const ended = await untilEnded(client, n);
  const billed = perThousand(unitsBetween(before, await units()), n);
  const perSecond = round((1000 * n) / (ended - at), 1);
  return {
    per_s: perSecond,
    rows_per_1000: Math.round(rowsBilled(billed)),
    ...(await lateness(client, n, atOnce)),
  };
}

/** When the last execution had ended. */
async function untilEnded(client: HttpClient, n: number): Promise<number> {
  for (;;) {
    await pause(LOOK_MS);
    const ended = await endedOf(client);
    if (ended.length >= n) return ended.reduce((last, one) => Math.max(last, one), 0);
  }
}

async function endedOf(client: HttpClient): Promise<number[]> {
  const found: number[] = [];
  let cursor: string | undefined;
  do {
    const more = cursor === undefined ? "" : `&cursor=${cursor}`;
    const page = await client.json("GET", `${PATH}/executions?limit=1000&status=Succeeded${more}`);
    found.push(...(page.items as { endedAt: string }[]).map(({ endedAt }) => Date.parse(endedAt)));
    ({ cursor } = page);
  } while (cursor !== undefined);
  return found;
}

/** Of each the ledger must hold one firing, which led to a success. */
async function lateness(client: HttpClient, n: number, atOnce: number) {
  const [decided, begun] = [new Latencies(), new Latencies()];
  await pool(n, atOnce, async (index) => {
    const { items } = await client.json("GET", `${PATH}/schedules/s-${index}/firings`);
    const [first, ...others] = items as Firing[];
    if (first?.executionStatus !== "Succeeded" || others.length > 0)
      throw new Error(`the ledger of s-${index} is ${JSON.stringify(items).slice(0, 200)}`);
    decided.add(first.latenessMs);
    begun.add(first.startLatenessMs);
  });
  return {
    decided_late_p50: decided.percentile(50),
    decided_late_p99: decided.percentile(99),
    begun_late_p50: begun.percentile(50),
    begun_late_p99: begun.percentile(99),
  };
}
