import { watch } from "node:fs";
import { dirname, join, sep } from "node:path";

export interface Watched {
  /** Files below this folder are watched, installed packages left out: they do not change while somebody works. */
  readonly root: string;
  /** Whole paths; asked anew each time. */
  readonly files: () => readonly string[];
  /** One call at a time; false while something is missing: then a new file beside the others counts, too. */
  readonly changed: () => Promise<boolean>;
  readonly failed: (error: unknown) => void;
}

/** An editor writes a file in several steps, and a person saves several files. */
const SETTLE_MS = 150;

/** Calls `changed` after a file was written. */
export function watchFiles({ root, files, changed, failed }: Watched): void {
  const folders = new Set<string>();
  let isWhole = true;
  let timer: NodeJS.Timeout | undefined;
  let working = Promise.resolve();

  const isOwn = (file: string) => file.startsWith(root) && !file.includes(`${sep}node_modules${sep}`);
  const follow = () => {
    for (const folder of new Set(files().filter(isOwn).map(dirname))) {
      if (folders.has(folder)) continue;
      folders.add(folder);
      watch(folder, (_, name) => {
        if (!isWhole || name === null || files().includes(join(folder, name))) settle();
      }).on("error", failed);
    }
  };
  const work = async () => {
    isWhole = await changed();
    follow();
  };
  const settle = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      working = working.then(work).catch(failed);
    }, SETTLE_MS);
  };
  follow();
}
