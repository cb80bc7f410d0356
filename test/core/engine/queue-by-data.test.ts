import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/core/json.ts";
import { readWaiting } from "../../../src/queries/waiting-for.ts";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

const ONE =
  '{type: task, name: job, resourceArn: "acs:mns:::/queues/host-{$.machine}/messages", pattern: waitForCallback, serviceParams: {MessageBody: $}MORE}';
const ALL = (more = "") =>
  `{type: foreach, name: all, concurrency: 10000, iterationMapping: {collection: $.machines, item: machine}, outputMappings: [], steps: [${one(more)}]}`;

function one(more = ""): string {
  return ONE.replace("MORE", more === "" ? "" : `, ${more}`);
}

function newRun(step: string, input: JsonObject): EngineRun {
  return new EngineRun(new MemoryExecutionStore(), flowOf(step), input);
}

/** The queues that effects of a kind are for, in order. */
function queuesOf(run: EngineRun, kind: "sendTasks" | "withdraw" | "locate"): string[] {
  return run.pendingEffects(kind).flatMap((effect) => ("queue" in effect ? effect.queue : []));
}

describe("a queue by data", () => {
  test.each([
    ["text", "west", "host-west"],
    ["a whole number", 7, "host-7"],
    ["no text at all", "", "host-"],
  ])("is named by %s", (_, machine, queue) => {
    const run = newRun(one(), { machine });
    expect(queuesOf(run, "sendTasks")).toEqual([queue]);
    expect(run.messages()).toMatchObject([{ path: "job", body: JSON.stringify({ machine }) }]);
    run.confirm("job");
    run.succeed("job", { done: true });
    expect(run.status).toBe("Succeeded");
  });

  test.each([
    ["nothing", null],
    ["a list", ["west"]],
    ["a mapping", { name: "west" }],
    ["yes or no", true],
    ["a broken number", 1.5],
    ["a path to another queue", "west/../east"],
    ["text with a space", "west coast"],
    ["text of another script", "west\u00fc"],
    ["text that is too long", "w".repeat(121)],
    ["a line break", "west\n"],
  ])("that %s names fails the attempt, which retry and catch see", (_, machine) => {
    const handling =
      "retry: [{errors: [MNS.InvalidQueueName], intervalSeconds: 1, maxAttempts: 1}], catch: [{errors: [MNS.InvalidQueueName], goto: caught}]";
    const flow = flowOf(one(handling), "{type: pass, name: missed, end: true}", "{type: pass, name: caught}");
    const run = new EngineRun(new MemoryExecutionStore(), flow, { machine });
    for (let attempt = 1; attempt <= 2; attempt++) {
      expect(run.messages()).toMatchObject([{ path: "job", attempt, error: "MNS.InvalidQueueName" }]);
      const [refused] = run.messages();
      const { error, cause } = refused && "error" in refused ? refused : { error: "", cause: "" };
      run.do({ type: "refuseTasks", tasks: [{ path: "job", attempt }], error, cause });
      run.pass(1);
    }
    expect(run.steps()?.items.map(({ name }) => name)).toEqual(["job", "caught"]);
    expect(queuesOf(run, "withdraw")).toEqual([]);
  });

  test("is never named by a task's token, and no error tells it", () => {
    const token = "inputMappings: [{target: machine, source: $context.task.token}]";
    const run = newRun(one(token), {});
    expect(run.messages()).toMatchObject([{ error: "MNS.InvalidQueueName" }]);
    expect(JSON.stringify(run.messages())).not.toContain("token of");
  });

  test("is read at each attempt, and is where the attempt's message is asked for and taken back from", () => {
    const retry = "heartbeatSeconds: 10, retry: [{errors: [FnF.ALL], intervalSeconds: 5, maxAttempts: 1}]";
    const run = newRun(one(retry), { machine: "west" });
    run.confirm("job");
    run.pass(10);
    expect(queuesOf(run, "locate")).toEqual(["host-west"]);
    run.do({ type: "tasksLocated", tasks: [{ path: "job", attempt: 1, place: { is: "gone" } }] });
    expect(queuesOf(run, "withdraw")).toEqual(["host-west"]);
    run.pass(5);
    expect(queuesOf(run, "sendTasks")).toEqual(["host-west"]);
    expect(run.messages()).toMatchObject([{ path: "job", attempt: 2 }]);
  });

  test("is told with the task, open and closed, and as what the execution waits for", () => {
    const run = newRun(one(), { machine: "west" });
    run.confirm("job");
    expect(readWaiting(run.state)).toMatchObject([{ path: "job", waitsFor: "report", queue: "host-west" }]);
    expect(run.steps()?.items).toMatchObject([{ name: "job", queue: "host-west" }]);
    expect(run.do({ type: "heartbeat", path: "job", attempt: 1 })).toMatchObject({ queue: "host-west" });
    run.restart();
    expect(run.steps()?.items).toMatchObject([{ name: "job", queue: "host-west" }]);
    run.succeed("job");
    expect(run.steps()?.items).toMatchObject([{ name: "job", status: "Succeeded", queue: "host-west" }]);
  });

  test.each([
    ["stops", (run: EngineRun) => void run.do({ type: "stop", error: "Stopped", cause: "enough" })],
    ["fails with one of its iterations", (run: EngineRun) => void run.fail("all[0]/job", "Boom")],
  ])("that open tasks wait in gives their messages back when the execution %s", (_, end) => {
    const run = newRun(ALL(), { machines: ["a", "b", "c", "b"] });
    run.confirm("all[1]/job", "all[2]/job", "all[3]/job", "all[0]/job");
    run.succeed("all[2]/job");
    run.restart();
    end(run);
    const left = new Set(queuesOf(run, "withdraw").filter((queue) => queue !== "host-a"));
    expect(left).toEqual(new Set(["host-b"]));
  });

  test("gets all tasks of a fan-out that are for it by one call", () => {
    const machines = Array.from({ length: 100 }, (_, index) => `m${index % 4}`);
    const run = newRun(ALL(), { machines });
    const queues = new Set(queuesOf(run, "sendTasks"));
    expect(queues).toEqual(new Set(["host-m0", "host-m1", "host-m2", "host-m3"]));
    expect(run.messages()).toHaveLength(100);
  });

  test("of ten thousand machines costs the execution's head nothing", () => {
    const headSize = (count: number) => {
      const store = new MemoryExecutionStore();
      const machines = Array.from({ length: count }, (_, index) => `machine-${index}`);
      const run = new EngineRun(store, flowOf(ALL()), { machines });
      run.pass(0);
      const paths = machines.map((_, index) => `all[${index}]/job`);
      expect(new Set(queuesOf(run, "sendTasks")).size).toBe(count);
      run.confirm(...paths);
      const open = JSON.stringify(run.head).length;
      for (const path of paths) run.succeed(path);
      expect(run.status).toBe("Succeeded");
      return [open, JSON.stringify(run.head).length];
    };
    const few = headSize(10);
    // What grows are the digits of counters.
    for (const [nth, size] of headSize(10_000).entries()) expect(size).toBeLessThan((few[nth] ?? 0) + 50);
  });
});
