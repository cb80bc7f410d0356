/** The process behind `build`: one configuration, one answer. */
import { dirname } from "node:path";
import { messageOf } from "../../core/result.ts";
import { buildAssetHeaders } from "./asset-headers.ts";
import type { BuildOutcome, BuiltWorker } from "./build.ts";
import { bundle } from "./bundle.ts";
import { readConfiguration } from "./configuration.ts";
import { buildConsole } from "./console-files.ts";
import { buildWorkerFiles } from "./worker-files.ts";

async function built(path: string): Promise<BuiltWorker> {
  buildAssetHeaders();
  const [{ name, variables, options, main, define }, , pages] = await Promise.all([
    readConfiguration(path),
    buildWorkerFiles(),
    buildConsole(),
  ]);
  const { inputs, ...bundled } = await bundle(dirname(path), main, define);
  return { name, variables, options, pages: pages.hash, ...bundled, inputs: [...inputs, ...pages.inputs] };
}

const outcome: BuildOutcome = await built(process.argv[2] ?? "").then(
  (worker) => ({ worker }),
  (error: unknown) => ({ problem: messageOf(error) }),
);
process.send?.(outcome, () => process.exit());
