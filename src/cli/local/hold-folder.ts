import { setTimeout as pause } from "node:timers/promises";
import { lockOwner, releaseLock, takeLock } from "../../worker/lock.ts";
import { UsageError } from "../usage-error.ts";
import { inFolder, stateFolder } from "./credentials.ts";
import { openFormat } from "./data-format.ts";
import { OWNER_LOOKS, OWNER_LOOK_MS, endLeftovers } from "./processes.ts";

interface Stoppable {
  stop(): Promise<void>;
}

/** Starts what serves a data folder, as the only process that does, until it is stopped. Throws as `withFolder`. */
export async function holding<T extends Stoppable>(data: string, start: () => Promise<T>): Promise<T> {
  await hold(data);
  try {
    const started = await start();
    const stop = async () => {
      await started.stop();
      releaseLock(data);
    };
    return { ...started, stop };
  } catch (error) {
    releaseLock(data);
    throw error;
  }
}

/**
 * Works on a data folder that nobody serves. Throws a UsageError where somebody does, after a while in which he could have
 * ended, and where a newer version wrote it.
 */
export async function withFolder<T>(data: string, work: () => Promise<T>): Promise<T> {
  await hold(data);
  try {
    return await work();
  } finally {
    releaseLock(data);
  }
}

/** Takes the folder, ends what a killed process left behind there, and carries over what an older version wrote. */
async function hold(data: string): Promise<void> {
  for (let tries = 0; !inFolder(data, () => takeLock(data)); tries++) {
    if (tries >= OWNER_LOOKS) {
      throw new UsageError(
        `the data folder is in use by a running service (process ${lockOwner(data)}): end it first`,
      );
    }
    await pause(OWNER_LOOK_MS);
  }
  try {
    await endLeftovers(stateFolder(data));
    openFormat(data);
  } catch (error) {
    releaseLock(data);
    throw error;
  }
}
