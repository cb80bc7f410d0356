// Keeps what this release writes, for all later ones to read: npm run golden, once, before a release.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MemoryExecutionStore } from "../support/memory-execution-store.ts";
import { STORIES } from "./stories.ts";

const root = join(import.meta.dirname, "../..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const folder = join(import.meta.dirname, version);
if (existsSync(folder)) throw new Error(`${folder} is there: what a release wrote does not change`);
mkdirSync(folder);
for (const [name, tell] of Object.entries(STORIES)) {
  const store = new MemoryExecutionStore();
  const run = tell(store);
  const kept = {
    definition: run.execution.values.unpack(run.execution.head.start).definition,
    now: run.now,
    rows: store.rows,
    values: [...store.values],
    cells: [...store.cells],
    everything: run.everything(),
  };
  writeFileSync(join(folder, `${name.replaceAll(" ", "-")}.json`), `${JSON.stringify(kept)}\n`);
}
