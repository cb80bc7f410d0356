import { lstatSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { messageOf } from "../../../core/result.ts";
import { UsageError } from "../../usage-error.ts";

const ENDING = /\.(?:ya?ml|json)$/;

/** Files that are named, and those of folders and the folders in them; hidden ones and links are left out there. */
export function filesOf(paths: readonly string[]): string[] {
  const found = paths.flatMap((path) => (isFolder(path) ? filesBelow(path) : [path]));
  return [...new Set(found)];
}

function isFolder(path: string): boolean {
  try {
    return path !== "-" && lstatSync(path).isDirectory();
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${messageOf(error)}`);
  }
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((one, other) =>
    one.name < other.name ? -1 : 1,
  );
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".") || entry.name === "node_modules") return [];
    if (entry.isDirectory()) return filesBelow(path);
    const isOurs = entry.isFile() && ENDING.test(entry.name) && !/\.test\.ya?ml$/.test(entry.name);
    return isOurs ? [path] : [];
  });
}

/** The name of a flow whose file is its definition: `checks.flow.yaml` and `checks.yaml` are `checks`. */
export function nameOfFile(file: string): string {
  return basename(file)
    .replace(ENDING, "")
    .replace(/\.flow$/, "");
}
