import { DIRECTORY_OBJECT_NAME } from "./core/names.ts";
import type { Env } from "./env.ts";
import { log } from "./log.ts";
import { findAccessSettings } from "./service/cloudflare-access.ts";
import { askAllSchedules, askBoard } from "./service/objects.ts";

/**
 * Each minute all shards look for what is due: they start what a lost alarm would have started. The board asks around for
 * what it was not told, and the directory has some objects inspected. Never throws.
 */
export async function tick(env: Env): Promise<void> {
  // Variables that are wrong are in the log a minute after they came, not when the first person wants in.
  findAccessSettings(env);
  await Promise.all([
    ticked(() => askAllSchedules(env, (shard) => shard.tick())),
    ticked(() => askBoard(env, (board) => board.tick())),
    ticked(() => env.DIRECTORY.getByName(DIRECTORY_OBJECT_NAME).inspectTick()),
  ]);
}

async function ticked(ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    log({ event: "tickFailed", message: String(error) });
  }
}
