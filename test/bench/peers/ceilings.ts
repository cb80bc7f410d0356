import { once } from "node:events";
import { join } from "node:path";
import { untilUp } from "../client.ts";
import { DURABILITY, type Host, startWorker, versions } from "../hosts.ts";
import type { Options } from "../options.ts";
import { ProcessMeter, round, startHelper, stopProcess } from "../processes.ts";
import type { Records } from "../record.ts";

const ITEM = { worker: "success", i: 123 };

/** What is asked of the raw Worker, how often, and how many callbacks a request carries. */
const CASES = [
  { job: "worker-only", path: "/none", requests: 3000, carries: 1 },
  { job: "object", path: "/memory", requests: 3000, carries: 1 },
  { job: "object-1row", path: "/row", requests: 3000, carries: 1 },
  { job: "object-1row-grouped", path: "/group", requests: 3000, carries: 1 },
  { job: "object-10rows", path: "/rows", requests: 600, carries: 10 },
  { job: "new-object", path: "/new", requests: 2000, carries: 1 },
] as const;

/** How fast this machine can do the least that a callback needs: one request, one object, one row. */
export async function benchCeilings(options: Options, records: Records, rep: number): Promise<void> {
  for (const host of options.hosts) await benchOn(host, options, records, rep);
}

async function benchOn(host: Host, options: Options, records: Records, rep: number): Promise<void> {
  const port = options.port + 20;
  const url = `http://127.0.0.1:${port}`;
  const server = await startWorker(host, "ceilings", port, join(options.data, `ceilings-${host}-${rep}`));
  try {
    await untilUp(url, "/");
    const meter = new ProcessMeter(server.pid);
    for (const { job, path, requests, carries } of CASES) {
      const body = JSON.stringify(carries === 1 ? ITEM : Array.from({ length: carries }, () => ITEM));
      await load(`${url}${path}`, body, 300, options.connections);
      meter.start();
      const { rps, p50, p99, bad } = await load(`${url}${path}`, body, requests, options.connections);
      const use = meter.stop();
      const units = requests * carries;
      const measured = { peer: "ceiling", variant: host, host, job, load: "node", rep, unit: "callback" };
      records.add({
        ...measured,
        durability: DURABILITY,
        versions: versions(),
        ok: bad === 0,
        per_s: round(rps * carries, 1),
        p50,
        p99,
        cpu_ms_per_unit: use.server_cpu_s === null ? null : round((use.server_cpu_s * 1000) / units, 3),
        ...use,
      });
    }
  } finally {
    await server.stop();
  }
}

interface LoadResult {
  readonly rps: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly bad: number;
}

/** From a process of its own, as workers are. */
async function load(url: string, body: string, requests: number, connections: number): Promise<LoadResult> {
  const child = startHelper("load.ts", {
    BENCH_URL: url,
    BENCH_BODY: body,
    BENCH_REQUESTS: String(requests),
    BENCH_LOOPS: String(connections),
  });
  const [result] = (await once(child, "message")) as [LoadResult];
  await stopProcess(child);
  return result;
}
