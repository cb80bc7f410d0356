// Keeps what this release writes, for all later ones to read: npm run golden, before a release or for a new story.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MemoryExecutionStore } from "../support/memory-execution-store.ts";
import { OBJECT_STORIES } from "./objects/stories.ts";
import { STORIES } from "./stories.ts";

const root = join(import.meta.dirname, "../..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
keep(join(import.meta.dirname, version), STORIES, (tell) => {
  const store = new MemoryExecutionStore();
  const run = tell(store);
  return {
    definition: run.execution.context.values.unpack(run.head.start).definition,
    now: run.now,
    rows: store.rows,
    values: [...store.values],
    cells: [...store.cells],
    everything: run.everything(),
  };
});
keep(join(import.meta.dirname, "objects/kept", version), OBJECT_STORIES, ({ tell, open }) => {
  const told = tell();
  const { now, rows } = told;
  const texts = told.texts();
  return { now, rows, texts, reads: open(texts, now).reads() };
});

/** One file a story. What was kept of a release does not change: a new kind of fact comes with a new story. */
function keep<S>(folder: string, stories: Readonly<Record<string, S>>, tell: (story: S) => object): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, story] of Object.entries(stories)) {
    const file = join(folder, `${name.replaceAll(" ", "-")}.json`);
    if (!existsSync(file)) writeFileSync(file, `${JSON.stringify(tell(story))}\n`);
  }
}
