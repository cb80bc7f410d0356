// Keeps what this release's schedules write, for all later ones to read: once, before a release.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MemoryCells } from "../support/memory-cells.ts";
import { MINUTE } from "../support/schedule-run.ts";
import { type KeptSchedules, ledgersOf, openSchedules, tellSchedules } from "./schedule-story.ts";

const LATER_MS = 4 * 60 * MINUTE;
const root = join(import.meta.dirname, "../..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const file = join(import.meta.dirname, `schedules-${version}.json`);
if (existsSync(file)) throw new Error(`${file} is there: what a release wrote does not change`);

const { cells, now } = tellSchedules();
const copy = new MemoryCells();
for (const [key, text] of cells.texts) copy.write(key, text);
const run = openSchedules(copy, now);
run.pass(LATER_MS);
run.act({ type: "writePassed", flow: "flow", name: "paused" });
const kept: KeptSchedules = { now, cells: [...cells.texts], laterMs: LATER_MS, later: ledgersOf(run) };
writeFileSync(file, `${JSON.stringify(kept)}\n`);
