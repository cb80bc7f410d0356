import { buildAssetHeaders } from "../../src/cli/local/asset-headers.ts";
import { buildWorkerFiles } from "../../src/cli/local/worker-files.ts";

/** What the service imports must be there before any test imports the service. */
export async function setup(): Promise<void> {
  buildAssetHeaders();
  await buildWorkerFiles();
}
