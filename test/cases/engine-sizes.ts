import { expect } from "vitest";
import { type Json, jsonSize } from "../../src/core/json.ts";
import { taskCall } from "../../src/core/engine/tasks.ts";
import { EngineRun } from "../support/engine-run.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import type { EngineCase } from "./engine.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

function text(bytes: number): string {
  return "x".repeat(bytes - 2);
}

function mappings(count: number, source: string): string {
  const all = Array.from({ length: count }, (_, nth) => `{target: k${nth}, source: ${source}}`);
  return `inputMappings: [${all.join(", ")}]`;
}

/** The bytes of the largest event. */
function largestEvent(run: EngineRun): number {
  return Math.max(...run.history().map(({ detail }) => jsonSize(detail)));
}

/** An event shows an input and a local variable, each of 16 MiB at the most. */
const EVENT_BYTES = 33 * MIB;
const CATCHES = "catch: [{errors: [FnF.DataLimitExceeded], goto: after}]";
const NOTES = "errorMappings: [{target: caught, source: $local.error}]";
const AFTER = "{type: pass, name: after}";

const GROWS = mappings(40, "$input.big");

/** A step of each type, with an input that is mapped to be 40 times as large; a list catches for those that cannot. */
const GROWING: Readonly<Record<string, string>> = {
  pass: `type: parallel, branches: [{steps: [{type: pass, name: p, ${GROWS}}]}]`,
  wait: `type: parallel, branches: [{steps: [{type: wait, name: p, duration: 1, ${GROWS}}]}]`,
  succeed: `type: parallel, branches: [{steps: [{type: succeed, name: p, ${GROWS}}]}]`,
  choice: `type: choice, choices: [{condition: "$.k0 == 1", goto: after}], ${GROWS}`,
  parallel: `type: parallel, branches: [{steps: [{type: pass, name: p}]}], ${GROWS}`,
  foreach: `type: foreach, iterationMapping: {collection: $.items, item: i}, steps: [{type: pass, name: p}], ${GROWS}`,
};

