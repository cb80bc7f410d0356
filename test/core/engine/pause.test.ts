import { describe, expect, test } from "vitest";
import type { ExecutionCommand } from "../../../src/core/engine/command.ts";
import { EngineRun, START_AT } from "../../support/engine-run.ts";
import { FAN_OUT, fanOutInput, flowOf, taskStep } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const BY = { by: "key:ops" };
const PAUSE = { type: "pause", ...BY } as const;
const RESUME = { type: "resume", ...BY } as const;

function newRun(definition: string, input = {}) {
  return new EngineRun(new MemoryExecutionStore(), definition, input);
}

function types(run: EngineRun): string[] {
  return run.history().map(({ type }) => type);
}

/** What a pause may not do: an event that tells of something new between it and its end. */
function dispatchedInPause(run: EngineRun): string[] {
  let isPaused = false;
  return types(run).filter((type) => {
    if (type === "ExecutionPaused") isPaused = true;
    if (type === "ExecutionResumed") isPaused = false;
    return isPaused && ["StepEntered", "TaskScheduled", "IterationEntered", "BranchEntered"].includes(type);
  });
}

describe("a paused execution", () => {
  test("takes the report of what runs, and begins the next step when it is resumed", () => {
    const run = newRun(flowOf(taskStep("a"), taskStep("b")));
    run.do({ ...PAUSE, reason: "the disk is full" });
    expect(run.succeed("a")).toMatchObject({ ok: true });
    run.pass(HOUR);
    expect(run.steps()?.items.map(({ name }) => name)).toEqual(["a"]);
    expect(run.head.paused).toEqual({ at: START_AT, by: "key:ops", reason: "the disk is full" });
    run.do(RESUME);
    expect(run.head.paused).toBeUndefined();
    expect(run.messages().map(({ path }) => path)).toEqual(["b"]);
    run.succeed("b");
    expect(run.status).toBe("Succeeded");
    expect(run.history().find(({ type }) => type === "ExecutionPaused")?.detail).toEqual({
      by: "key:ops",
      reason: "the disk is full",
    });
  });

  test("lets messages out that were handed on before", () => {
    const run = newRun(flowOf(taskStep("a")));
    run.do(PAUSE);
    expect(run.messages().map(({ path }) => path)).toEqual(["a"]);
    run.confirm("a");
    expect(types(run)).toContain("TaskSubmitted");
  });

  test("stands where it is even if it was cut into turns, and after a restart", () => {
    const run = newRun(FAN_OUT, fanOutInput(5000));
    const open = run.head.openIterations;
    run.do(PAUSE);
    run.restart();
    run.pass(HOUR);
    expect(run.head.openIterations).toBe(open);
    expect(run.machine.nextTimerAt()).toBe(run.head.deadlineAt + 90 * DAY * 1000);
    run.do(RESUME);
    run.pass(1);
    expect(dispatchedInPause(run)).toEqual([]);
  });

  test("keeps a retry's instant and a wait's, which are due at once where they are past", () => {
    const retried = `retry: [{errors: [FnF.ALL], intervalSeconds: 60, maxAttempts: 3}]`;
    const run = newRun(
      flowOf(
        `{type: parallel, name: both, branches: [{steps: [${taskStep("t", retried)}]}, {steps: [{type: wait, name: w, duration: 600}]}]}`,
      ),
    );
    run.fail("both[0]/t", "E");
    run.do(PAUSE);
    run.pass(300);
    expect(run.messages()).toEqual([]);
    run.do(RESUME);
    run.pass(0);
    expect(run.messages().map(({ path }) => path)).toEqual(["both[0]/t"]);
    run.succeed("both[0]/t", {}, 2);
    run.pass(299);
    expect(run.status).toBe("Running");
    run.pass(2);
    expect(run.status).toBe("Succeeded");
    expect(dispatchedInPause(run)).toEqual([]);
  });

  test("does not stop the clocks of attempts: what times out meanwhile is tried again after it", () => {
    const step = taskStep("a", "timeoutSeconds: 60, retry: [{errors: [FnF.ALL], intervalSeconds: 1}]");
    const run = newRun(flowOf(step));
    run.do(PAUSE);
    run.pass(61);
    expect(types(run)).toContain("TaskTimedOut");
    expect(run.succeed("a")).toMatchObject({ code: "TaskTimedOut" });
    run.do(RESUME);
    run.pass(2);
    expect(run.messages()).toMatchObject([{ path: "a", attempt: 2 }]);
  });

  test("goes on by itself at the time that was given, whether the alarm comes in time or not", () => {
    const until = START_AT + HOUR * 1000;
    const flow = flowOf(taskStep("a"), taskStep("b"));
    const inTime = newRun(flow);
    inTime.do({ ...PAUSE, until });
    inTime.succeed("a");
    inTime.pass(HOUR);
    expect(inTime.messages().map(({ path }) => path)).toEqual(["b"]);
    const late = newRun(flow);
    late.do({ ...PAUSE, until });
    late.now = until + 60_000;
    late.succeed("a");
    expect(late.head.paused).toBeUndefined();
    expect(late.messages().map(({ path }) => path)).toEqual(["b"]);
    expect(late.head.deadlineAt).toBe(inTime.head.deadlineAt);
  });

  test("is paused once: the same again changes nothing, another time takes the place of the first", () => {
    const run = newRun(flowOf(taskStep("a")));
    const until = START_AT + HOUR * 1000;
    run.do({ ...PAUSE, reason: "r", until });
    const facts = run.head.nextFact;
    run.pass(60);
    run.do({ ...PAUSE, reason: "r", until });
    expect(run.head.nextFact).toBe(facts);
    run.do({ ...PAUSE, by: "key:other", until: until + 1 });
    expect(run.head.paused).toEqual({ at: START_AT, by: "key:other", reason: "r", until: until + 1 });
    run.do(RESUME);
    run.do(RESUME);
    expect(types(run).filter((type) => type === "ExecutionResumed")).toHaveLength(1);
  });

  test("is refused once it is over, and with a time that is over", () => {
    const run = newRun(flowOf(taskStep("a")));
    expect(run.do({ ...PAUSE, until: START_AT })).toMatchObject({ code: "InvalidRange" });
    run.succeed("a");
    for (const command of [PAUSE, RESUME])
      expect(run.do(command)).toMatchObject({ code: "ExecutionAlreadyCompleted" });
  });

  test("can be stopped, which ends its pause", () => {
    const run = newRun(flowOf(taskStep("a")));
    run.do(PAUSE);
    run.do({ type: "stop", error: "E", cause: "c" });
    expect([run.status, run.head.paused]).toEqual(["Stopped", undefined]);
    expect(run.machine.nextTimerAt()).toBeUndefined();
  });
});

