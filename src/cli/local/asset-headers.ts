import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ASSET_HEADERS } from "../../http/contract/security.ts";

/** What wrangler.toml names as assets. */
const FOLDER = join(import.meta.dirname, "../../../dist/console");
const FILE = join(FOLDER, "_headers");

/** The folder that the service's files are served from, with what is said of each: whoever reads the configuration needs it. */
export function buildAssetHeaders(): void {
  mkdirSync(join(FOLDER, "assets"), { recursive: true });
  if (existsSync(FILE) && readFileSync(FILE, "utf8") === ASSET_HEADERS) return;
  const own = `${FILE}.${process.pid}`;
  writeFileSync(own, ASSET_HEADERS);
  renameSync(own, FILE);
}

if (process.argv[1] === import.meta.filename) buildAssetHeaders();
