import { constants, copyFileSync, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { keptIn } from "./kept.ts";

interface Stamp {
  readonly size: number;
  /** In milliseconds, as is the next. */
  readonly modified: number;
  readonly inode: number;
  /** Before the file was looked at. */
  readonly copiedAt: number;
}

/** File systems tell times in steps, the coarsest of them two seconds: what was written lately may be written again unseen. */
const STEP_MS = 2000;

/** A copy of what is kept of a data folder, which is brought up to date until it is whole. */
export class FolderCopy {
  readonly folder: string;
  private readonly source: string;
  private readonly stamps = new Map<string, Stamp>();

  constructor(source: string, folder: string) {
    this.source = source;
    this.folder = folder;
  }

  /** Copies what is new or another one than before, and removes what is gone. */
  update(): void {
    const found = new Set(keptIn(this.source));
    for (const path of found) this.copy(path);
    for (const path of this.stamps.keys()) if (!found.has(path)) this.remove(path);
  }

  /** The files that it has, and their bytes. */
  get contents(): { readonly paths: readonly string[]; readonly bytes: number } {
    const sizes = Array.from(this.stamps.values(), ({ size }) => size);
    return { paths: [...this.stamps.keys()], bytes: sizes.reduce((sum, size) => sum + size, 0) };
  }

  private copy(path: string): void {
    const copiedAt = Date.now();
    const source = `${this.source}/${path}`;
    const found = statSync(source, { throwIfNoEntry: false });
    const stamp = found && { size: found.size, modified: found.mtimeMs, inode: found.ino, copiedAt };
    if (stamp && isSame(stamp, this.stamps.get(path))) return;
    const target = join(this.folder, path);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    if (stamp && copied(source, target)) this.stamps.set(path, stamp);
    else this.remove(path);
  }

  private remove(path: string): void {
    rmSync(join(this.folder, path), { force: true });
    this.stamps.delete(path);
  }
}

function isSame(now: Stamp, before: Stamp | undefined): boolean {
  if (!before || before.copiedAt - before.modified < STEP_MS) return false;
  return now.size === before.size && now.modified === before.modified && now.inode === before.inode;
}

/** False where it is gone: an object may end at any time. */
function copied(source: string, target: string): boolean {
  try {
    // A file system that can shares the blocks until one of both changes.
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}
