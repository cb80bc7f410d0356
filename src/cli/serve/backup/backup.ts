import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { lockOwner, takeLock } from "../../../worker/lock.ts";
import { inFolder } from "../../local/credentials.ts";
import { DATA_FORMAT, formatOf } from "../../local/data-format.ts";
import { withFolder } from "../../local/hold-folder.ts";
import { UsageError } from "../../usage-error.ts";
import { writeArchive } from "./archive.ts";
import { FolderCopy } from "./folder-copy.ts";
import type { Manifest } from "./kept.ts";
import { findServer, whilePaused } from "./pause.ts";

export interface Backup extends Manifest {
  /** How long the service stood still, in milliseconds; undefined where none was running. */
  readonly pauseMs?: number;
}

/**
 * Writes a data folder into one file, as it was at one instant: what `kill -9` would have left then. A server may run on it,
 * and stands still while that is copied which changed during the first copy. Throws a UsageError for what somebody has to
 * mend; a file of this name is then what it was before.
 */
export async function backup(data: string, file: string, version: string): Promise<Backup> {
  if (formatOf(data) === undefined)
    throw new UsageError(`${data} is no data folder, or nothing is in it yet`);
  const scratch = join(data, "backup");
  inFolder(data, () => mkdirSync(scratch, { recursive: true, mode: 0o700 }));
  if (!takeLock(scratch))
    throw new UsageError(`another backup of it is under way (process ${lockOwner(scratch)}): wait for that`);
  try {
    const copy = new FolderCopy(data, join(scratch, "copy"));
    // One that was killed left its own behind.
    rmSync(copy.folder, { recursive: true, force: true });
    const pauseMs = await copyAll(data, copy);
    const manifest = await writeWhole(file, version, copy);
    return { ...manifest, ...(pauseMs !== undefined && { pauseMs }) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function copyAll(data: string, copy: FolderCopy): Promise<number | undefined> {
  const server = await findServer(data);
  if (!server) {
    await withFolder(data, async () => copy.update());
    return undefined;
  }
  copy.update();
  // What changed during the first, long copy; then little is left.
  copy.update();
  return whilePaused(server, () => copy.update());
}

async function writeWhole(file: string, version: string, copy: FolderCopy): Promise<Manifest> {
  const { paths, bytes } = copy.contents;
  const madeAt = new Date().toISOString();
  const manifest = { format: DATA_FORMAT, version, madeAt, files: paths.length, bytes };
  const partial = `${file}.${process.pid}.partial`;
  if (!existsSync(dirname(file))) throw new UsageError(`there is no folder ${dirname(file)}: make it first`);
  try {
    await writeArchive(partial, manifest, copy.folder, paths);
    renameSync(partial, file);
    flushFolder(dirname(file));
  } finally {
    rmSync(partial, { force: true });
  }
  return manifest;
}

/** A new name is on the disk when its folder is. */
function flushFolder(folder: string): void {
  const opened = openSync(folder, "r");
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
