import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/**
 * What of a data folder is its data: the objects' databases with what they have not taken in yet (`-wal`), the secrets, and
 * the number of its format. All else is made anew; `-shm` SQLite makes from the rest.
 */
const KEPT = /^(?:format|secrets\.env|state\/v3\/do\/[\w-]+\/[\w-]+\.sqlite(?:-wal)?)$/;

export function isKept(path: string): boolean {
  return KEPT.test(path);
}

/** Files of a data folder that are kept, by their way from it. */
export function keptIn(data: string): string[] {
  const classes = namesIn(join(data, OBJECTS));
  // Nothing is asked of each file here: a server stands still meanwhile.
  const found = classes.flatMap((name) =>
    namesIn(join(data, OBJECTS, name)).map((file) => `${OBJECTS}/${name}/${file}`),
  );
  return ["format", "secrets.env", ...found].filter(isKept);
}

const OBJECTS = "state/v3/do";

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    // Nothing was kept yet, or an object went with its folder while it was read.
    if (error instanceof Error && "code" in error && ["ENOENT", "ENOTDIR"].includes(String(error.code)))
      return [];
    throw error;
  }
}

/** The first file of a backup: what it is of. */
export const MANIFEST = "millrace-backup.json";

export const manifestShape = z.object({
  /** Of the data folder. */
  format: z.int().nonnegative(),
  /** Of Millrace. */
  version: z.string(),
  madeAt: z.string(),
  files: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
});

export type Manifest = z.output<typeof manifestShape>;
