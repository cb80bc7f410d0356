import { expect } from "vitest";
import type { AdjustItems } from "../../src/core/engine/command.ts";
import { EngineRun } from "../support/engine-run.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import type { EngineCase } from "./engine.ts";

const RESULTS = 'outputMappings: [{target: results, source: "$local[*]"}]';

function adjust(run: EngineRun, change: Omit<AdjustItems, "type" | "step" | "by">): void {
  expect(run.do({ type: "adjustItems", step: "each", by: "key:li", ...change })).toEqual({ ok: true });
}

function letters(run: EngineRun): string | undefined {
  return run
    .steps({ parent: "each" })
    ?.items.map(({ status }) => (status[0] === "S" ? status.slice(0, 2) : status[0]))
    .join(" ");
}

/** An open foreach is changed in every way. */
function changed(steps: string): EngineCase["run"] {
  return (store) => {
    const foreach = `{type: foreach, name: each, concurrency: 4, tolerance: {count: 5}, iterationMapping: {collection: $.items, item: one}, ${RESULTS}, steps: [${steps}]}`;
    const run = new EngineRun(store, flowOf(foreach), { items: Array.from({ length: 16 }, (_, n) => n) });
    run.confirm("each[0]/t", "each[1]/t");
    for (const index of [0, 2, 3]) run.fail(`each[${index}]/t`, "Bad", `of ${index}`);
    adjust(run, {
      stop: [
        [1, 1],
        [9, 3],
      ],
      reason: "their disks are full",
    });
    run.restart();
    expect(letters(run)).toMatch(/^F Sk F F R R/);
    adjust(run, { retry: "failed", concurrency: 6 });
    run.restart();
    run.confirm(["each[0]/t", 2], "each[4]/t");
    run.fail("each[2]/t", "Bad", "again", 2);
    run.succeed("each[0]/t", { n: 0 }, 2);
    adjust(run, { stop: "notStarted", tolerance: { count: 1 } });
    expect(run.head.items).toMatchObject({ total: 16, succeeded: 1, failed: 1 });
    adjust(run, { tolerance: { count: 0 } });
    expect(run.head).toMatchObject({ status: "Failed", error: "Bad", cause: "again" });
    for (const effect of run.pendingEffects()) run.do({ type: "effectOver", effect });
    run.do({ type: "redrive", redrives: 1, by: "key:li" });
    run.restart();
    expect(run.messages().find(({ path }) => path === "each[2]/t")).toMatchObject({ attempt: 3 });
    const skipped = run.steps({ parent: "each", status: "Skipped" })?.items.length ?? 0;
    for (const { path, attempt } of run.messages()) run.succeed(path, { path }, attempt);
    expect(run.head).toMatchObject({
      status: "Succeeded",
      items: { succeeded: 16 - skipped, failed: 0, skipped },
    });
    const ids = run.history().map(({ eventId }) => eventId);
    expect(ids).toEqual(ids.map((_, nth) => nth + 1));
  };
}

/** What is asked of a foreach while it is open. */
export const CHANGE_CASES: readonly EngineCase[] = [
  { name: "changes: a foreach in waves is changed while it is open", run: changed(taskStep("t")) },
  {
    name: "changes: a foreach whose iterations are entered one by one is changed while it is open",
    run: changed(`{type: pass, name: first}, ${taskStep("t")}`),
  },
  {
    name: "changes: the end of an execution finds failures that wait to be tried again",
    run(store) {
      const foreach = `{type: foreach, name: each, concurrency: 1, tolerance: {count: 3}, iterationMapping: {collection: $.items, item: one}, steps: [${taskStep("t")}]}`;
      const run = new EngineRun(store, flowOf(foreach), { items: [0, 1, 2, 3, 4] });
      for (const index of [0, 1]) run.fail(`each[${index}]/t`, "Bad");
      adjust(run, { retry: "failed" });
      run.do({ type: "stop", error: "FnF.Stopped", cause: "enough" });
      expect(run.steps({ parent: "each" })?.items.map(({ status }) => status)).toEqual([
        "Stopped",
        "Stopped",
        "Stopped",
      ]);
      for (const effect of run.pendingEffects()) run.do({ type: "effectOver", effect });
      run.do({ type: "redrive", redrives: 1, by: "key:li" });
      for (const { path, attempt } of run.messages()) run.succeed(path, {}, attempt);
      expect(run.messages()).toMatchObject([{ path: "each[0]/t", attempt: 2 }]);
    },
  },
];
