import { describe, expect, test } from "vitest";
import type { ExecutionTimeline, TimelineQuery } from "../../src/core/execution-views.ts";
import { TIMELINE_LANES_MAX } from "../../src/core/view-limits.ts";
import { flowsOf } from "../../src/queries/progress/flows.ts";
import { Progress } from "../../src/queries/progress/progress.ts";
import { Timeline } from "../../src/queries/progress/timeline.ts";
import { EngineRun, START_AT } from "../support/engine-run.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import { MemoryExecutionStore } from "../support/memory-execution-store.ts";

const RETRY = "retry: [{errors: [Again], maxAttempts: 2, intervalSeconds: 10}]";
const EACH = `{type: foreach, name: each, tolerance: {count: 999}, iterationMapping: {collection: $.items, item: item}, steps: [${taskStep("work", RETRY)}]}`;

function fanOut(count: number): EngineRun {
  return new EngineRun(new MemoryExecutionStore(), flowOf(EACH), {
    items: Array.from({ length: count }, (_, index) => index),
  });
}

/** A pixel is a second, from the start. */
function timelineOf(run: EngineRun, by: TimelineQuery["by"], seconds: number, skip = 0) {
  const scale = { from: START_AT + skip * 1000, to: START_AT + (skip + seconds) * 1000, width: seconds };
  const timeline = new Timeline(by, scale, run.state.flow);
  const progress = new Progress(flowsOf(run.machine), timeline.add);
  progress.takeIn(run.store, Number.POSITIVE_INFINITY);
  for (const span of progress.openSpans(run.now)) timeline.add(span);
  return timeline.view();
}

function states({ lanes }: Pick<ExecutionTimeline, "lanes">): Record<string, string> {
  return Object.fromEntries(lanes.map((lane) => [lane.name, lane.states]));
}

function work(
  run: EngineRun,
  index: number,
  worker: string,
  secondsAgo: number,
  error?: string,
  attempt = 1,
) {
  const by = { worker, takenAt: run.now - secondsAgo * 1000 };
  const common = { path: `each[${index}]/work`, attempt, by } as const;
  run.do(
    error === undefined
      ? { type: "reportSucceeded", ...common, output: {} }
      : { type: "reportFailed", ...common, error, cause: "" },
  );
}

describe("a timeline by step", () => {
  test("has a lane for each step, waits before a worker came, and pauses before a retry", () => {
    const run = fanOut(1);
    run.pass(20);
    work(run, 0, "gpu-3", 15, "Again");
    run.pass(20);
    work(run, 0, "gpu-3", 10, undefined, 2);
    run.pass(10);
    expect(states(timelineOf(run, "step", 50))).toEqual({
      each: "s39.11",
      "each[]/work": "w5f14.y9.s9.11",
    });
  });

  test("shows what is not over as far as it has come, and what was stopped", () => {
    const run = fanOut(2);
    run.pass(10);
    expect(states(timelineOf(run, "step", 20))).toEqual({ each: "r9.11", "each[]/work": "r9.11" });
    run.do({ type: "stop", error: "FnF.Stopped", cause: "" });
    run.pass(10);
    expect(states(timelineOf(run, "step", 20))).toEqual({ each: "x9.11", "each[]/work": "x9.11" });
  });

  test("shows a part of the time as if it were all", () => {
    const run = fanOut(1);
    run.pass(20);
    work(run, 0, "gpu-3", 15);
    expect(states(timelineOf(run, "step", 10, 3))).toEqual({ each: "s10", "each[]/work": "w2s8" });
    expect(states(timelineOf(run, "step", 10, 30))).toEqual({ each: ".10", "each[]/work": ".10" });
  });
});

test("lanes of steps stand as in the flow, whichever began or ended first", () => {
  const branch = (name: string) => `{steps: [${taskStep(name)}, {type: pass, name: ${name}Done}]}`;
  const run = new EngineRun(
    new MemoryExecutionStore(),
    flowOf(`{type: parallel, name: both, branches: [${branch("one")}, ${branch("two")}]}`, taskStep("last")),
  );
  run.pass(5);
  run.succeed("both[1]/two");
  run.succeed("both[0]/one");
  expect(Object.keys(states(timelineOf(run, "step", 10)))).toEqual([
    "both",
    "both[0]/one",
    "both[0]/oneDone",
    "both[1]/two",
    "both[1]/twoDone",
    "last",
  ]);
});

describe("a timeline by worker", () => {
  test("shows from when on a machine failed everything", () => {
    const run = fanOut(6);
    run.pass(10);
    work(run, 0, "gpu-10", 10);
    work(run, 1, "gpu-9", 10);
    run.pass(2);
    work(run, 2, "gpu-9", 2, "DiskFull");
    run.pass(8);
    work(run, 3, "gpu-9", 2, "DiskFull");
    const { lanes, more } = timelineOf(run, "worker", 30);
    expect(more).toBe(0);
    expect(lanes).toEqual([
      {
        name: "gpu-9",
        done: 1,
        failed: 2,
        failing: { since: START_AT + 10_000, count: 2 },
        states: "s9.f2.6f2.10",
      },
      { name: "gpu-10", done: 1, failed: 0, states: "s9.21" },
    ]);
  });

  test("shows only the report of a machine that did not say when it took the task", () => {
    const run = fanOut(1);
    run.pass(5);
    const by = { worker: "old" };
    run.do({ type: "reportSucceeded", path: "each[0]/work", attempt: 1, output: {}, by });
    expect(timelineOf(run, "worker", 10).lanes).toMatchObject([{ name: "old", states: ".5s.4" }]);
  });

  test("shows the worst of several in one pixel, however many there are", () => {
    const run = fanOut(500);
    run.pass(10);
    for (let index = 0; index < 500; index++) work(run, index, "gpu-1", 1, index === 77 ? "Odd" : undefined);
    expect(timelineOf(run, "worker", 10).lanes).toMatchObject([{ done: 499, failed: 1, states: ".9f" }]);
  });

  test("leaves out machines that did well when there are too many, and says how many", () => {
    const run = fanOut(TIMELINE_LANES_MAX + 8);
    run.pass(10);
    for (let index = 0; index < TIMELINE_LANES_MAX + 8; index++)
      work(run, index, `m-${index}`, 1, index < 55 ? undefined : "Odd");
    const { lanes, more } = timelineOf(run, "worker", 10);
    expect([lanes.length, more]).toEqual([TIMELINE_LANES_MAX, 8]);
    expect(lanes.slice(-3).map(({ name }) => name)).toEqual(["m-55", "m-56", "m-57"]);
  });
});
