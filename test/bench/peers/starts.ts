import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "../../../src/cli/local/build.ts";
import { CONFIG } from "../../../src/cli/local/serve.ts";
import { startBare, writeBare } from "../bare.ts";
import { DURABILITY, versions } from "../hosts.ts";
import type { Options } from "../options.ts";
import { round } from "../processes.ts";
import type { Records } from "../record.ts";

const KIB = 1024;
const MASTER_KEY = "a key of the benchmark, long enough to be one";

/** workerd from nothing to the first answer of the service, so many times; and how large the service's code is. */
export async function benchStarts(n: number, options: Options, records: Records, rep: number): Promise<void> {
  const worker = await build(CONFIG);
  const variables = { MASTER_KEY };
  const file = writeBare(worker, join(options.data, `starts-${rep}`), options.port, variables);
  let milliseconds = 0;
  for (let nth = 0; nth < n; nth++) {
    const startedAt = performance.now();
    const runtime = await startBare(file, variables);
    const answer = await fetch(`http://127.0.0.1:${options.port}/v1/health`);
    await answer.text();
    milliseconds += performance.now() - startedAt;
    await runtime.end();
  }
  records.add({
    peer: "millrace",
    variant: "serve",
    host: "serve",
    job: "start",
    rep,
    n,
    unit: "start",
    durability: DURABILITY,
    versions: versions(),
    ok: true,
    per_s: round((n * 1000) / milliseconds, 2),
    start_ms: round(milliseconds / n, 0),
    bundle_kib: round(worker.code.length / KIB, 0),
    bundle_gzip_kib: round(gzipSync(worker.code).length / KIB, 0),
  });
}
