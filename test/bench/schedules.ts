/**
 * Many schedules on one instant: how late each was decided, and how fast their executions started, against the raw rate
 * of new objects in the same run. From a clone: node test/bench/schedules.ts [schedules] [flows]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startService } from "../../src/cli/local/service.ts";
import { HttpClient, untilUp } from "./client.ts";
import { pool } from "./jobs.ts";
import { Latencies } from "./latencies.ts";
import { startHelper, stopAll, stopProcess } from "./processes.ts";
import { perThousand, readUnits, unitsBetween } from "./units.ts";
import { startWorker } from "./peers/runtime.ts";

const [schedules = 10_000, flows = 1] = process.argv.slice(2).map(Number);
const PORT = 8791;
const AT_ONCE = 32;
/** Schedules that are put in a second, with room to spare: all must be there before the instant. */
const PUTS_PER_SECOND = 120;
const FLOW = "version: v1\ntype: flow\nsteps:\n  - { type: pass, name: p }\n";
const data = mkdtempSync(join(tmpdir(), "millrace-schedules-"));

interface Firing {
  readonly verdict: string;
  readonly latenessMs: number;
  readonly startLatenessMs: number;
  readonly firedAt: string;
  readonly executionStatus?: string;
}

async function rawNewObjects(): Promise<number> {
  const url = `http://127.0.0.1:${PORT + 20}`;
  const server = startWorker("ceilings", PORT + 20, join(data, "ceilings"));
  await untilUp(url, "/");
  const child = startHelper("load.ts", {
    BENCH_URL: `${url}/new`,
    BENCH_BODY: "{}",
    BENCH_REQUESTS: "3000",
    BENCH_LOOPS: String(AT_ONCE),
  });
  const [{ rps }] = (await once(child, "message")) as [{ rps: number }];
  await stopProcess(child);
  await stopProcess(server);
  return rps;
}

async function fireAll(): Promise<number> {
  const service = await startService({
    port: PORT,
    data: join(data, "service"),
    verbose: false,
  });
  const { url, accessKeyId, accessKeySecret } = service.credentials;
  const client = new HttpClient(url, AT_ONCE, { authorization: `Bearer ${accessKeyId}.${accessKeySecret}` });
  const flowOf = (index: number) => `/v1/flows/flow-${index % flows}`;
  for (let flow = 0; flow < flows; flow++)
    await client.send("PUT", flowOf(flow), FLOW, { "content-type": "application/yaml" });
  const lead = 10_000 + (schedules / PUTS_PER_SECOND) * 1000;
  const at = Math.ceil((Date.now() + lead) / 60_000) * 60_000;
  const instant = new Date(at).toISOString();
  const body = JSON.stringify({ cron: "* * * * *", startAt: instant, endAt: instant, overlap: "skip" });
  await pool(schedules, AT_ONCE, async (index) => {
    const { status, text } = await client.send("PUT", `${flowOf(index)}/schedules/s-${index}`, body);
    if (status !== 201) throw new Error(`PUT answered ${status}: ${text}`);
  });
  const early = at - Date.now();
  if (early < 0) throw new Error("the schedules were not there in time");
  console.log(`${schedules} schedules are there, ${Math.round(early / 1000)} s before their instant`);
  const metrics = async () => readUnits((await client.send("GET", "/metrics")).text);
  const before = await metrics();
  await pause(early);
  const started = await untilEnded(client);
  const perSecond = (1000 * schedules) / (started - at);
  const units = perThousand(unitsBetween(before, await metrics()), schedules);
  await readLedgers(client, flowOf);
  console.log(
    `rows written for 1,000 firings, from the schedule to the end of the execution: ${Math.round(units.rowsWritten)}`,
  );
  await service.stop();
  return perSecond;
}

/** When the last execution of all flows had ended. */
async function untilEnded(client: HttpClient): Promise<number> {
  for (;;) {
    await pause(1000);
    const ended = await Promise.all(Array.from({ length: flows }, (_, flow) => endedOf(client, flow)));
    if (ended.flat().length >= schedules) return Math.max(...ended.flat());
  }
}

async function endedOf(client: HttpClient, flow: number): Promise<number[]> {
  const found: number[] = [];
  let cursor: string | undefined;
  do {
    const more = cursor === undefined ? "" : `&cursor=${cursor}`;
    const path = `/v1/flows/flow-${flow}/executions?limit=1000&status=Succeeded${more}`;
    const page = JSON.parse((await client.send("GET", path)).text) as {
      items: { endedAt: string }[];
      cursor?: string;
    };
    found.push(...page.items.map(({ endedAt }) => Date.parse(endedAt)));
    ({ cursor } = page);
  } while (cursor !== undefined);
  return found;
}

async function readLedgers(client: HttpClient, flowOf: (index: number) => string): Promise<void> {
  const lateness = new Latencies();
  const begun = new Latencies();
  const verdicts = new Map<string, number>();
  await pool(schedules, AT_ONCE, async (index) => {
    const { text } = await client.send("GET", `${flowOf(index)}/schedules/s-${index}/firings`);
    const { items } = JSON.parse(text) as { items: Firing[] };
    const [first] = items;
    const verdict =
      items.length === 1 ? `${first?.verdict} ${first?.executionStatus}` : `${items.length} rows`;
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    if (first) lateness.add(first.latenessMs);
    if (first) begun.add(first.startLatenessMs);
  });
  console.log("ledgers:", Object.fromEntries(verdicts));
  console.log(`decided ms late: p50 ${lateness.percentile(50)}, p99 ${lateness.percentile(99)}`);
  console.log(`begun ms late: p50 ${begun.percentile(50)}, p99 ${begun.percentile(99)}`);
}

try {
  // Before and after: what else runs on the machine may change meanwhile.
  const before = await rawNewObjects();
  const perSecond = await fireAll();
  const raw = (before + (await rawNewObjects())) / 2;
  const ratio = Math.round((100 * perSecond) / raw);
  console.log(`executions started and ended a second: ${ratio} % of the raw rate of new objects`);
  console.log(`(${Math.round(perSecond)} of ${Math.round(raw)} on this machine, now)`);
} finally {
  await stopAll();
  rmSync(data, { recursive: true, force: true });
}
process.exit(0);
