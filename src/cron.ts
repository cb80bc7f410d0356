import type { Env } from "./env.ts";
import { log } from "./log.ts";
import { askAllSchedules } from "./service/objects.ts";

/** Each minute all shards look for what is due: they start what a lost alarm would have started. Never throws. */
export async function tick(env: Env): Promise<void> {
  try {
    await askAllSchedules(env, (shard) => shard.tick());
  } catch (error) {
    log({ event: "tickFailed", message: String(error) });
  }
}
