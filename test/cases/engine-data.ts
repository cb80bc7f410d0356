import { expect } from "vitest";
import { EngineRun } from "../support/engine-run.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import type { EngineCase } from "./engine.ts";

/** How values move between steps, messages and reports. */
export const DATA_CASES: readonly EngineCase[] = [
  {
    name: "T1: later outputs overwrite earlier ones, local beats input, the output is the local variable",
    run(store) {
      const definition = flowOf(
        "{type: pass, name: s1, outputMappings: [{target: b, source: 2}]}",
        "{type: pass, name: s2, outputMappings: [{target: c, source: $input.b}]}",
        "{type: pass, name: s3}",
      );
      const run = new EngineRun(store, definition, { a: 1, b: 1 });
      expect(run.status).toBe("Succeeded");
      expect(run.output).toEqual({ b: 2, c: 2 });
      const inputs = run
        .history()
        .flatMap(({ type, detail }) => (type === "StepStarted" ? [detail.input] : []));
      expect(inputs).toEqual([
        { a: 1, b: 1 },
        { a: 1, b: 2 },
        { a: 1, b: 2, c: 2 },
      ]);
    },
  },
  {
    name: "pass steps have the documented sequence of events, ids and causes",
    run(store) {
      const run = new EngineRun(store, flowOf("{type: pass, name: one}", "{type: pass, name: two}"));
      expect(run.outline()).toEqual([
        "1<0 ExecutionStarted",
        "2<1 StepEntered one",
        "3<2 StepStarted one",
        "4<3 StepSucceeded one",
        "5<4 StepExited one",
        "6<5 StepEntered two",
        "7<6 StepStarted two",
        "8<7 StepSucceeded two",
        "9<8 StepExited two",
        "10<9 ExecutionSucceeded",
      ]);
      const details = run
        .history()
        .slice(0, 5)
        .map(({ detail }) => detail);
      expect(details).toEqual([
        { input: {} },
        { input: {}, local: {} },
        { input: {} },
        { output: {} },
        { local: {} },
      ]);
    },
  },
  {
    name: "T6: `MessageBody: $` is the mapped input and nothing else",
    run(store) {
      const mapped = "inputMappings: [{target: key_1, source: $input.key}, {target: key_2, source: value}]";
      const run = new EngineRun(store, flowOf(taskStep("send", mapped)), { key: "value_1" });
      expect(run.messages()).toMatchObject([
        { body: '{"key_1":"value_1","key_2":"value"}', priority: 8, delaySeconds: 0 },
      ]);
    },
  },
  {
    name: "T7: what the worker reports is the task's output and the flow's",
    run(store) {
      const run = new EngineRun(store, flowOf(taskStep("ask")));
      expect(run.status).toBe("Running");
      expect(run.succeed("ask", { status: "done" })).toEqual({ ok: true, eventId: 7 });
      expect(run.output).toEqual({ status: "done" });
      expect(run.outline().slice(1)).toEqual([
        "2<1 StepEntered ask",
        "3<2 StepStarted ask",
        "4<3 TaskScheduled ask",
        "5<4 TaskStarted ask",
        "6<5 TaskSubmitted ask",
        "7<6 TaskSucceeded ask",
        "8<7 StepSucceeded ask",
        "9<8 StepExited ask",
        "10<9 ExecutionSucceeded",
      ]);
    },
  },
  {
    name: "succeed ends its list with its own output",
    run(store) {
      const definition = flowOf(
        "{type: succeed, name: stop, outputMappings: [{target: code, source: 7}]}",
        "{type: fail, name: never}",
      );
      expect(new EngineRun(store, definition).output).toEqual({ code: 7 });
    },
  },
  {
    name: "requestResponse ends when the queue has the message, with what the queue answered; no report is awaited",
    run(store) {
      const run = new EngineRun(
        store,
        flowOf(taskStep("send").replace("waitForCallback", "requestResponse")),
      );
      expect(run.messages()).toMatchObject([{ awaitsReport: false }]);
      expect(run.succeed("send")).toMatchObject({ ok: false, code: "TaskAlreadyCompleted" });
      run.do({ type: "confirmTasks", tasks: [{ path: "send", attempt: 1, output: { MessageId: "m" } }] });
      expect(run.output).toEqual({ MessageId: "m" });
      expect(run.history().map(({ type }) => type)).not.toContain("TaskSubmitted");
    },
  },
];
