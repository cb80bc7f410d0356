import { buildAssetHeaders } from "../../src/cli/local/asset-headers.ts";
import { buildConsole } from "../../src/cli/local/console-files.ts";
import { buildWorkerFiles } from "../../src/cli/local/worker-files.ts";

/** What the service imports and hands out must be there before any test imports the service. */
export async function setup(): Promise<void> {
  buildAssetHeaders();
  await Promise.all([buildWorkerFiles(), buildConsole()]);
}
