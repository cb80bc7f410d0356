import type { ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startProgram } from "../processes.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** The same host for everybody: wrangler's local server, with its trace store off. */
export function startWrangler(config: string, port: number, data: string): ChildProcess {
  const options = {
    config: join(import.meta.dirname, "..", config, "wrangler.toml"),
    ip: "127.0.0.1",
    port: String(port),
    "inspector-port": String(port + 1),
    "persist-to": data,
    "log-level": "warn",
    "show-interactive-dev-session": "false",
  };
  const words = Object.entries(options).map(([key, value]) => `--${key}=${value}`);
  mkdirSync(data, { recursive: true });
  return startProgram(
    process.execPath,
    [join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js"), "dev", ...words],
    {
      cwd: ROOT,
      log: join(data, "..", `${config}.log`),
      env: {
        X_LOCAL_OBSERVABILITY: "false",
        X_LOCAL_EXPLORER: "false",
        WRANGLER_SEND_METRICS: "false",
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
        CI: "1",
        NO_COLOR: "1",
      },
    },
  );
}

export const HOST = "wrangler-notrace";
export const DURABILITY = "SQLite of workerd (WAL), one commit and fsync a turn";

export function versions(): Record<string, string> {
  const of = (name: string) =>
    (
      JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")) as {
        version: string;
      }
    ).version;
  return { wrangler: of("wrangler"), workerd: of("workerd"), node: process.version };
}
