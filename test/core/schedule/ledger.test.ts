import fc from "fast-check";
import { expect, test } from "vitest";
import { Records } from "../../../src/core/durable/records.ts";
import { Ledger, type LedgerState } from "../../../src/core/schedule/ledger.ts";
import { sumOf } from "../../../src/core/schedule/judgement.ts";
import { latelyIn } from "../../../src/core/schedule/lately.ts";
import type { Firing } from "../../../src/core/schedule/schedule.ts";
import { MemoryCells } from "../../support/memory-cells.ts";
import { MINUTE, ScheduleRun } from "../../support/schedule-run.ts";

const DAY = 86_400_000;

function newState(): LedgerState {
  return { counts: {}, rows: 0, chunks: 0, tail: [] };
}

test("a ledger is a sorted map, whatever is written in whatever order", () => {
  const firing = fc.record<Firing>({
    at: fc.integer({ min: 0, max: 120 }),
    kind: fc.constantFrom("scheduled", "manual", "backfill"),
    verdict: fc.constantFrom("started", "paused", "expired"),
    firedBy: fc.string({ maxLength: 3 }),
  });
  fc.assert(
    fc.property(
      fc.array(firing, { maxLength: 300 }),
      fc.integer({ min: 1, max: 20 }),
      (firings, perCommit) => {
        const cells = new MemoryCells();
        const records = new Records(cells);
        const table = records.table<Firing[]>("firing:");
        const state = newState();
        const ledger = new Ledger(table, "f/s:", state);
        const model = new Map<string, Firing>();
        for (const [index, one] of firings.entries()) {
          ledger.set(one, 0);
          model.set(`${String(one.at).padStart(16, "0")}:${one.kind}`, one);
          if (index % perCommit !== 0) continue;
          ledger.flush();
          records.save();
        }
        ledger.flush();
        records.save();
        const sorted = [...model].toSorted(([a], [b]) => (a < b ? 1 : -1));
        expect(Array.from(ledger.newestFirst())).toEqual(sorted);
        for (const [position, one] of sorted) {
          expect(ledger.find(one.at, one.kind)).toEqual(one);
          const older = sorted.filter(([other]) => other < position);
          expect(Array.from(ledger.newestFirst(position))).toEqual(older);
        }
        expect(state.rows).toBe(model.size);
        const total = Object.values(state.counts).reduce((sum, count) => sum + count, 0);
        expect(total).toBe(model.size);
        expect(state.chunks).toBe(cells.texts.size);
        // All of them lie in one half hour.
        const counted = latelyIn(state.lately, 0, 120)?.map(({ judged }) => sumOf(judged)) ?? [];
        expect(counted.reduce((sum, count) => sum + count, 0)).toBe(model.size);
        const within = sorted.flatMap(([, one]) => (one.at >= 30 && one.at <= 60 ? [one] : []));
        expect(ledger.stretch(30, 60, Number.POSITIVE_INFINITY).firings).toEqual(within);
      },
    ),
    { numRuns: 200 },
  );
});

test("the newest 10,000 rows are kept, and those of 400 days; counts tell of all", () => {
  const table = new Records(new MemoryCells()).table<Firing[]>("firing:");
  const state = newState();
  const ledger = new Ledger(table, "f/s:", state);
  const add = (at: number) => ledger.set({ at, kind: "scheduled", verdict: "started", firedBy: "alarm" }, at);
  for (let at = 1; at <= 10_500; at++) add(at * MINUTE);
  const kept = Array.from(ledger.newestFirst()).length;
  expect(kept).toBe(state.rows);
  expect(kept).toBeGreaterThanOrEqual(10_000);
  expect(kept).toBeLessThan(10_030);
  expect(state.counts).toEqual({ started: 10_500 });
  for (let index = 0; index < 30; index++) add(500 * DAY + index);
  expect(Array.from(ledger.newestFirst()).length).toBeLessThan(60);
});

test("a firing and its end write little more than two rows", () => {
  const run = new ScheduleRun();
  run.put("* * * * *");
  let written = 0;
  const { write, delete: remove } = run.cells;
  run.cells.write = (key, text) => {
    written++;
    write.call(run.cells, key, text);
  };
  run.cells.delete = (key) => {
    written++;
    remove.call(run.cells, key);
  };
  for (let minute = 0; minute < 1000; minute++) {
    run.pass(MINUTE);
    for (const name of run.running) run.end(name);
  }
  expect(run.executions.size).toBe(1000);
  expect(written / 1000).toBeLessThan(2.2);
});
