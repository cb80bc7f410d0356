import type { ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { UsageError } from "../usage-error.ts";
import { startCronTicks, tickByMiniflare } from "./cron-ticks.ts";
import { type Credentials, stateFolder, temporaryFolder, writeCredentials } from "./credentials.ts";
import { holding } from "./hold-folder.ts";
import type { LocalOptions } from "./options.ts";
import { isFree } from "./ports.ts";
import { STATE_VARIABLE, endOrphans, endTree } from "./processes.ts";
import { serviceVariables } from "./secrets.ts";
import { HOST, type Served, serveWithMiniflare, serveWithWrangler, tellRuntime } from "./serve.ts";

const START_SECONDS = 60;
const STOP_SECONDS = 10;

export interface LocalService {
  readonly credentials: Credentials;
  /** The process that all others of the service come from. */
  readonly pid: number;
  /** Resolves when the service ended by itself. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface ServiceOptions extends Pick<LocalOptions, "port" | "data" | "verbose"> {
  /** Serve with `wrangler dev`. */
  readonly wrangler?: boolean;
  /** Build again, and go on with that, when a source changes. */
  readonly watch?: boolean;
}

/** Starts the service on workerd, with its state in the data folder, and sees that its Cron Trigger is called. */
export async function startService(options: ServiceOptions): Promise<LocalService> {
  const variables = serviceVariables(options.data, options.verbose);
  return holding(options.data, () => serveFolder(options, variables));
}

async function serveFolder(
  options: ServiceOptions,
  variables: Readonly<Record<string, string>>,
): Promise<LocalService> {
  const { port, data, verbose } = options;
  const state = stateFolder(data);
  if (!(await isFree(port, HOST))) {
    throw new UsageError(
      `port ${port} is in use: end what listens there, or choose another one with -- --port N`,
    );
  }
  const url = `http://${HOST}:${port}`;
  const credentials = await writeCredentials(data, url);
  const temporary = temporaryFolder(data);
  const served: Served = {
    port,
    state,
    temporary,
    variables,
    isVerbose: verbose,
    isWatching: options.watch ?? false,
    env: { [STATE_VARIABLE]: state, TMPDIR: temporary },
  };
  const child = options.wrangler ? await serveWithWrangler(served) : serveWithMiniflare(served);
  keepLog(child, join(data, "service.log"), verbose);
  const ended = new Promise<void>((resolve) => void child.once("exit", () => resolve()));
  const stop = async () => {
    await stopService(child, ended);
    // A runtime that was killed leaves its workerd behind.
    await endOrphans(state);
  };
  try {
    await waitUntilHealthy(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  const ticks = startCronTicks((time) =>
    options.wrangler ? tickByMiniflare(url, time) : tellRuntime(child, { tick: time }),
  );
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

function keepLog(child: ChildProcess, file: string, isVerbose: boolean): void {
  const log = createWriteStream(file, { flags: "a", mode: 0o600 });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.pipe(log, { end: false });
    if (isVerbose) stream?.pipe(process.stderr, { end: false });
  }
  // With all that it says on the terminal, this is there already.
  if (!isVerbose) child.on("message", (message: string) => console.error(message));
}

async function waitUntilHealthy(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_SECONDS * 1000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const isHealthy = await fetch(`${url}/v1/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (isHealthy) return;
    await pause(100);
  }
  const isGone = child.exitCode !== null || child.signalCode !== null;
  const why = isGone ? "did not start" : `did not answer within ${START_SECONDS} seconds, and was ended`;
  throw new UsageError(`the service ${why}: see service.log in the data folder`);
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
