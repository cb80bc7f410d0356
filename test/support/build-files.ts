import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { buildAssetHeaders } from "../../src/cli/local/asset-headers.ts";
import { buildWorkerFiles } from "../../src/cli/local/worker-files.ts";

const CONSOLE_FILES = join(import.meta.dirname, "../../src/cli/local/console-files.ts");

/** What the service imports and hands out must be there before any test imports the service. */
export async function setup(): Promise<void> {
  buildAssetHeaders();
  await buildWorkerFiles();
  // In a process of its own: the bundler writes parts of itself into what it makes, and here they are rewritten for tests.
  execFileSync(process.execPath, [CONSOLE_FILES], { stdio: "inherit" });
}
