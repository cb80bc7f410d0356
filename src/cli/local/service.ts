import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { UsageError } from "../usage-error.ts";
import { startCronTicks } from "./cron-ticks.ts";
import { type Credentials, secretFile, writeCredentials } from "./credentials.ts";
import { readSecrets } from "./secrets.ts";
import { STATE_VARIABLE, endLeftovers, endTree } from "./processes.ts";
import type { LocalOptions } from "./options.ts";

const HOST = "127.0.0.1";
const START_SECONDS = 60;
const STOP_SECONDS = 10;
const root = join(import.meta.dirname, "../../..");

/** Variables of the Worker that the runner's own environment can set. */
const VARIABLES = ["FUNCTIONS", "NOTIFY_URL", "ALLOW_PRIVATE_ADDRESSES"];

export interface LocalService {
  readonly credentials: Credentials;
  /** The process that all others of the service come from. */
  readonly pid: number;
  /** Resolves when the service ended by itself. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Starts the service on workerd, with its state in the data folder, and sees that its Cron Trigger is called. */
export async function startService({ port, data, verbose }: LocalOptions): Promise<LocalService> {
  const env = secretFile(data);
  // Refuses a file that others may read; whoever runs the Worker reads the secrets from it.
  readSecrets(data);
  const state = join(data, "state");
  await endLeftovers(state);
  if (!(await isFree(port))) {
    throw new UsageError(
      `port ${port} is in use: end what listens there, or choose another one with -- --port N`,
    );
  }
  const url = `http://${HOST}:${port}`;
  const credentials = await writeCredentials(data, url);
  const child = spawnWrangler(port, await freePort(), state, env, join(data, "service.log"), verbose);
  const ended = new Promise<void>((resolve) => void child.once("exit", () => resolve()));
  const stop = () => stopService(child, ended);
  try {
    await waitUntilHealthy(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  const ticks = startCronTicks(url);
  return {
    credentials,
    pid: child.pid ?? 0,
    ended,
    stop: async () => {
      ticks.stop();
      await stop();
    },
  };
}

function spawnWrangler(
  port: number,
  inspectorPort: number,
  state: string,
  env: string,
  logFile: string,
  verbose: boolean,
): ChildProcess {
  const options = {
    config: join(root, "wrangler.toml"),
    ip: HOST,
    port: String(port),
    "inspector-port": String(inspectorPort),
    "persist-to": state,
    "env-file": env,
    "show-interactive-dev-session": "false",
    "log-level": verbose ? "log" : "warn",
  };
  const words = Object.entries(options).map(([key, value]) => `--${key}=${value}`);
  const set = VARIABLES.flatMap((name) =>
    process.env[name] ? ["--var", `${name}:${process.env[name]}`] : [],
  );
  if (!verbose) set.push("--var", "LOG:bugs");
  const args = [join(root, "node_modules", "wrangler", "bin", "wrangler.js"), "dev", ...words, ...set];
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      // Traces of every call would cost most of the service's speed; nobody here looks at them.
      X_LOCAL_OBSERVABILITY: "false",
      // Its pages would show all state to whoever can reach the port.
      X_LOCAL_EXPLORER: "false",
      WRANGLER_SEND_METRICS: "false",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      [STATE_VARIABLE]: state,
    },
  });
  const log = createWriteStream(logFile, { flags: "a", mode: 0o600 });
  for (const stream of [child.stdout, child.stderr]) {
    stream.pipe(log, { end: false });
    if (verbose) stream.pipe(process.stderr, { end: false });
  }
  return child;
}

async function waitUntilHealthy(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_SECONDS * 1000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) break;
    const isHealthy = await fetch(`${url}/v1/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (isHealthy) return;
    await pause(100);
  }
  throw new UsageError("the service did not start: see service.log in the data folder");
}

async function stopService(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const isEnded = await Promise.race([
    ended.then(() => true),
    pause(STOP_SECONDS * 1000, false, { ref: false }),
  ]);
  if (!isEnded && child.pid !== undefined) await endTree(child.pid);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, HOST, () => server.close(() => resolve(true)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
