import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ScheduleRun } from "../support/schedule-run.ts";
import { MemoryCells } from "../support/memory-cells.ts";
import { type KeptSchedules, ledgersOf, openSchedules } from "./schedule-story.ts";

const FILES = readdirSync(import.meta.dirname).filter((name) => /^schedules-.*\.json$/.test(name));

function read(file: string): KeptSchedules {
  return JSON.parse(readFileSync(join(import.meta.dirname, file), "utf8")) as KeptSchedules;
}

function open({ cells, now }: KeptSchedules): ScheduleRun {
  const copy = new MemoryCells();
  for (const [key, text] of cells) copy.write(key, text);
  return openSchedules(copy, now);
}

test("a release is kept", () => {
  expect(FILES.length).toBeGreaterThan(0);
});

describe.each(FILES)("what a release wrote of schedules: %s", (file) => {
  const kept = read(file);

  test("goes on as it would have, each instant at its time", () => {
    const run = open(kept);
    run.pass(kept.laterMs);
    run.act({ type: "writePassed", flow: "flow", name: "paused" });
    expect(ledgersOf(run)).toEqual(kept.later);
    // Abbreviated zones could be stored once, and no longer.
    const stored = file === "schedules-0.1.0.json" ? ["abbreviated", "abbreviated-within"] : [];
    const refused = [...run.machine.list()].filter(({ refusedToday }) => refusedToday !== undefined);
    expect(refused.map(({ name }) => name)).toEqual(stored);
  });
});
