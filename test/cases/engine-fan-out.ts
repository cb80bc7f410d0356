import { expect } from "vitest";
import { EngineRun } from "../support/engine-run.ts";
import { FAN_OUT, fanOutInput, flowOf, taskStep } from "../support/flows.ts";
import type { EngineCase } from "./engine.ts";

const TASK = (index: number) => `workersForeach[${index}]/workerTask`;

/** Foreach: waves, order, events, what it costs. */
export const FAN_OUT_CASES: readonly EngineCase[] = [
  {
    name: "T8: the tutorial's flow: tokens and names go out, results come together in the order of the names",
    run(store) {
      const run = new EngineRun(store, FAN_OUT, fanOutInput(3));
      expect(run.messages().map((message) => ("body" in message ? message.body : message.error))).toEqual(
        [0, 1, 2].map((index) => `{"task_token":"token of ${TASK(index)} 1","worker_name":"worker${index}"}`),
      );
      for (const index of [2, 0, 1]) run.succeed(TASK(index), { [`worker${index}`]: "success" });
      expect(run.status).toBe("Succeeded");
      expect(run.output).toEqual({
        results: [{ worker0: "success" }, { worker1: "success" }, { worker2: "success" }],
      });
      expect(run.succeed(TASK(0))).toMatchObject({ ok: false, code: "ExecutionEnded" });
    },
  },
  {
    name: "T3: each iteration gets the step's input and its item; results go into the list, where they beat the input",
    run(store) {
      const foreach = `{type: foreach, name: f, iterationMapping: {collection: $.names, item: name}, outputMappings: [{target: names, source: "$local[*].name"}], steps: [${taskStep("t")}]}`;
      const run = new EngineRun(
        store,
        flowOf(foreach, "{type: pass, name: after, outputMappings: [{target: seen, source: $input.names}]}"),
        { names: ["a", "b", "c"] },
      );
      const inputs = run
        .messages()
        .map((message) => JSON.parse("body" in message ? message.body : "null") as { name: string });
      expect(inputs).toEqual(["a", "b", "c"].map((name) => ({ names: ["a", "b", "c"], name })));
      for (const [index, { name }] of inputs.entries())
        run.succeed(`f[${index}]/t`, { name: name.toUpperCase() });
      expect(run.output).toEqual({ names: ["A", "B", "C"], seen: ["A", "B", "C"] });
    },
  },
  {
    name: "a loop of a thousand rounds: each visit is found, and its report refused for what it was",
    run(store) {
      const run = new EngineRun(
        store,
        flowOf(
          taskStep("poll", "timeoutSeconds: 10, catch: [{errors: [FnF.TaskTimeout], goto: poll}]"),
          "{type: choice, name: more, choices: [{condition: $.again, goto: poll}]}",
        ),
      );
      const path = (round: number) => (round === 1 ? "poll" : `poll#${round}`);
      for (let round = 1; round <= 1000; round++) {
        if (round % 10 === 0) run.pass(10);
        else run.succeed(path(round), { again: true });
        if (round % 301 === 0) run.restart();
      }
      for (const round of [1, 9, 11, 499, 777, 999]) {
        expect(run.succeed(path(round))).toMatchObject({ code: "TaskAlreadyCompleted" });
      }
      for (const round of [10, 500, 1000])
        expect(run.succeed(path(round))).toMatchObject({ code: "TaskTimedOut" });
      const page = run.steps({ from: 1000, limit: 3 });
      expect(page?.items.map(({ path: found }) => found)).toHaveLength(3);
      expect(run.steps({ from: 0, limit: 1 })?.items).toMatchObject([{ path: "poll", status: "Succeeded" }]);
    },
  },
  {
    name: "a queue by data: each item's task goes to the queue that it names, and comes back from there at the end",
    run(store) {
      const foreach = `{type: foreach, name: f, iterationMapping: {collection: $.hosts, item: host}, outputMappings: [], steps: [${taskStep("t").replace("queues/work/", "queues/host-{$.host}/")}]}`;
      const run = new EngineRun(store, flowOf(foreach), { hosts: ["a", "b", "a"] });
      const queuesOf = (kind: "sendTasks" | "withdraw") =>
        run.pendingEffects(kind).flatMap((effect) => ("queue" in effect ? effect.queue : []));
      expect(queuesOf("sendTasks")).toEqual(["host-a", "host-b", "host-a"]);
      run.confirm("f[0]/t", "f[1]/t", "f[2]/t");
      run.restart();
      run.succeed("f[1]/t");
      expect(run.steps({ parent: "f[1]", from: 0, limit: 1 })?.items).toMatchObject([{ queue: "host-b" }]);
      run.do({ type: "stop", error: "Stopped", cause: "" });
      expect(queuesOf("withdraw")).toEqual(["host-a"]);
    },
  },
  {
    name: "without outputMappings nothing leaves a foreach",
    run(store) {
      const run = new EngineRun(store, FAN_OUT.replace(/ {4}outputMappings:.*\n/, ""), fanOutInput(1));
      run.succeed(TASK(0), { worker0: "success" });
      expect(run.output).toEqual({});
    },
  },
  {
    name: "events of a fan-out: dense ids, each with its cause; the first step of an iteration is event 5",
    run(store) {
      const run = new EngineRun(store, FAN_OUT, fanOutInput(2));
      run.confirm(TASK(0), TASK(1));
      run.succeed(TASK(1), {});
      run.succeed(TASK(0), {});
      expect(run.outline()).toEqual([
        "1<0 ExecutionStarted",
        "2<1 StepEntered workersForeach",
        "3<2 StepStarted workersForeach",
        "4<3 IterationEntered workersForeach[0]",
        `5<4 StepEntered ${TASK(0)}`,
        `6<5 StepStarted ${TASK(0)}`,
        `7<6 TaskScheduled ${TASK(0)}`,
        `8<7 TaskStarted ${TASK(0)}`,
        "9<3 IterationEntered workersForeach[1]",
        `10<9 StepEntered ${TASK(1)}`,
        `11<10 StepStarted ${TASK(1)}`,
        `12<11 TaskScheduled ${TASK(1)}`,
        `13<12 TaskStarted ${TASK(1)}`,
        `14<8 TaskSubmitted ${TASK(0)}`,
        `15<13 TaskSubmitted ${TASK(1)}`,
        `16<15 TaskSucceeded ${TASK(1)}`,
        `17<16 StepSucceeded ${TASK(1)}`,
        `18<17 StepExited ${TASK(1)}`,
        "19<18 IterationExited workersForeach[1]",
        `20<14 TaskSucceeded ${TASK(0)}`,
        `21<20 StepSucceeded ${TASK(0)}`,
        `22<21 StepExited ${TASK(0)}`,
        "23<22 IterationExited workersForeach[0]",
        "24<23 StepSucceeded workersForeach",
        "25<24 StepExited workersForeach",
        "26<25 ExecutionSucceeded",
      ]);
      const entered = run.history().find(({ type }) => type === "IterationEntered");
      expect(entered).toMatchObject({ stepName: "workersForeach", detail: { index: 0 } });
      expect(run.history()[6]?.detail).toEqual({
        resourceArn: "acs:mns:::/queues/workers/messages",
        pattern: "waitForCallback",
        input: { task_token: `mark of ${TASK(0)} 1`, worker_name: "worker0" },
      });
    },
  },
  {
    name: "$context.step.eventId is the step's StepEntered event, at the top and in an iteration",
    run(store) {
      const read =
        "inputMappings: [{target: id, source: $context.step.eventId}, {target: name, source: $context.step.name}]";
      const top = flowOf(
        `{type: pass, name: first, ${read}, outputMappings: [{target: top, source: $input.id}]}`,
        `{type: foreach, name: each, iterationMapping: {collection: [a], item: it}, outputMappings: [{target: inner, source: "$local[*].id"}], steps: [${taskStep("t", `${read}, outputMappings: [{target: id, source: $input.id}]`)}]}`,
      );
      const run = new EngineRun(store, top);
      run.succeed("each[0]/t", {});
      expect(run.output).toEqual({ top: 2, inner: [9] });
    },
  },
  {
    name: "concurrency: no more than that many at once, refilled when a quarter is free",
    run(store) {
      const definition = FAN_OUT.replace("iterationMapping:", "concurrency: 4\n    iterationMapping:");
      const run = new EngineRun(store, definition, fanOutInput(9));
      expect(run.messages()).toHaveLength(4);
      run.succeed(TASK(3), {});
      expect(run.messages().map(({ path }) => path)).toEqual([0, 1, 2, 4].map(TASK));
      for (const index of [0, 1, 2, 4, 5, 6, 7, 8]) run.succeed(TASK(index), {});
      expect(run.status).toBe("Succeeded");
    },
  },
  {
    name: "an empty collection succeeds at once; one that is no array fails with FnF.RuntimeError",
    run(store) {
      expect(new EngineRun(store, FAN_OUT, fanOutInput(0)).output).toEqual({ results: [] });
    },
  },
  {
    name: "a collection that is no array fails the step with FnF.RuntimeError",
    run(store) {
      const run = new EngineRun(store, FAN_OUT, { payload: { workers: "worker1" } });
      expect(run.status).toBe("Failed");
      expect(run.head.error).toBe("FnF.RuntimeError");
    },
  },
  {
    name: "several tasks in an iteration run one after the other, each iteration at its own pace",
    run(store) {
      const body = [taskStep("a"), taskStep("b", "outputMappings: [{target: sum, source: $input.x}]")].join(
        ", ",
      );
      const definition = flowOf(
        `{type: foreach, name: each, iterationMapping: {collection: $.list, item: it, index: nth}, outputMappings: [{target: all, source: $local}], steps: [${body}]}`,
      );
      const run = new EngineRun(store, definition, { list: ["p", "q"] });
      run.succeed("each[1]/a", { x: "second" });
      expect(run.messages().map(({ path }) => path)).toEqual(["each[0]/a", "each[1]/b"]);
      run.restart();
      run.succeed("each[0]/a", { x: "first" });
      run.succeed("each[0]/b", {});
      run.succeed("each[1]/b", {});
      expect(run.output).toEqual({
        all: [
          { x: "first", sum: "first" },
          { x: "second", sum: "second" },
        ],
      });
    },
  },
  {
    name: "iterations that begin with a pass step, and nested foreach, run like any others",
    run(store) {
      const inner = `{type: foreach, name: inner, iterationMapping: {collection: $.row, item: cell}, outputMappings: [{target: cells, source: "$local[*].v"}], steps: [${taskStep("t")}]}`;
      const definition = flowOf(
        `{type: foreach, name: outer, iterationMapping: {collection: $.rows, item: row}, outputMappings: [{target: grid, source: "$local[*].cells"}], steps: [{type: pass, name: before}, ${inner}]}`,
      );
      const run = new EngineRun(store, definition, { rows: [["a", "b"], ["c"]] });
      expect(
        run.messages().map((message) => ("body" in message ? JSON.parse(message.body) : {}).cell),
      ).toEqual(expect.arrayContaining(["a", "b", "c"]));
      run.succeed("outer[0]/inner[1]/t", { v: 2 });
      run.restart();
      run.succeed("outer[1]/inner[0]/t", { v: 3 });
      run.succeed("outer[0]/inner[0]/t", { v: 1 });
      expect(run.output).toEqual({ grid: [[1, 2], [3]] });
      expect(run.history().map(({ eventId }) => eventId)).toEqual(run.history().map((_, index) => index + 1));
    },
  },
  {
    name: "a failed iteration fails its foreach and the flow; every step around it says so, open siblings are withdrawn",
    run(store) {
      const run = new EngineRun(store, FAN_OUT, fanOutInput(3));
      run.confirm(TASK(0), TASK(1), TASK(2));
      run.succeed(TASK(1), {});
      run.fail(TASK(0), "Broken", "it is");
      expect(run.head).toMatchObject({ status: "Failed", error: "Broken", cause: "it is" });
      const failed = run.history().filter(({ type }) => type.endsWith("Failed"));
      expect(failed.map(({ type, stepPath }) => `${type} ${stepPath}`)).toEqual([
        `TaskFailed ${TASK(0)}`,
        `StepFailed ${TASK(0)}`,
        "StepFailed workersForeach",
        "ExecutionFailed ",
      ]);
      expect(run.pendingEffects().map(({ kind }) => kind)).toEqual(["reportEnd", "withdraw"]);
      expect(run.succeed(TASK(2))).toMatchObject({ code: "ExecutionEnded" });
      expect(run.steps({ parent: "workersForeach" })?.items.map(({ status }) => status)).toEqual([
        "Failed",
        "Succeeded",
        "Stopped",
      ]);
    },
  },
  {
    name: "the time limit of a wave's tasks holds for each of them, and for their retries anew",
    run(store) {
      const limited = FAN_OUT.replace(
        "serviceParams:",
        "timeoutSeconds: 60\n        retry: [{errors: [FnF.TaskTimeout], intervalSeconds: 1}]\n        serviceParams:",
      );
      const run = new EngineRun(store, limited, fanOutInput(3));
      run.confirm(TASK(0), TASK(1), TASK(2));
      run.pass(30);
      run.succeed(TASK(1), {});
      run.pass(31);
      const again = run.messages().map(({ path, attempt }) => `${path} ${attempt}`);
      expect(again.toSorted()).toEqual([`${TASK(0)} 2`, `${TASK(2)} 2`]);
      expect(run.succeed(TASK(0), {})).toMatchObject({ code: "TaskSuperseded" });
      run.succeed(TASK(0), {}, 2);
      run.succeed(TASK(2), {}, 2);
      expect(run.status).toBe("Succeeded");
    },
  },
  {
    name: "confirmations and starts may be repeated, and may come after the report",
    run(store) {
      const run = new EngineRun(store, FAN_OUT, fanOutInput(2));
      run.succeed(TASK(0), {});
      run.confirm(TASK(0), TASK(1));
      run.confirm(TASK(0), TASK(1));
      const submitted = run.history().filter(({ type }) => type === "TaskSubmitted");
      expect(submitted.map(({ stepPath }) => stepPath)).toEqual([TASK(0), TASK(1)]);
      const id = { flow: "flow", generation: 1, name: "run" };
      const again = {
        type: "start",
        id,
        version: 1,
        definition: FAN_OUT,
        input: {},
        startedBy: "x",
      } as const;
      expect(run.do(again)).toEqual({ ok: true });
      expect(run.pendingEffects("sendTasks")).toEqual([]);
    },
  },
  {
    name: "work that was cut into turns goes on until all is done, and survives a restart in between",
    run(store) {
      const definition = flowOf(
        `{type: foreach, name: each, iterationMapping: {collection: $.list, item: it}, outputMappings: [{target: all, source: "$local[*].n"}], steps: [{type: pass, name: p, outputMappings: [{target: n, source: $input.it}]}]}`,
      );
      const list = Array.from({ length: 3000 }, (_, index) => index);
      const run = new EngineRun(store, definition.replace("name: each,", "name: each, concurrency: 700,"), {
        list,
      });
      expect(run.status).toBe("Running");
      run.restart();
      run.pass(0);
      expect(run.output).toEqual({ all: list });
      expect(run.head.nextEvent - 1).toBe(1 + 2 + 3000 * 6 + 2 + 1);
    },
  },
  {
    name: "a page of history is the same as that part of the whole, wherever it begins",
    run(store) {
      const run = new EngineRun(store, FAN_OUT, fanOutInput(40));
      for (let index = 0; index < 40; index++) {
        if (index % 3 === 0) run.confirm(TASK(index));
        if (index % 7 === 0) run.restart();
        run.succeed(TASK(39 - index), { n: index });
      }
      const whole = run.history();
      expect(whole.map(({ eventId }) => eventId)).toEqual(whole.map((_, index) => index + 1));
      for (let after = 0; after < whole.length; after += 7) {
        expect(run.page(after, 11).events).toEqual(whole.slice(after, after + 11));
      }
    },
  },
  {
    name: "larger values are kept once: 400 iterations of a 20 KB input cost no 400 copies",
    run(store) {
      const big = "x".repeat(20_000);
      const run = new EngineRun(store, FAN_OUT, { ...fanOutInput(400), big, nested: { big: [big] } });
      let written = 0;
      const { writeCell, writeValue, appendRow } = store;
      store.writeCell = (key, text) => ((written += text.length), writeCell.call(store, key, text));
      store.writeValue = (id, text) => ((written += text.length), writeValue.call(store, id, text));
      store.appendRow = (mark, body) => ((written += body.length), appendRow.call(store, mark, body));
      for (let index = 0; index < 400; index++) run.succeed(TASK(index), { index });
      expect(run.status).toBe("Succeeded");
      expect(written).toBeLessThan(600_000);
      const last = run.history().findLast(({ type }) => type === "IterationEntered");
      expect(last?.detail.input).toMatchObject({ big, nested: { big: [big] }, workerName: "worker399" });
    },
  },
];
