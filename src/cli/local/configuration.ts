import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../../package.json" with { type: "json" };
import type { BuiltWorker } from "./build.ts";

/** What a wrangler.toml says of a Worker, as Miniflare and the bundler take it. */
export interface Configuration extends Pick<BuiltWorker, "name" | "variables" | "options"> {
  readonly main: string;
  readonly define: Readonly<Record<string, string>>;
}

const KEPT = join(import.meta.dirname, "../../../node_modules/.cache/configurations");

/**
 * Reads a configuration with wrangler, which takes longer to load than all else that a start does: what it said of these very
 * words is kept, and asked for again when they, their place, the environment or wrangler's version are others. Throws an
 * error with what is wrong.
 */
export async function readConfiguration(path: string): Promise<Configuration> {
  const { CLOUDFLARE_ENV } = process.env;
  const words = [manifest.devDependencies.wrangler, CLOUDFLARE_ENV, path, readFileSync(path, "utf8")];
  const name = createHash("sha256").update(JSON.stringify(words)).digest("hex");
  const file = join(KEPT, `${name}.json`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `keep` writes there
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Configuration;
  const read = await readWithWrangler(path);
  keep(file, read);
  return read;
}

async function readWithWrangler(path: string): Promise<Configuration> {
  const { unstable_getMiniflareWorkerOptions, unstable_readConfig } = await import("wrangler");
  const config = unstable_readConfig({ config: path });
  const { workerOptions, main, define } = unstable_getMiniflareWorkerOptions(config);
  if (config.name === undefined || main === undefined)
    throw new Error(`${path} names no Worker and its code`);
  // Not those of the options: there is also what wrangler finds in files such as .env, which nobody meant for this.
  return { name: config.name, variables: config.vars, options: workerOptions, main, define };
}

/** In one step, since several may start at once; whoever cannot write here reads the configuration each time. */
function keep(file: string, configuration: Configuration): void {
  const own = `${file}.${process.pid}`;
  try {
    mkdirSync(KEPT, { recursive: true });
    writeFileSync(own, JSON.stringify(configuration));
    renameSync(own, file);
  } catch {
    return;
  }
}
