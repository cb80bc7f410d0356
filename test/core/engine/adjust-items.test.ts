import { describe, expect, test } from "vitest";
import { EngineRun } from "../../support/engine-run.ts";
import { FAN_OUT, fanOutInput, flowOf, taskStep } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

const COUNT = 60;
const FLOW = FAN_OUT.replace("iterationMapping:", "concurrency: 20\n    iterationMapping:");
const STEPS = flowOf(
  `{type: foreach, name: workersForeach, concurrency: 20, iterationMapping: {collection: $.payload.workers, item: w}, steps: [{type: pass, name: p}, ${taskStep("workerTask")}]}`,
);

function adjusted(run: EngineRun, concurrency: number, step = "workersForeach") {
  return run.do({ type: "adjustItems", step, concurrency, by: "key:test" });
}

/** Some of what is open ends. */
function finish(run: EngineRun, most: number): void {
  for (const { path } of run.messages().slice(0, most)) run.succeed(path);
}

describe.each([
  ["in waves", FLOW],
  ["one by one", STEPS],
])("a foreach that enters its iterations %s", (_, flow) => {
  test("runs no more than it may after each change, and all of them in the end", () => {
    const run = new EngineRun(new MemoryExecutionStore(), flow, fanOutInput(COUNT));
    expect(run.head.openIterations).toBe(20);
    let most = 20;
    for (const [nth, concurrency] of [5, 5, 2, 30, 1, 100].entries()) {
      expect(adjusted(run, concurrency)).toMatchObject({ ok: true });
      if (nth % 2 === 0) run.restart();
      most = Math.max(concurrency, run.head.openIterations);
      for (let round = 0; round < 4; round++) {
        finish(run, 2);
        most = Math.max(concurrency, Math.min(most, run.head.openIterations));
        expect(run.head.openIterations).toBeLessThanOrEqual(most);
      }
    }
    while (run.status === "Running") finish(run, 7);
    expect(run.status).toBe("Succeeded");
    expect(run.steps({ parent: "workersForeach" })?.items).toHaveLength(COUNT);
  });

  test("begins more at once when it may run more", () => {
    const run = new EngineRun(new MemoryExecutionStore(), flow, fanOutInput(COUNT));
    adjusted(run, 40);
    expect(run.head.openIterations).toBe(40);
    expect(run.messages()).toHaveLength(40);
  });
});

test("a change that changes nothing is no fact; another one is kept by a restart", () => {
  const run = new EngineRun(new MemoryExecutionStore(), FLOW, fanOutInput(COUNT));
  adjusted(run, 3);
  const { nextFact } = run.head;
  adjusted(run, 3);
  expect(run.head.nextFact).toBe(nextFact);
  run.restart();
  finish(run, 17);
  expect(run.head.openIterations).toBe(3);
});

test("only a foreach that is open can be changed", () => {
  const run = new EngineRun(new MemoryExecutionStore(), FLOW, fanOutInput(2));
  for (const step of ["nobody", "workersForeach#2", "workersForeach[0]/workerTask", "workersForeach[0]"])
    expect(adjusted(run, 2, step)).toMatchObject({ code: "StepNotOpen" });
  finish(run, 2);
  expect(adjusted(run, 2)).toMatchObject({ code: "ExecutionAlreadyCompleted" });
});
