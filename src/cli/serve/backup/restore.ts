import { existsSync, readdirSync, renameSync, rmSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "../../../core/result.ts";
import { UsageError } from "../../usage-error.ts";
import { readArchive } from "./archive.ts";
import type { Manifest } from "./kept.ts";

/**
 * Makes a data folder of a backup. Throws a UsageError where something is in the folder already, and for an archive that is
 * none, not whole, or newer; then nothing is there that was not before.
 */
export async function restore(file: string, data: string): Promise<Manifest> {
  refuseFull(data);
  const own = `${data}.${process.pid}.partial`;
  try {
    mkdirSync(own, { recursive: true, mode: 0o700 });
    const manifest = await readArchive(file, own);
    // In one step: half a folder would look like a whole one.
    renameSync(own, data);
    return manifest;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `nothing can be restored to ${data} (${messageOf(error)}): mend that, or name another folder`,
    );
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

function refuseFull(data: string): void {
  if (!existsSync(data)) {
    mkdirSync(dirname(data), { recursive: true });
    return;
  }
  if (readdirSync(data).length > 0)
    throw new UsageError(`${data} is not empty: restore to a new folder, and serve that with --data`);
}