/** How large values may become on their way. */
export const SIZE_CASES: readonly EngineCase[] = [
  ...Object.entries(GROWING).map(([type, step]) => ({
    name: `a mapped input of more than 16 MiB fails its ${type} step, which its catch can see`,
    run(store: EngineRun["store"]) {
      const input = { items: [1], big: text(15 * MIB) };
      const run = new EngineRun(store, flowOf(`{name: large, ${step}, ${CATCHES}, ${NOTES}}`, AFTER), input);
      expect([run.status, run.output]).toEqual(["Succeeded", { caught: "FnF.DataLimitExceeded" }]);
      expect(largestEvent(run)).toBeLessThan(EVENT_BYTES);
    },
  })),
  {
    name: "what fails for the size of its input says so, with its name and the limit",
    run(store) {
      const input = { big: text(15 * MIB) };
      const run = new EngineRun(store, flowOf(`{type: pass, name: large, ${GROWS}}`), input);
      expect(run.head).toMatchObject({
        status: "Failed",
        error: "FnF.DataLimitExceeded",
        cause: "the input of step large is larger than 16777216 bytes of JSON",
      });
    },
  },
  {
    name: "a retry sees it, too: the step is visited again",
    run(store) {
      const retry = "retry: [{errors: [FnF.ALL], intervalSeconds: 1, maxAttempts: 1}]";
      const step = `{type: foreach, name: f, iterationMapping: {collection: $.k0, item: i}, steps: [{type: pass, name: p}], ${GROWS}, ${retry}}`;
      const run = new EngineRun(store, flowOf(step), { big: text(15 * MIB) });
      expect(run.status).toBe("Running");
      run.pass(2);
      expect([run.status, run.head.error]).toEqual(["Failed", "FnF.DataLimitExceeded"]);
      expect(run.history().filter(({ type }) => type === "StepEntered")).toHaveLength(2);
    },
  },
  {
    name: "a mapped input may have 16 MiB, as an input",
    run(store) {
      const definition = flowOf("{type: pass, name: p, inputMappings: [{target: a, source: $input.big}]}");
      // {"a":...}
      const run = new EngineRun(store, definition, { big: text(16 * MIB - 6) });
      expect(run.status).toBe("Succeeded");
    },
  },
  {
    name: "nested choices that each double their input end where it is too large; no event is larger",
    run(store) {
      const doubling = "inputMappings: [{target: a, source: $input}, {target: b, source: $input}]";
      let inner = "{type: pass, name: leaf}";
      for (let level = 18; level >= 1; level--) {
        const option = `choices: [{condition: "1 == 1", steps: [${inner}]}]`;
        inner = `{type: choice, name: c${level}, ${doubling}, ${option}}`;
      }
      const run = new EngineRun(store, flowOf(inner), { x: text(KIB) });
      expect([run.status, run.head.error]).toEqual(["Failed", "FnF.DataLimitExceeded"]);
      expect(largestEvent(run)).toBeLessThan(EVENT_BYTES);
    },
  },
  {
    name: "nested lists that each add to what they were given end where it is too large",
    run(store) {
      let inner = "{type: pass, name: leaf}";
      for (let level = 18; level >= 1; level--) {
        const adds = `{type: pass, name: p${level}, outputMappings: [{target: k${level}, source: $input.big}]}`;
        inner = `{type: parallel, name: c${level}, branches: [{steps: [${adds}, ${inner}]}]}`;
      }
      const run = new EngineRun(store, flowOf(inner), { big: text(5 * MIB) });
      expect([run.status, run.head.error]).toEqual(["Failed", "FnF.DataLimitExceeded"]);
      expect(largestEvent(run)).toBeLessThan(EVENT_BYTES);
    },
  },
  {
    name: "a local variable that many steps add to has the limit of an output",
    run(store) {
      const steps = Array.from(
        { length: 10 },
        (_, nth) => `{type: pass, name: s${nth}, outputMappings: [{target: k${nth}, source: $input.big}]}`,
      );
      const run = new EngineRun(store, flowOf(...steps), { big: text(5 * MIB) });
      expect(run.head).toMatchObject({
        status: "Failed",
        error: "FnF.DataLimitExceeded",
        cause: "the local variable with the output of step s3 is larger than 16777216 bytes of JSON",
      });
      expect(largestEvent(run)).toBeLessThan(EVENT_BYTES);
    },
  },
  {
    name: "a flow's mapped input that is too large ends the execution",
    run(store) {
      const definition = `${flowOf("{type: pass, name: p}")}\n${GROWS}`;
      const run = new EngineRun(store, definition, { big: text(15 * MIB) });
      expect(run.head).toMatchObject({
        status: "Failed",
        error: "FnF.DataLimitExceeded",
        cause: "the flow's mapped input is larger than 16777216 bytes of JSON",
      });
      expect(largestEvent(run)).toBeLessThan(EVENT_BYTES);
    },
  },
  {
    name: "a task's mapped input of more than 256 KiB is not sent; how large it is counts as it is written",
    run(_, fresh) {
      const sent = (big: Json) =>
        new EngineRun(fresh(), flowOf(taskStep("t", mappings(1, "$input.big"))), { big }).messages();
      // Each character is six bytes of JSON.
      expect(sent("\u0001".repeat(42 * KIB))).toMatchObject([{ body: expect.any(String) }]);
      expect(sent("\u0001".repeat(45 * KIB))).toMatchObject([
        { error: "FnF.DataLimitExceeded", cause: expect.stringContaining("262144 bytes") },
      ]);
    },
  },
  {
    name: "nor is a call made with one; an execution that is started by a task may be given 16 MiB",
    run(_, fresh) {
      const called = (resource: string, bytes: number) => {
        const step = `{type: task, name: t, resourceArn: "${resource}", pattern: requestResponse, ${mappings(1, "$input.big")}}`;
        const run = new EngineRun(fresh(), flowOf(step), { big: text(bytes) });
        return taskCall(run.execution, { path: "t", attempt: 1 }, "token");
      };
      const refusal = { path: "t", attempt: 1, error: "FnF.DataLimitExceeded" };
      for (const resource of ["https://service.example/jobs", "acs:fc:::services/s/functions/f"]) {
        expect(called(resource, 255 * KIB)).toMatchObject({ input: expect.any(Object) });
        expect(called(resource, 256 * KIB)).toMatchObject(refusal);
      }
      expect(called("acs:fnf:::flow/child", 15 * MIB)).toMatchObject({ input: expect.any(Object) });
    },
  },
  {
    name: "of a wave's tasks those fail whose mapped input is too large, and events stay bounded",
    run(store) {
      const run = new EngineRun(
        store,
        flowOf(
          `{type: foreach, name: f, iterationMapping: {collection: $.items, item: i}, steps: [${taskStep("t", mappings(40, "$input.i"))}]}`,
        ),
        { items: ["small", text(8 * MIB)] },
      );
      expect(run.messages()).toMatchObject([
        { path: "f[0]/t", body: expect.any(String) },
        { path: "f[1]/t", error: "FnF.DataLimitExceeded" },
      ]);
      expect(largestEvent(run)).toBeLessThan(EVENT_BYTES);
      expect(jsonSize({ steps: JSON.stringify(run.steps({ parent: "f[1]" })) })).toBeLessThan(EVENT_BYTES);
    },
  },
];
