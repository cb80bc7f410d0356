import { expect } from "vitest";
import { EngineRun } from "../support/engine-run.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import type { EngineCase } from "./engine.ts";

const set = (name: string, more = "") =>
  `{type: pass, name: ${name}, outputMappings: [{target: ${name}, source: true}]${more}}`;

const ROUTE = flowOf(
  `{type: choice, name: route, choices: [{condition: '$.status == "ready"', steps: [${set("p1")}]}, {condition: '$.status == "failed"', goto: last}], default: {steps: [${set("p2")}], goto: last}}`,
  set("p3"),
  set("last"),
);

const RESULTS = 'outputMappings: [{target: results, source: "$local[*]"}]';

/** Choice, parallel, wait: the ways that a flow can take, and what it brings along. */
export const CONTROL_CASES: readonly EngineCase[] = [
  {
    name: "T4: choice: an option's steps, its goto, the default; a missing path matches nothing",
    run(_, store) {
      const outputs = [{ status: "ready" }, { status: "failed" }, { status: "?" }, {}].map(
        (input) => new EngineRun(store(), ROUTE, input).output,
      );
      expect(outputs).toEqual([
        { p1: true, p3: true, last: true },
        { last: true },
        { p2: true, last: true },
        { p2: true, last: true },
      ]);
    },
  },
  {
    name: "T5: succeed ends its list, fail ends the execution",
    run(_, store) {
      const flow = (handler: string) =>
        flowOf(
          `{type: choice, name: c, choices: [{condition: '$.s == "ready"', steps: [${set("p1")}]}, {condition: '$.s == "failed"', goto: h}], default: {steps: [${set("p2")}], goto: h}}`,
          "{type: succeed, name: ok}",
          handler,
          set("after"),
        );
      const ready = new EngineRun(store(), flow(set("h")), { s: "ready" });
      expect([ready.status, ready.output]).toEqual(["Succeeded", { p1: true }]);
      const failed = new EngineRun(store(), flow("{type: fail, name: h, error: E, cause: why}"), {
        s: "failed",
      });
      expect(failed.head).toMatchObject({ status: "Failed", error: "E", cause: "why" });
      expect(failed.outline().slice(-3)).toEqual([
        "7<6 StepStarted h",
        "8<7 StepFailed h",
        "9<8 ExecutionFailed",
      ]);
    },
  },
  {
    name: "events of a choice: its option's steps lie inside it; its output is what they made",
    run(_, store) {
      const run = new EngineRun(store(), ROUTE, { status: "ready" });
      expect(run.outline().slice(0, 10)).toEqual([
        "1<0 ExecutionStarted",
        "2<1 StepEntered route",
        "3<2 StepStarted route",
        "4<3 StepEntered route[0]/p1",
        "5<4 StepStarted route[0]/p1",
        "6<5 StepSucceeded route[0]/p1",
        "7<6 StepExited route[0]/p1",
        "8<7 StepSucceeded route",
        "9<8 StepExited route",
        "10<9 StepEntered p3",
      ]);
      expect(run.history()[7]?.detail).toEqual({ output: { p1: true } });
      expect(run.history()[3]?.detail).toEqual({ input: { status: "ready" }, local: {} });
      expect(run.steps()?.items.map(({ path }) => path)).toEqual(["route", "p3", "last"]);
      expect(run.steps({ parent: "route" })?.items).toMatchObject([
        { path: "route[0]", type: "option", status: "Succeeded" },
      ]);
      expect(run.steps({ parent: "route[0]" })?.items).toMatchObject([{ path: "route[0]/p1" }]);
    },
  },
  {
    name: "a choice whose default does not match goes on with {}; its goto overrides its end",
    run(_, store) {
      const none = new EngineRun(
        store(),
        flowOf("{type: choice, name: c, choices: [{condition: $.no, goto: z}]}", set("z")),
      );
      expect(none.output).toEqual({ z: true });
      const end = (goto: string) =>
        flowOf(
          `{type: choice, name: c, end: true, choices: [{condition: "true", steps: [${set("in")}]${goto}}]}`,
          set("y"),
          set("z"),
        );
      expect(new EngineRun(store(), end(", goto: z")).output).toEqual({ in: true, z: true });
      expect(new EngineRun(store(), end("")).output).toEqual({ in: true });
    },
  },
  {
    name: "end and succeed inside an option end only the option",
    run(_, store) {
      const flow = flowOf(
        `{type: choice, name: c, choices: [{condition: "true", steps: [${set("a", ", end: true")}, ${set("b")}]}]}`,
        `{type: choice, name: d, choices: [{condition: "true", steps: [{type: succeed, name: s}, ${set("e")}]}]}`,
        set("z"),
      );
      expect(new EngineRun(store(), flow).output).toEqual({ a: true, z: true });
    },
  },
  {
    name: "a condition that cannot be told is false, and the history says why",
    run(_, store) {
      const flow = flowOf(
        `{type: choice, name: c, choices: [{condition: "-$.a == 1", goto: z}], default: {steps: [${set("d")}]}}`,
        set("z"),
      );
      const run = new EngineRun(store(), flow, { a: "text" });
      expect(run.output).toEqual({ d: true, z: true });
      const exited = run.history().find(({ type, stepName }) => type === "StepSucceeded" && stepName === "c");
      expect(exited?.detail.warnings).toEqual([
        'condition 1 counts as false: the minus stands before "text", which is not a number',
      ]);
    },
  },
  {
    name: "a loop: steps of later rounds carry the round, and their tasks have tokens of their own",
    run(_, store) {
      const flow = flowOf(
        taskStep("poll", "inputMappings: [{target: token, source: $context.task.token}]"),
        "{type: choice, name: more, choices: [{condition: $.again, goto: poll}]}",
        set("done"),
      );
      const run = new EngineRun(store(), flow);
      run.succeed("poll", { again: true });
      expect(run.messages()).toMatchObject([{ path: "poll#2", body: '{"token":"token of poll#2 1"}' }]);
      expect(run.succeed("poll", { again: false })).toMatchObject({
        ok: false,
        code: "TaskAlreadyCompleted",
      });
      run.succeed("poll#2", { again: false });
      expect(run.output).toEqual({ again: false, done: true });
      expect(run.steps()?.items.map(({ path }) => path)).toEqual([
        "poll",
        "more",
        "poll#2",
        "more#2",
        "done#2",
      ]);
    },
  },
  {
    name: "a loop without end goes on in slices, lets other commands in, and can be stopped",
    run(_, store) {
      const run = new EngineRun(
        store(),
        flowOf("{type: choice, name: c, choices: [{condition: 'true', goto: c}]}"),
      );
      expect(run.status).toBe("Running");
      const before = run.head.nextEvent;
      run.do({ type: "wake" });
      expect(run.head.nextEvent).toBeGreaterThan(before);
      expect(run.do({ type: "stop", error: "Enough", cause: "" })).toMatchObject({ ok: true });
      expect(run.status).toBe("Stopped");
    },
  },
  {
    name: "T2: parallel: an array of the branches' locals in their order; nothing leaves it unmapped",
    run(_, store) {
      const branch = (value: string) =>
        `{steps: [{type: pass, name: ${value}, outputMappings: [{target: tag, source: ${value}}]}]}`;
      const flow = (more: string) =>
        flowOf(`{type: parallel, name: p, branches: [${branch("left")}, ${branch("right")}]${more}}`);
      const mapped = new EngineRun(
        store(),
        flow(', outputMappings: [{target: tags, source: "$local[*].tag"}]'),
      );
      expect(mapped.output).toEqual({ tags: ["left", "right"] });
      expect(new EngineRun(store(), flow("")).output).toEqual({});
    },
  },
  {
    name: "events of a parallel: branch after branch as far as each can go; the first step inside is event 5",
    run(_, store) {
      const run = new EngineRun(
        store(),
        flowOf(
          `{type: parallel, name: p, ${RESULTS}, branches: [{steps: [${taskStep("a")}]}, {steps: [${set("b")}]}]}`,
        ),
        { in: 1 },
      );
      run.confirm("p[0]/a");
      run.succeed("p[0]/a", { a: 1 });
      expect(run.outline()).toEqual([
        "1<0 ExecutionStarted",
        "2<1 StepEntered p",
        "3<2 StepStarted p",
        "4<3 BranchEntered p[0]",
        "5<4 StepEntered p[0]/a",
        "6<5 StepStarted p[0]/a",
        "7<6 TaskScheduled p[0]/a",
        "8<7 TaskStarted p[0]/a",
        "9<3 BranchEntered p[1]",
        "10<9 StepEntered p[1]/b",
        "11<10 StepStarted p[1]/b",
        "12<11 StepSucceeded p[1]/b",
        "13<12 StepExited p[1]/b",
        "14<13 BranchExited p[1]",
        "15<8 TaskSubmitted p[0]/a",
        "16<15 TaskSucceeded p[0]/a",
        "17<16 StepSucceeded p[0]/a",
        "18<17 StepExited p[0]/a",
        "19<18 BranchExited p[0]",
        "20<19 StepSucceeded p",
        "21<20 StepExited p",
        "22<21 ExecutionSucceeded",
      ]);
      expect(run.output).toEqual({ results: [{ a: 1 }, { b: true }] });
      expect(run.history()[3]).toMatchObject({ stepName: "p", detail: { input: { in: 1 } } });
      expect(run.history()[13]).toMatchObject({ stepName: "p", detail: { local: { b: true } } });
      expect(run.steps({ parent: "p" })?.items).toMatchObject([
        { path: "p[0]", type: "branch", status: "Succeeded", local: { a: 1 } },
        { path: "p[1]", type: "branch", status: "Succeeded" },
      ]);
    },
  },
  {
    name: "each branch and option begins with the step's input, an empty local, and nothing of its neighbours",
    run(_, store) {
      const read = "outputMappings: [{target: seen, source: $input}, {target: own, source: $local}]";
      const run = new EngineRun(
        store(),
        flowOf(
          set("first"),
          `{type: parallel, name: p, inputMappings: [{target: x, source: $local.first}], ${RESULTS}, branches: [{steps: [${set("n")}, {type: pass, name: a, ${read}}]}, {steps: [{type: choice, name: c, choices: [{condition: $.x, steps: [{type: pass, name: b, ${read}}]}]}]}]}`,
        ),
      );
      expect(run.output).toEqual({
        first: true,
        results: [
          { n: true, seen: { x: true, n: true }, own: {} },
          { seen: { x: true }, own: {} },
        ],
      });
    },
  },
  {
    name: "the first branch that fails decides; the others are over, and their reports are refused",
    run(_, store) {
      const run = new EngineRun(
        store(),
        flowOf(
          `{type: parallel, name: p, ${RESULTS}, branches: [{steps: [${taskStep("a")}]}, {steps: [{type: foreach, name: f, iterationMapping: {collection: [1, 2], item: i}, ${RESULTS}, steps: [${taskStep("t")}]}]}]}`,
        ),
      );
      expect(run.head.openIterations).toBe(4);
      run.fail("p[0]/a", "Broken", "here");
      expect(run.head).toMatchObject({ status: "Failed", error: "Broken", openIterations: 4 });
      expect(run.succeed("p[1]/f[0]/t")).toMatchObject({ ok: false, code: "ExecutionEnded" });
      const failed = run.outline().filter((line) => line.includes("StepFailed"));
      expect(failed.map((line) => line.split(" ")[2])).toEqual(["p[0]/a", "p"]);
      expect(run.outline().some((line) => line.includes("BranchExited"))).toBe(false);
    },
  },
  {
    name: "wait: for seconds, given or found; until an instant; not at all for what has passed",
    run(_, store) {
      const wait = (what: string) => flowOf(`{type: wait, name: w, ${what}}`, set("z"));
      const cases: [string, number][] = [
        ["duration: 90", 90],
        ["duration: $.seconds", 5],
        ["duration: $.text", 7],
        ["duration: '12'", 12],
        ["timestamp: 2026-11-23T04:00:30Z", 30],
        ["timestamp: $.until", 60],
      ];
      const input = { seconds: 5, text: "7", until: "2026-11-23T12:01:00+08:00" };
      for (const [what, seconds] of cases) {
        const run = new EngineRun(store(), wait(what), input);
        run.pass(seconds - 1);
        expect([what, run.status]).toEqual([what, "Running"]);
        run.pass(1);
        expect([what, run.status, run.output]).toEqual([what, "Succeeded", { z: true }]);
      }
      for (const what of ["duration: 0", "duration: -5", "timestamp: 2020-01-01T00:00:00Z"]) {
        expect(new EngineRun(store(), wait(what)).status).toBe("Succeeded");
      }
      for (const what of [
        "duration: $.no",
        "duration: $.object",
        "timestamp: $.seconds",
        "duration: $.years",
      ]) {
        const run = new EngineRun(store(), wait(what), { object: {}, seconds: 5, years: 1e9 });
        expect(run.head).toMatchObject({ status: "Failed", error: "FnF.RuntimeError" });
      }
    },
  },
  {
    name: "tolerance: so many items may fail; their results are null, and the step's report names them",
    run(_, store) {
      const flow = (tolerance: string) =>
        flowOf(
          `{type: foreach, name: f, tolerance: {${tolerance}}, iterationMapping: {collection: [1, 2, 3, 4], item: i}, ${RESULTS}, steps: [${taskStep("t")}]}`,
        );
      const run = new EngineRun(store(), flow("count: 2"));
      run.fail("f[1]/t", "Bad", "item 2");
      run.succeed("f[0]/t", { n: 0 });
      run.fail("f[3]/t", "Bad", "item 4");
      expect(run.steps()?.items).toMatchObject([{ iterations: { running: 1, succeeded: 1, failed: 2 } }]);
      run.succeed("f[2]/t", { n: 2 });
      expect(run.output).toEqual({ results: [{ n: 0 }, null, { n: 2 }, null] });
      expect(run.steps({ parent: "f", status: "Failed" })?.items).toMatchObject([
        { path: "f[1]", index: 1, item: 2, error: "Bad", cause: "item 2" },
        { path: "f[3]", index: 3, item: 4, error: "Bad", cause: "item 4" },
      ]);
      const exited = run.history().find(({ type }) => type === "IterationExited");
      expect(exited).toMatchObject({
        stepPath: "f[1]",
        detail: { local: {}, error: "Bad", cause: "item 2" },
      });

      const over = new EngineRun(store(), flow("percentage: 49"));
      over.fail("f[1]/t", "Bad");
      expect(over.status).toBe("Running");
      over.fail("f[2]/t", "Worse");
      expect(over.head).toMatchObject({ status: "Failed", error: "Worse", openIterations: 3 });
    },
  },
  {
    name: "a control step can be retried and caught: it is visited again, as later rounds are",
    run(_, store) {
      const handling =
        "retry: [{errors: [Again], intervalSeconds: 10, maxAttempts: 1}], catch: [{errors: [FnF.ALL], goto: z}], errorMappings: [{target: why, source: $local.error}]";
      const run = new EngineRun(
        store(),
        flowOf(
          `{type: parallel, name: p, ${handling}, ${RESULTS}, branches: [{steps: [${taskStep("a")}]}, {steps: [${taskStep("b")}]}]}`,
          set("skipped"),
          set("z"),
        ),
      );
      run.fail("p[0]/a", "Again");
      expect(run.messages()).toEqual([]);
      expect(run.succeed("p[1]/b")).toMatchObject({ ok: false, code: "TaskAlreadyCompleted" });
      run.pass(10);
      expect(run.messages().map(({ path }) => path)).toEqual(["p#2[0]/a", "p#2[1]/b"]);
      expect(run.succeed("p[1]/b")).toMatchObject({ ok: false, code: "TaskAlreadyCompleted" });
      run.succeed("p#2[1]/b");
      run.fail("p#2[0]/a", "Again");
      expect(run.output).toEqual({ why: "Again", z: true });
      expect(run.steps()?.items.map(({ path, status }) => `${path} ${status}`)).toEqual([
        "p Failed",
        "p#2 Failed",
        "z#2 Succeeded",
      ]);
      const failed = run.history().filter(({ type, stepName }) => type === "StepFailed" && stepName === "p");
      expect(failed.map(({ detail }) => detail.goto)).toEqual(["p", "z"]);
    },
  },
];
