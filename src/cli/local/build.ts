import { fork } from "node:child_process";
import { join } from "node:path";
import type { Unstable_Config, Unstable_MiniflareWorkerOptions } from "wrangler";
import type { Bundle } from "./bundle.ts";

export interface BuiltWorker extends Bundle {
  readonly name: string;
  /** Those of its configuration. */
  readonly variables: Unstable_Config["vars"];
  /** What its configuration says of objects, queues and dates, in Miniflare's words. */
  readonly options: Unstable_MiniflareWorkerOptions["workerOptions"];
  /** Tells one build of the console's files from another: the runtime lists them when it begins. */
  readonly pages: string;
}

export type BuildOutcome = { readonly worker: BuiltWorker } | { readonly problem: string };

/**
 * Builds what a configuration (wrangler.toml) describes; throws an error with what is wrong there or in the code. In a
 * process of its own: wrangler, which reads the configuration, takes more memory than all else here, and is not needed
 * afterwards.
 */
export async function build(config: string): Promise<BuiltWorker> {
  const child = fork(join(import.meta.dirname, "builder.ts"), [config]);
  const outcome = await new Promise<BuildOutcome>((resolve) => {
    child.once("message", (said: BuildOutcome) => resolve(said));
    child.once("exit", () => resolve({ problem: "the build ended without a word" }));
  });
  if ("problem" in outcome) throw new Error(outcome.problem);
  return outcome.worker;
}