describe("the time limit of an execution", () => {
  const flow = `${flowOf(taskStep("a"))}\ntimeoutSeconds: 3600`;
  const commands: readonly (ExecutionCommand | number)[][] = [
    [60, PAUSE, DAY, RESUME, HOUR - 61],
    [60, PAUSE, 60 * DAY, RESUME, 1, PAUSE, 29 * DAY, RESUME, HOUR - 62],
    [60, PAUSE, 90 * DAY + HOUR - 61],
    [60, PAUSE, 60 * DAY, RESUME, PAUSE, 30 * DAY + HOUR - 61],
    [60, PAUSE, 100, { ...PAUSE, reason: "again" }, 100, RESUME, HOUR - 61],
  ];

  test.each(commands)("stands still in its pauses, for 90 days in all: %j", (...told) => {
    const run = newRun(flow);
    for (const one of told) {
      if (typeof one === "number") run.pass(one);
      else expect(run.do(one)).toMatchObject({ ok: true });
      run.restart();
    }
    expect(run.status).toBe("Running");
    run.pass(1);
    expect(run.status).toBe("TimedOut");
  });

  test("is past for whoever comes before the alarm, in a pause too", () => {
    const run = newRun(flow);
    run.do(PAUSE);
    run.now += (90 * DAY + HOUR) * 1000;
    expect(run.succeed("a")).toMatchObject({ code: "ExecutionEnded" });
    expect(run.status).toBe("TimedOut");
  });
});

describe("a fan-out that is paused at any moment", () => {
  const COUNT = 40;
  const flow = FAN_OUT.replace("iterationMapping:", "concurrency: 7\n    iterationMapping:");

  function workThrough(run: EngineRun): void {
    for (let round = 0; round < 3 * COUNT && run.status === "Running"; round++) {
      for (const { path } of run.messages().slice(0, 3)) {
        run.confirm(path);
        run.succeed(path, { done: path });
      }
    }
  }

  const whole = newRun(flow, fanOutInput(COUNT));
  workThrough(whole);

  test.each([0, 1, 2, 3, 5, 7, 8, 20, 39])("ends as one that was not, after %i reports", (before) => {
    const run = newRun(flow, fanOutInput(COUNT));
    for (let done = 0; done < before; done++) {
      const [next] = run.messages();
      run.succeed(next?.path ?? "", { done: next?.path ?? "" });
    }
    run.do(PAUSE);
    workThrough(run);
    expect(run.head.openIterations).toBeGreaterThan(0);
    run.restart();
    run.do(RESUME);
    workThrough(run);
    expect([run.status, run.output]).toEqual(["Succeeded", whole.output]);
    expect(dispatchedInPause(run)).toEqual([]);
  });

  test("opens from its facts alone as it is", () => {
    const store = new MemoryExecutionStore();
    const run = new EngineRun(store, flow, fanOutInput(COUNT));
    run.succeed("workersForeach[0]/workerTask");
    run.do({ ...PAUSE, until: START_AT + 1000 });
    run.succeed("workersForeach[1]/workerTask");
    const before = run.everything();
    run.restart();
    expect(run.everything()).toEqual(before);
  });
});
