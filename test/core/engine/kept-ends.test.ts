import { describe, expect, test } from "vitest";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

const RESULTS = 'outputMappings: [{target: results, source: "$local[*]"}]';

function foreach(body: string, more = ""): string {
  return `{type: foreach, name: each, iterationMapping: {collection: [1, 2, 3, 4, 5], item: one}, ${RESULTS}, ${more} steps: [${body}]}`;
}

function start(...steps: string[]): EngineRun {
  return new EngineRun(new MemoryExecutionStore(), flowOf(...steps));
}

/** `path status` of each step of a list. */
function shown(run: EngineRun, parent = ""): string[] {
  return (run.steps({ parent })?.items ?? []).map(({ path, status }) => `${path} ${status}`);
}

/** What is open, by the phases of the lists. */
function open(run: EngineRun): string[] {
  return Array.from(run.state.frames, ([path, { phase }]) => `${path || "flow"}: ${phase.is}`).toSorted();
}

describe("a failure that nobody handles closes nothing", () => {
  test("the steps that failed are shown as failed, what was cut off as stopped, and what had ended as it ended", () => {
    const run = start(foreach(taskStep("t"), "concurrency: 3,"));
    run.succeed("each[0]/t", { n: 0 });
    run.confirm("each[1]/t");
    run.fail("each[1]/t", "Bad", "item 2");
    expect(run.head).toMatchObject({ status: "Failed", error: "Bad", cause: "item 2" });
    for (const again of [false, true]) {
      if (again) run.restart();
      expect(shown(run)).toEqual(["each Failed"]);
      expect(run.steps()?.items[0]).toMatchObject({
        error: "Bad",
        cause: "item 2",
        endedAt: run.now,
        iterations: { total: 5, started: 4, running: 0, succeeded: 1, failed: 0 },
      });
      const [, second, third] = run.steps({ parent: "each" })?.items ?? [];
      expect(second).toMatchObject({ status: "Failed", error: "Bad", cause: "item 2", endedAt: run.now });
      expect(third).toMatchObject({ status: "Stopped" });
      expect(third).not.toHaveProperty("endedAt");
      expect(shown(run, "each")).toEqual([
        "each[0] Succeeded",
        "each[1] Failed",
        "each[2] Stopped",
        "each[3] Stopped",
      ]);
      expect(shown(run, "each[1]")).toEqual(["each[1]/t Failed"]);
      expect(shown(run, "each[2]")).toEqual(["each[2]/t Stopped"]);
      expect(run.steps({ parent: "each", status: "Failed" })?.items.map(({ path }) => path)).toEqual([
        "each[1]",
      ]);
    }
    expect(open(run)).toEqual(["each[1]: failed", "flow: failed"]);
  });

  test("neither a retry that is used up, nor a catch that means others, nor what is out of time changes that", () => {
    const retry =
      "retry: [{errors: [FnF.TaskTimeout], intervalSeconds: 1, maxAttempts: 1}], timeoutSeconds: 5";
    const run = start(
      `{type: parallel, name: p, catch: [{errors: [Other], goto: z}], branches: [{steps: [${taskStep("a", retry)}]}, {steps: [{type: wait, name: w, duration: 60}]}]}`,
      "{type: pass, name: z}",
    );
    run.pass(20);
    expect(run.head).toMatchObject({ status: "Failed", error: "FnF.TaskTimeout" });
    expect(run.state.frames.get("p[0]")).toMatchObject({ attempt: 2, visits: [] });
    expect(shown(run, "p[0]")).toEqual(["p[0]/a TimedOut"]);
    expect(shown(run, "p[1]")).toEqual(["p[1]/w Stopped"]);
    expect(open(run)).toEqual(["flow: failed", "p[0]: failed", "p[1]: wait"]);
  });

  test("what something above handles closes as ever, however deep it was", () => {
    const inner = `{type: parallel, name: p, branches: [{steps: [${taskStep("a")}]}, {steps: [${taskStep("b")}]}]}`;
    const caught = start(foreach(inner, "catch: [{errors: [Bad], goto: z}],"), taskStep("z"));
    caught.fail("each[0]/p[0]/a", "Bad");
    expect(open(caught)).toEqual(["flow: task"]);
    const tolerated = start(foreach(inner, "tolerance: {count: 1},"));
    tolerated.fail("each[0]/p[0]/a", "Bad");
    expect(tolerated.status).toBe("Running");
    expect(open(tolerated).filter((line) => line.startsWith("each[0]"))).toEqual([]);
    tolerated.fail("each[1]/p[1]/b", "Bad");
    expect(tolerated.status).toBe("Failed");
    expect(open(tolerated).filter((line) => line.startsWith("each[1]"))).toEqual([
      "each[1]/p[0]: task",
      "each[1]/p[1]: failed",
      "each[1]: failed",
    ]);
  });

  test("the lists that stay are counted in the memory of the execution as before", () => {
    const run = start(foreach(taskStep("t")));
    run.confirm("each[1]/t");
    const before = run.state.memory.room;
    run.fail("each[1]/t", "Bad");
    const { room } = run.state.memory;
    expect(room).toBeLessThanOrEqual(before);
    run.restart();
    expect(run.state.memory.room).toBe(room);
  });

  test("many that fail in one turn are told in full, and nothing is left half-way", () => {
    const run = start(
      foreach(`{type: parallel, name: p, branches: [{steps: [{type: fail, name: f, error: Bad}]}]}`),
    );
    expect(run.head).toMatchObject({ status: "Failed", error: "Bad" });
    expect(shown(run, "each[0]/p[0]")).toEqual(["each[0]/p[0]/f Failed"]);
    expect(shown(run, "each[0]")).toEqual(["each[0]/p Failed"]);
  });
});
