import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Credentials, credentialsFile } from "../../src/cli/local/credentials.ts";
import { startRuntime, startWrangler } from "../../src/cli/local/serve.ts";
import { startService } from "../../src/cli/local/service.ts";
import { startHelper, stopLater, stopProcess } from "./processes.ts";

const ROOT = join(import.meta.dirname, "../..");

export const HOSTS = ["serve", "miniflare", "wrangler"] as const;
/** Where a Worker runs: `millrace serve` and what is like it, Miniflare as `npm run dev` has it, `wrangler dev`. */
export type Host = (typeof HOSTS)[number];

export interface Running {
  /** The process that all others come from. */
  readonly pid: number;
  stop(): Promise<void>;
}

export interface RunningService extends Running {
  readonly credentials: Credentials;
}

/** Millrace, when it answers. */
export async function startMillrace(host: Host, port: number, data: string): Promise<RunningService> {
  if (host === "serve") return startServe(port, data);
  return startService({ port, data, verbose: false, wrangler: host === "wrangler" });
}

async function startServe(port: number, data: string): Promise<RunningService> {
  mkdirSync(data, { recursive: true });
  const words = ["millrace", "serve", "--port", String(port), "--data", data];
  const child = spawn(process.execPath, [join(ROOT, "src/cli/main.ts"), ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await untilReady(stopLater(child));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server wrote it
  const credentials = JSON.parse(readFileSync(credentialsFile(data), "utf8")) as Credentials;
  return { ...running(child), credentials };
}

function untilReady(child: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (child.stdout)
    createInterface(child.stdout).on("line", (line) => line.includes('"event":"ready"') && resolve());
  child.once("exit", () => reject(new Error("`millrace serve` ended before it was ready")));
  return promise;
}

/** One of the benchmark's own Workers. */
export async function startWorker(host: Host, folder: string, port: number, state: string): Promise<Running> {
  mkdirSync(state, { recursive: true });
  const config = join(import.meta.dirname, folder, "wrangler.toml");
  const child = stopLater(await startOn(host, config, port, state));
  const log = createWriteStream(join(state, "..", `${folder}.log`), { flags: "a" });
  for (const stream of [child.stdout, child.stderr]) stream?.pipe(log, { end: false });
  return running(child);
}

function startOn(
  host: Host,
  config: string,
  port: number,
  state: string,
): ChildProcess | Promise<ChildProcess> {
  switch (host) {
    case "serve":
      return startHelper("bare-worker.ts", {
        BENCH_CONFIG: config,
        BENCH_STATE: state,
        BENCH_PORT: String(port),
      });
    case "miniflare":
      return startRuntime({ config, port, state, variables: {}, isVerbose: false, isWatching: false }, {});
    case "wrangler":
      return startWrangler({ config, port, state, isVerbose: false }, {}, {});
  }
}

export function running(child: ChildProcess): Running {
  return { pid: child.pid ?? 0, stop: () => stopProcess(child) };
}

export const DURABILITY = "SQLite of workerd (WAL), one commit and fsync a turn";

export function versions(): Record<string, string> {
  const of = (name: string) => versionIn(join(ROOT, "node_modules"), name);
  return {
    miniflare: of("miniflare"),
    workerd: of("workerd"),
    wrangler: of("wrangler"),
    node: process.version,
  };
}

/** The version of a package that is installed in such a folder. */
export function versionIn(modules: string, name: string): string {
  const text = readFileSync(join(modules, name, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
