import { setTimeout as pause } from "node:timers/promises";
import { lockOwner, releaseLock, takeLock } from "../../worker/lock.ts";
import { UsageError } from "../usage-error.ts";
import { inFolder, stateFolder } from "./credentials.ts";
import { OWNER_LOOKS, OWNER_LOOK_MS, endLeftovers } from "./processes.ts";

interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Starts what serves a data folder as the only process that does, until it is stopped; what a killed one left behind there
 * is ended before. Throws a UsageError where another one lives, after a while in which it could have ended.
 */
export async function holding<T extends Stoppable>(data: string, start: () => Promise<T>): Promise<T> {
  await hold(data);
  try {
    await endLeftovers(stateFolder(data));
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

async function hold(data: string): Promise<void> {
  for (let tries = 0; !inFolder(data, () => takeLock(data)); tries++) {
    if (tries >= OWNER_LOOKS) {
      throw new UsageError(
        `the data folder is in use by a running service (process ${lockOwner(data)}): end it first`,
      );
    }
    await pause(OWNER_LOOK_MS);
  }
}
