import type { ChildProcess } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startRuntime } from "../../../src/cli/local/serve.ts";
import { stopLater } from "../processes.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** The same runtime for everybody: Miniflare with its workerd. */
export function startWorker(folder: string, port: number, state: string): ChildProcess {
  mkdirSync(state, { recursive: true });
  const config = join(import.meta.dirname, "..", folder, "wrangler.toml");
  const options = { config, port, state, variables: {}, isVerbose: false, isWatching: false };
  const child = stopLater(startRuntime(options, {}));
  const log = createWriteStream(join(state, "..", `${folder}.log`), { flags: "a" });
  for (const stream of [child.stdout, child.stderr]) stream?.pipe(log, { end: false });
  return child;
}

export const HOST = "miniflare";
export const DURABILITY = "SQLite of workerd (WAL), one commit and fsync a turn";

export function versions(): Record<string, string> {
  const of = (name: string) =>
    (
      JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")) as {
        version: string;
      }
    ).version;
  return { miniflare: of("miniflare"), workerd: of("workerd"), node: process.version };
}
