/** The process behind `build`: one configuration, one answer. */
import { dirname } from "node:path";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import { messageOf } from "../../core/result.ts";
import type { BuildOutcome, BuiltWorker } from "./build.ts";
import { bundle } from "./bundle.ts";
import { buildWorkerFiles } from "./worker-files.ts";

async function built(path: string): Promise<BuiltWorker> {
  const config = unstable_readConfig({ config: path });
  const { workerOptions, main, define } = unstable_getMiniflareWorkerOptions(config);
  if (config.name === undefined || main === undefined)
    throw new Error(`${path} names no Worker and its code`);
  // Not those of the options: there is also what wrangler finds in files such as .env, which nobody meant for this.
  const variables = config.vars;
  await buildWorkerFiles();
  const code = await bundle(dirname(path), main, define);
  return { name: config.name, variables, options: workerOptions, ...code };
}

const outcome: BuildOutcome = await built(process.argv[2] ?? "").then(
  (worker) => ({ worker }),
  (error: unknown) => ({ problem: messageOf(error) }),
);
process.send?.(outcome, () => process.exit());
