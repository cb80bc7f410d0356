import { expect } from "vitest";
import { EngineRun } from "../support/engine-run.ts";
import { FAN_OUT, fanOutInput, flowOf, taskStep } from "../support/flows.ts";
import type { EngineCase } from "./engine.ts";

const TASK = (index: number) => `workersForeach[${index}]/workerTask`;

/** Retry, catch, time limits, refusals, stops. */
export const FAILURE_CASES: readonly EngineCase[] = [
  {
    name: "the first policy that knows the error decides; pauses grow 10, 20, 40 s; runs are 1 + maxAttempts",
    run(store) {
      const retry =
        "retry: [{errors: [Other], maxAttempts: 9}, {errors: [FnF.ALL], intervalSeconds: 10, multiplier: 2, maxAttempts: 3}]";
      const run = new EngineRun(store, flowOf(taskStep("job", retry)));
      const pauses: number[] = [];
      for (let attempt = 1; attempt <= 3; attempt++) {
        expect(run.fail("job", "Boom", "why", attempt)).toMatchObject({ ok: true });
        const before = run.now;
        while (run.messages().length === 0) run.pass(1);
        pauses.push((run.now - before) / 1000);
        expect(run.messages()).toMatchObject([{ path: "job", attempt: attempt + 1 }]);
      }
      expect(pauses).toEqual([10, 20, 40]);
      run.fail("job", "Boom", "at last", 4);
      expect(run.head).toMatchObject({ status: "Failed", error: "Boom", cause: "at last" });
      const scheduled = run.history().filter(({ type }) => type === "TaskScheduled");
      expect(scheduled).toHaveLength(4);
    },
  },
  {
    name: "maxIntervalSeconds caps the pauses",
    run(store) {
      const retry = "retry: [{errors: [Boom], intervalSeconds: 10, multiplier: 10, maxIntervalSeconds: 15}]";
      const run = new EngineRun(store, flowOf(taskStep("job", retry)));
      run.fail("job", "Boom", "", 1);
      run.pass(10);
      run.fail("job", "Boom", "", 2);
      run.pass(14);
      expect(run.messages()).toEqual([]);
      run.pass(1);
      expect(run.messages()).toMatchObject([{ attempt: 3 }]);
    },
  },
  {
    name: "jitter spreads the pauses of tasks that failed together, never beyond the pause without it",
    run(store) {
      const retry = "retry: [{errors: [Boom], intervalSeconds: 100, jitter: 0.5}]";
      const items = Array.from({ length: 20 }, (_, n) => n);
      const foreach = `{type: foreach, name: f, iterationMapping: {collection: $.items, item: one}, outputMappings: [], steps: [${taskStep("t", retry)}]}`;
      const run = new EngineRun(store, flowOf(foreach), { items });
      for (const n of items) run.fail(`f[${n}]/t`, "Boom");
      const back = () => run.messages().length;
      run.pass(49);
      expect(back()).toBe(0);
      run.pass(26);
      expect(back()).toBeGreaterThan(3);
      expect(back()).toBeLessThan(17);
      run.pass(25);
      expect(back()).toBe(20);
    },
  },
  {
    name: "each attempt has a token of its own; a report for an older one is TaskSuperseded",
    run(store) {
      const retry =
        "retry: [{errors: [Boom], intervalSeconds: 0}], inputMappings: [{target: token, source: $context.task.token}]";
      const run = new EngineRun(store, flowOf(taskStep("job", retry)));
      expect(run.messages()).toMatchObject([{ body: '{"token":"token of job 1"}' }]);
      run.fail("job", "Boom");
      expect(run.succeed("job")).toMatchObject({ ok: false, code: "TaskAlreadyCompleted" });
      run.pass(0);
      expect(run.messages()).toMatchObject([{ body: '{"token":"token of job 2"}' }]);
      expect(run.succeed("job")).toMatchObject({ ok: false, code: "TaskSuperseded" });
      expect(run.succeed("job", { done: true }, 2)).toMatchObject({ ok: true });
    },
  },
  {
    name: "T9: a caught error leaves nothing behind without errorMappings",
    run(store) {
      const definition = flowOf(
        taskStep("try", "catch: [{errors: [Boom], goto: after}]"),
        "{type: pass, name: skipped, outputMappings: [{target: skipped, source: false}]}",
        "{type: pass, name: after}",
      );
      const run = new EngineRun(store, definition);
      run.fail("try", "Boom", "a reason");
      expect(run.status).toBe("Succeeded");
      expect(run.output).toEqual({});
      const told = run.history().filter(({ type }) => type === "StepFailed" || type === "StepExited");
      expect(told.map(({ type, stepName, detail }) => [type, stepName, detail])).toEqual([
        ["StepFailed", "try", { error: "Boom", cause: "a reason", output: {}, goto: "after" }],
        ["StepExited", "try", { local: {} }],
        ["StepExited", "after", { local: {} }],
      ]);
    },
  },
  {
    name: "T10: errorMappings bring error and cause into the list",
    run(store) {
      const mappings =
        "errorMappings: [{target: errMsg, source: $local.cause}, {target: errCode, source: $local.error}]";
      const definition = flowOf(
        taskStep("try", `${mappings}, catch: [{errors: [FnF.ALL], goto: after}]`),
        "{type: pass, name: after, outputMappings: [{target: seen, source: $input.errCode}]}",
      );
      const run = new EngineRun(store, definition);
      run.fail("try", "Boom", "a reason");
      expect(run.output).toEqual({ errMsg: "a reason", errCode: "Boom", seen: "Boom" });
    },
  },
  {
    name: "a goto backwards repeats the steps; each round is a visit of its own",
    run(store) {
      const definition = flowOf(
        taskStep("poll", "catch: [{errors: [NotYet], goto: poll}]"),
        "{type: pass, name: done}",
      );
      const run = new EngineRun(store, definition);
      run.fail("poll", "NotYet");
      expect(run.succeed("poll")).toMatchObject({ ok: false, code: "TaskAlreadyCompleted" });
      run.fail("poll#2", "NotYet");
      run.succeed("poll#3", { found: true });
      expect(run.status).toBe("Succeeded");
      expect(run.steps()?.items.map(({ path, status }) => `${path} ${status}`)).toEqual([
        "poll Failed",
        "poll#2 Failed",
        "poll#3 Succeeded",
        "done#3 Succeeded",
      ]);
    },
  },
  {
    name: "end: true and succeed end the list; fail fails it with its error, which nothing inside catches",
    run(store) {
      const definition = flowOf(
        "{type: pass, name: last, end: true, outputMappings: [{target: here, source: true}]}",
        "{type: fail, name: never}",
      );
      expect(new EngineRun(store, definition).output).toEqual({ here: true });
    },
  },
  {
    name: "fail takes its error and cause, or paths to them",
    run(store) {
      const definition = flowOf("{type: fail, name: no, error: $.kind, cause: because}");
      const run = new EngineRun(store, definition, { kind: "Refused" });
      expect(run.head).toMatchObject({ status: "Failed", error: "Refused", cause: "because" });
      expect(run.outline().slice(1)).toEqual([
        "2<1 StepEntered no",
        "3<2 StepStarted no",
        "4<3 StepFailed no",
        "5<4 ExecutionFailed",
      ]);
    },
  },
  {
    name: "a task that is not answered in time fails with FnF.TaskTimeout, alarm or not; a late report is TaskTimedOut",
    run(store) {
      const definition = flowOf(
        taskStep("slow", "timeoutSeconds: 5, catch: [{errors: [FnF.TaskTimeout], goto: after}]"),
        taskStep("after"),
      );
      const run = new EngineRun(store, definition);
      run.now += 5000;
      expect(run.succeed("slow")).toMatchObject({ ok: false, code: "TaskTimedOut" });
      expect(run.succeed("slow")).toMatchObject({ ok: false, code: "TaskTimedOut" });
      expect(run.messages()).toMatchObject([{ path: "after" }]);
      run.restart();
      expect(run.succeed("slow")).toMatchObject({ ok: false, code: "TaskTimedOut" });
      expect(run.pendingEffects("withdraw")).toMatchObject([{ task: { path: "slow", attempt: 1 } }]);
    },
  },
  {
    name: "the flow's time limit ends the execution, whoever looks first",
    run(store) {
      const run = new EngineRun(store, `timeoutSeconds: 100\n${flowOf(taskStep("slow"))}`);
      run.pass(99);
      expect(run.status).toBe("Running");
      run.now += 1000;
      expect(run.succeed("slow")).toMatchObject({ code: "ExecutionEnded" });
      expect(run.head).toMatchObject({ status: "TimedOut", error: "FnF.Timeout" });
      expect(run.history().at(-1)).toMatchObject({
        type: "ExecutionTimedOut",
        detail: { error: "FnF.Timeout" },
      });
    },
  },
  {
    name: "stop ends a running execution with its error, and is refused once it has ended",
    run(store) {
      const run = new EngineRun(store, FAN_OUT, fanOutInput(2));
      expect(run.do({ type: "stop", error: "Enough", cause: "said so" })).toMatchObject({ ok: true });
      expect(run.head).toMatchObject({ status: "Stopped", error: "Enough", cause: "said so" });
      expect(run.do({ type: "stop", error: "Again", cause: "" })).toMatchObject({
        code: "ExecutionAlreadyCompleted",
      });
      expect(run.succeed(TASK(0))).toMatchObject({ code: "ExecutionEnded" });
      expect(run.steps()?.items).toMatchObject([{ path: "workersForeach", status: "Stopped" }]);
    },
  },
  {
    name: "a task whose queue does not exist fails with MNS.QueueNotExist and was never submitted",
    run(store) {
      const run = new EngineRun(store, flowOf(taskStep("send")));
      run.do({
        type: "refuseTasks",
        tasks: [{ path: "send", attempt: 1 }],
        error: "MNS.QueueNotExist",
        cause: "no queue",
      });
      expect(run.head).toMatchObject({ status: "Failed", error: "MNS.QueueNotExist" });
      const types = run.history().map(({ type }) => type);
      expect(types).toContain("TaskSubmitFailed");
      expect(types).not.toContain("TaskSubmitted");
    },
  },
  {
    name: "serviceParams may be paths; what is no number there fails the task with MNS.InvalidArgument",
    run(store) {
      const params = '{MessageBody: $.text, Priority: $.urgency, DelaySeconds: "30"}';
      const definition = flowOf(taskStep("send").replace("{MessageBody: $}", params));
      const run = new EngineRun(store, definition, { text: "plain text", urgency: 2 });
      expect(run.messages()).toMatchObject([{ body: "plain text", priority: 2, delaySeconds: 30 }]);
    },
  },
  {
    name: "a Priority that is no number is told with its range",
    run(store) {
      const definition = flowOf(
        taskStep("send").replace("{MessageBody: $}", "{MessageBody: $, Priority: $.urgency}"),
      );
      const run = new EngineRun(store, definition, { urgency: "high" });
      expect(run.messages()).toMatchObject([
        { error: "MNS.InvalidArgument", cause: expect.stringContaining("1 to 16") },
      ]);
    },
  },
];
