import { type ChildProcess, fork, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./ports.ts";
import { COMPILED } from "../compiled.ts";
import type { RuntimeOptions, Tick } from "./runtime.ts";
import { fileOf } from "./worker-variables.ts";

const ROOT = join(import.meta.dirname, "../../..");
export const CONFIG = join(ROOT, "wrangler.toml");

export const HOST = "127.0.0.1";

/** How the service is to be served; output is piped in either way. */
export interface Served {
  readonly port: number;
  readonly state: string;
  /** A folder for files that end with it. */
  readonly temporary: string;
  /** Of the Worker, secrets included: none of them may stand in a process's arguments. */
  readonly variables: Readonly<Record<string, string>>;
  readonly isVerbose: boolean;
  readonly isWatching: boolean;
  /** For its processes, besides the environment of this one. */
  readonly env: Readonly<Record<string, string>>;
}

/** Any Worker on Miniflare, in a process of its own; what a person should know comes as messages. */
export function startRuntime(
  options: Omit<RuntimeOptions, "host">,
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const child = fork(join(import.meta.dirname, "runtime.ts"), {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { ...process.env, NO_COLOR: "1", NODE_COMPILE_CACHE: COMPILED, ...env },
  });
  child.send({ ...options, host: HOST } satisfies RuntimeOptions);
  return child;
}

/** Resolves when it was said, or there is nobody to say it to. */
export function tellRuntime(child: ChildProcess, tick: Tick): Promise<void> {
  return new Promise((resolve) => void child.send(tick, () => resolve()));
}

export function serveWithMiniflare(served: Served): ChildProcess {
  const { port, state, variables, isVerbose, isWatching, env } = served;
  return startRuntime({ config: CONFIG, port, state, variables, isVerbose, isWatching }, env);
}

/** With Cloudflare's own tool, for comparison: it stands between callers and workerd with a proxy of its own. */
export function serveWithWrangler(served: Served): Promise<ChildProcess> {
  const { port, state, variables, isVerbose, env } = served;
  const file = join(served.temporary, "variables.env");
  writeFileSync(file, fileOf(variables), { mode: 0o600 });
  return startWrangler({ config: CONFIG, port, state, isVerbose }, { "env-file": file }, env);
}

/** Any Worker with `wrangler dev`; `more` are options of it. */
export async function startWrangler(
  { config, port, state, isVerbose }: Pick<RuntimeOptions, "config" | "port" | "state" | "isVerbose">,
  more: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const options = {
    config,
    ip: HOST,
    port: String(port),
    "inspector-port": String(await freePort(HOST)),
    "persist-to": state,
    "show-interactive-dev-session": "false",
    "log-level": isVerbose ? "log" : "warn",
    ...more,
  };
  const words = Object.entries(options).map(([key, value]) => `--${key}=${value}`);
  const program = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
  return spawn(process.execPath, [program, "dev", ...words], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      // Traces of every call would cost most of the service's speed; nobody here looks at them.
      X_LOCAL_OBSERVABILITY: "false",
      // Its pages would show all state to whoever can reach the port.
      X_LOCAL_EXPLORER: "false",
      WRANGLER_SEND_METRICS: "false",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      ...env,
    },
  });
}
