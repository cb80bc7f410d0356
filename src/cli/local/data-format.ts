import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../usage-error.ts";
import { inFolder, stateFolder } from "./credentials.ts";

/**
 * How the files of a data folder lie, as a number in the folder. What is inside an object's own database is not meant: that
 * has migrations of its own (`durable-objects/storage`).
 */
export const DATA_FORMAT = 1;

const FILE = "format";

/** What carries a folder over to the next number, by its own; each may be run again after it was cut short. */
const STEPS: readonly ((data: string) => void)[] = [
  // 0: folders of the releases before there was a number. Their files lie as they do now.
  () => {},
];

/** A folder's number; undefined where nothing was kept in it yet. Throws a UsageError where it makes no sense. */
export function formatOf(data: string): number | undefined {
  const file = join(data, FILE);
  if (!existsSync(file)) return existsSync(stateFolder(data)) ? 0 : undefined;
  const text = readFileSync(file, "utf8").trim();
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(
    `${file} holds no number: whoever changed it has to write the one back that was there, ${DATA_FORMAT} for what this version wrote`,
  );
}

/** Carries an older folder over. Throws a UsageError for what a newer version wrote. */
export function openFormat(data: string): void {
  const found = formatOf(data);
  if (found !== undefined) refuseNewer(found, `the data folder ${data}`);
  if (found === undefined) inFolder(data, () => writeFormat(data, DATA_FORMAT));
  for (let format = found ?? DATA_FORMAT; format < DATA_FORMAT; format++) {
    STEPS[format]?.(data);
    inFolder(data, () => writeFormat(data, format + 1));
  }
}

/** Throws a UsageError for a number that this version does not know. */
export function refuseNewer(format: number, what: string): void {
  if (format <= DATA_FORMAT) return;
  throw new UsageError(
    `${what} was written by a newer Millrace (format ${format}; this one knows ${DATA_FORMAT}): take that version, or a backup that is older`,
  );
}

function writeFormat(data: string, format: number): void {
  const own = join(data, `${FILE}.${process.pid}`);
  writeFileSync(own, `${format}\n`, { mode: 0o600 });
  renameSync(own, join(data, FILE));
}
