import { describe, expect, test } from "vitest";
import { cutLog, readLogs } from "../../../src/core/engine/logs.ts";
import { EXECUTION_LOGS_FAILURES_FROM, LOG_HEAD_BYTES, LOG_TAIL_BYTES } from "../../../src/core/limits.ts";
import { utf8Length } from "../../../src/core/text.ts";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

const FOREACH = `{type: foreach, name: f, iterationMapping: {collection: $.items, item: one}, tolerance: {percentage: 100}, outputMappings: [], steps: [${taskStep("t")}]}`;

function newRun(items: number) {
  const store = new MemoryExecutionStore();
  const run = new EngineRun(store, flowOf(FOREACH), { items: Array.from({ length: items }, (_, n) => n) });
  const report = (n: number, log: string, error?: string) => {
    const task = { path: `f[${n}]/t`, attempt: 1, log };
    if (error === undefined) run.do({ type: "reportSucceeded", ...task, output: {} });
    else run.do({ type: "reportFailed", ...task, error, cause: "" });
  };
  return { store, run, report };
}

describe("logs of an execution", () => {
  test("are kept in the order in which they came, also after a restart", () => {
    const { store, run, report } = newRun(3);
    report(0, "first\n");
    run.restart();
    report(1, "second\n", "Exit.1");
    expect([...readLogs(store)]).toEqual([
      { path: "f[0]/t", attempt: 1, text: "first\n" },
      { path: "f[1]/t", attempt: 1, text: "second\n" },
    ]);
  });

  test("of one commit lie in one row; a report without one costs none", () => {
    const { store, run, report } = newRun(4);
    const rowsOf = (act: () => void) => {
      const before = store.rowsWritten;
      act();
      return store.rowsWritten - before;
    };
    const plain = rowsOf(() => report(0, ""));
    expect(rowsOf(() => report(1, "some"))).toBe(plain + 1);
    const both = () => {
      for (const n of [2, 3]) {
        const command = {
          type: "reportSucceeded",
          path: `f[${n}]/t`,
          attempt: 1,
          output: {},
          log: "x",
        } as const;
        run.machine.handle(command, run.now);
      }
      run.machine.save(run.now);
    };
    const before = store.cells.size;
    both();
    expect([...store.cells.keys()].filter((key) => key.startsWith("log:"))).toHaveLength(2);
    expect(store.cells.size).toBeGreaterThanOrEqual(before);
  });

  test("are those of failures alone once there are many", () => {
    const log = "x".repeat(16_000);
    const most = Math.floor(EXECUTION_LOGS_FAILURES_FROM / log.length);
    const { store, report } = newRun(most + 4);
    for (let n = 0; n < most + 2; n++) report(n, log);
    expect([...readLogs(store)]).toHaveLength(most);
    report(most + 2, log, "Exit.1");
    expect([...readLogs(store)]).toHaveLength(most + 1);
  });
});

test.each(["x", "ü", "😀"])("a log of %s that is too long keeps its beginning and its end", (letter) => {
  const text = `begin ${letter.repeat(20_000)} end`;
  const cut = cutLog(text);
  expect(cut).toMatch(/^begin .*bytes left out\].* end$/s);
  expect(cut.isWellFormed()).toBe(true);
  expect(utf8Length(cut)).toBeLessThan(LOG_HEAD_BYTES + LOG_TAIL_BYTES + 60);
  expect(cutLog("short")).toBe("short");
});

test.each([
  ["Exit.*", "Exit.2", true],
  ["Exit.*", "Exit", false],
  ["Exit.*", "Worker.Lost", false],
  ["Worker.*", "Worker.NotTaken", true],
])("a policy for %s and the error %s: %s", (name, error, isMeant) => {
  const run = new EngineRun(
    new MemoryExecutionStore(),
    flowOf(taskStep("job", `catch: [{errors: ["${name}"], goto: end}]`), "{type: pass, name: end}"),
  );
  run.fail("job", error);
  expect(run.status).toBe(isMeant ? "Succeeded" : "Failed");
});
