import { describe, expect, test } from "vitest";
import { ITEMS_SEARCHED_MAX } from "../../src/core/view-limits.ts";
import { EngineRun } from "../support/engine-run.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import { MemoryExecutionStore } from "../support/memory-execution-store.ts";

const AFTER = "{type: pass, name: after}";

function fanOut(items: readonly object[], steps = `${taskStep("work")}, ${AFTER}`): EngineRun {
  const each = `{type: foreach, name: each, tolerance: {count: 9}, iterationMapping: {collection: $.items, item: item}, steps: [${steps}]}`;
  return new EngineRun(new MemoryExecutionStore(), flowOf(each), { items: items as never });
}

describe("items of a foreach", () => {
  test("are found by what is in them, whether they run, failed or are done", () => {
    const run = fanOut(["杭州-1.mov", "b-1.mov", "杭州-2.mov", "c.mov"].map((file) => ({ file })));
    run.succeed("each[0]/work");
    run.fail("each[2]/work", "Odd");
    const found = (query: object) =>
      run.steps({ parent: "each", ...query })?.items.map(({ index, status }) => [index, status]);
    expect(found({ contains: "杭州" })).toEqual([
      [0, "Succeeded"],
      [2, "Failed"],
    ]);
    expect(found({ contains: "-1.mov" })).toEqual([
      [0, "Succeeded"],
      [1, "Running"],
    ]);
    expect(found({ contains: "杭州", status: "Failed" })).toEqual([[2, "Failed"]]);
    expect(found({ contains: '"file":"c' })).toEqual([[3, "Running"]]);
    expect(found({ contains: "nowhere" })).toEqual([]);
  });

  test("are looked through a stretch at a time", () => {
    const many = ITEMS_SEARCHED_MAX + 10;
    const run = fanOut(
      Array.from({ length: many }, (_, index) => ({ index })),
      AFTER,
    );
    run.pass(1);
    const last = `"index":${many - 1}}`;
    const first = run.steps({ parent: "each", contains: last });
    expect(first).toEqual({ items: [], next: ITEMS_SEARCHED_MAX });
    const second = run.steps({ parent: "each", contains: last, from: ITEMS_SEARCHED_MAX });
    expect(second).toMatchObject({ items: [{ index: many - 1 }] });
    expect(second?.next).toBeUndefined();
  });

  test("tell who did their last task", () => {
    const run = fanOut([{}, {}, {}]);
    const report = (index: number, worker: string, error?: string) =>
      run.do(
        error === undefined
          ? { type: "reportSucceeded", path: `each[${index}]/work`, attempt: 1, output: {}, by: { worker } }
          : {
              type: "reportFailed",
              path: `each[${index}]/work`,
              attempt: 1,
              error,
              cause: "",
              by: { worker },
            },
      );
    report(0, "gpu-1");
    report(1, "gpu-3", "Odd");
    expect(run.steps({ parent: "each" })?.items).toMatchObject([
      { index: 0, status: "Succeeded", worker: "gpu-1" },
      { index: 1, status: "Failed", worker: "gpu-3" },
      { index: 2, status: "Running" },
    ]);
  });
});
