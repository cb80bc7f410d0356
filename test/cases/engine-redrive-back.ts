import { expect } from "vitest";
import { planRedrive } from "../../src/core/engine/redrive-plan.ts";
import type { Redrive } from "../../src/core/engine/command.ts";
import { itemsOf } from "../../src/core/engine/tally.ts";
import { EngineRun } from "../support/engine-run.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import type { EngineCase } from "./engine.ts";

const RESULTS = 'outputMappings: [{target: results, source: "$local[*]"}]';

/** A foreach of so many items that goes on in spite of some failures. */
function each(items: number, tolerated: number, more = "concurrency: 3"): string {
  const collection = JSON.stringify(Array.from({ length: items }, (_, index) => index));
  return `{type: foreach, name: each, ${more}, tolerance: {count: ${tolerated}}, iterationMapping: {collection: ${collection}, item: one}, ${RESULTS}, steps: [${taskStep("t")}]}`;
}

function goOn(run: EngineRun, more: Partial<Redrive>) {
  for (const effect of run.pendingEffects()) run.do({ type: "effectOver", effect });
  const outcome = run.do({
    type: "redrive",
    redrives: (run.head.redrives ?? 0) + 1,
    by: "key:test",
    ...more,
  });
  run.restart();
  return outcome;
}

/** Answers all that is asked, until nothing is; gives the paths that were asked for, in their order. */
function work(run: EngineRun, isBad: (path: string) => boolean = () => false): string[] {
  const asked: string[] = [];
  for (;;) {
    const messages = run.messages();
    if (messages.length === 0 || run.status !== "Running") return asked;
    for (const { path, attempt } of messages) {
      if (run.status !== "Running") break;
      asked.push(path);
      const outcome = isBad(path)
        ? run.fail(path, "Bad", "why", attempt)
        : run.succeed(path, { by: path }, attempt);
      expect(outcome.ok).toBe(true);
    }
  }
}

function paths(run: EngineRun): [string, string][] {
  return run.steps()?.items.map(({ path, status }) => [path, status]) ?? [];
}

const CLEAN_UP = flowOf(
  taskStep("prepare", "outputMappings: [{target: by, source: $local.by}]"),
  taskStep("send", "catch: [{errors: [Bad], goto: clean}], end: true"),
  taskStep("clean"),
  "{type: fail, name: broken, error: Broken, cause: it was cleaned up}",
);

/** An execution that ended goes on from a step of before, or with what a foreach tolerated. */
export const REDRIVE_BACK_CASES: readonly EngineCase[] = [
  {
    name: "redrive from a step: what it found then is there again, and all behind it runs in the next round",
    run(store) {
      const run = new EngineRun(store, CLEAN_UP);
      work(run, (path) => path === "send");
      expect(run.head).toMatchObject({ status: "Failed", error: "Broken" });
      const plan = planRedrive(run.execution);
      expect(plan).toMatchObject({ plan: { warnings: [expect.stringContaining("broken")] } });
      expect(planRedrive(run.execution, { from: "send" })).toMatchObject({
        plan: { again: ["send#2"], counts: { tasks: 1 }, warnings: [] },
      });
      const event = run.head.nextEvent;
      expect(goOn(run, { from: "send" })).toEqual({ ok: true, eventId: event });
      expect(run.history().slice(event - 1)).toMatchObject([
        { type: "ExecutionRedriven", detail: { redrive: 1, from: "send" } },
        {
          type: "StepEntered",
          stepPath: "send#2",
          scheduleEventId: event,
          detail: { local: { by: "prepare" } },
        },
        { type: "StepStarted" },
        { type: "TaskScheduled" },
        { type: "TaskStarted" },
      ]);
      expect(run.succeed("send", {})).toMatchObject({ ok: false, code: "TaskAlreadyCompleted" });
      expect(work(run)).toEqual(["send#2"]);
      expect(run.status).toBe("Succeeded");
      expect(run.output).toEqual({ by: "send#2" });
      expect(paths(run)).toEqual([
        ["prepare", "Succeeded"],
        ["send", "Failed"],
        ["clean", "Succeeded"],
        ["broken", "Failed"],
        ["send#2", "Succeeded"],
      ]);
    },
  },

  {
    name: "redrive from a step: lists that were open are left, and tokens of theirs are refused precisely",
    run(store) {
      const run = new EngineRun(store, flowOf(taskStep("first"), each(4, 0)));
      run.succeed("first", { by: "first" });
      run.succeed("each[0]/t", {});
      run.do({ type: "stop", error: "Stopped", cause: "by hand" });
      expect(goOn(run, { from: "each" })).toMatchObject({ ok: true });
      expect(run.succeed("each[1]/t", {})).toMatchObject({ ok: false, code: "TaskSuperseded" });
      expect(run.succeed("each[0]/t", {})).toMatchObject({ ok: false });
      expect(run.head.openIterations).toBe(3);
      expect(paths(run)).toEqual([
        ["first", "Succeeded"],
        ["each", "Stopped"],
        ["each#2", "Running"],
      ]);
      expect(work(run)).toEqual([0, 1, 2, 3].map((index) => `each#2[${index}]/t`));
      expect(run.status).toBe("Succeeded");
      expect(itemsOf(run.head)).toEqual({ total: 4, succeeded: 4, failed: 0 });
    },
  },

  {
    name: "redrive from a step: one that was not entered is no place to go on, nor is any after a success",
    run(store) {
      const run = new EngineRun(store, flowOf(taskStep("a"), taskStep("b")));
      work(run, () => true);
      for (const where of [{ from: "b" }, { from: "nothing" }, { items: "nothing" }])
        expect(goOn(run, where)).toMatchObject({ ok: false, code: "StepNotExists" });
      expect(goOn(run, { items: "a" })).toMatchObject({ ok: false, code: "NotRedrivable" });
      goOn(run, {});
      work(run);
      expect(goOn(run, { from: "a" })).toMatchObject({ ok: false, code: "NotRedrivable" });
    },
  },

  {
    name: "redrive of tolerated items: they alone run again, then what stands behind; results stay in their places",
    run(store) {
      const sum = taskStep("sum", "outputMappings: [{target: sum, source: $local.by}]");
      const run = new EngineRun(store, flowOf(each(100, 5), sum));
      const bad = new Set([17, 40, 41].map((index) => `each[${index}]/t`));
      work(run, (path) => bad.has(path));
      expect(run.status).toBe("Succeeded");
      expect(planRedrive(run.execution, { items: "each" })).toMatchObject({
        plan: { again: ["each#2"], counts: { tasks: 0, iterations: 3, kept: 97 } },
      });
      const ended = run.head.nextEvent - 1;
      expect(goOn(run, { items: "each" })).toMatchObject({ ok: true });
      const facts = store.readRow(store.findMark("event", ended + 2)?.seq ?? 0)?.facts ?? [];
      expect(facts.map(({ type }) => type)).toEqual([
        "stepEntered",
        "foreachStarted",
        "iterationsEntered",
        "iterationsEntered",
      ]);
      expect(facts[1]).toMatchObject({
        inherits: "each",
        todo: [
          [17, 1],
          [40, 2],
        ],
      });
      expect(facts.slice(2)).toMatchObject([
        { from: 17, to: 18 },
        { from: 40, to: 42 },
      ]);
      expect(itemsOf(run.head)).toMatchObject({ total: 100, succeeded: 97, failed: 0, running: 3 });
      const first = run.steps({ parent: "each#2", from: 15, limit: 3 })?.items;
      expect(first?.map(({ path, status }) => [path, status])).toEqual([
        ["each[15]", "Succeeded"],
        ["each[16]", "Succeeded"],
        ["each#2[17]", "Running"],
      ]);
      // Again one of them is bad, and is tolerated again.
      expect(work(run, (path) => path === "each#2[40]/t")).toEqual([
        ...[17, 40, 41].map((index) => `each#2[${index}]/t`),
        "sum#2",
      ]);
      goOn(run, { items: "each" });
      expect(work(run)).toEqual(["each#3[40]/t", "sum#3"]);
      expect(run.status).toBe("Succeeded");
      const by = (index: number) => (index === 40 ? "each#3" : [17, 41].includes(index) ? "each#2" : "each");
      const results = Array.from({ length: 100 }, (_, index) => ({ by: `${by(index)}[${index}]/t` }));
      expect(run.output).toEqual({ results, sum: "sum#3" });
      expect(itemsOf(run.head)).toEqual({ total: 100, succeeded: 100, failed: 0 });
      expect(run.steps({ parent: "each#3", from: 40, limit: 2 })?.items.map(({ path }) => path)).toEqual([
        "each#3[40]",
        "each#2[41]",
      ]);
      expect(goOn(run, { items: "each" })).toMatchObject({ ok: false, code: "NotRedrivable" });
    },
  },

  {
    name: "redrive of tolerated items: also one by one, as records of their own, and never too many at once",
    run(store) {
      const both = taskStep("u");
      const step = each(12, 6, "concurrency: 2")
        .replace("steps: [", "steps: [{type: pass, name: p}, ")
        .replace(/\]\}$/, `, ${both}]}`);
      const run = new EngineRun(store, flowOf(step, "{type: fail, name: never, error: Broken}"));
      work(run, (path) => /\[\d*[02468]\]\/u/.test(path));
      goOn(run, { items: "each" });
      const open: number[] = [];
      for (let messages = run.messages(); messages.length > 0; messages = run.messages()) {
        open.push(run.head.openIterations);
        run.succeed(messages[0]?.path ?? "", { n: 1 }, messages[0]?.attempt);
      }
      expect(Math.max(...open)).toBe(2);
      expect(open).toHaveLength(12);
      expect(run.head).toMatchObject({ status: "Failed", error: "Broken" });
    },
  },

  {
    name: "redrive of tolerated items: not as long as the step is open, and not into another collection",
    run(store) {
      const run = new EngineRun(store, flowOf(each(3, 0)));
      work(run, (path) => path === "each[1]/t");
      expect(run.status).toBe("Failed");
      expect(goOn(run, { items: "each" })).toMatchObject({
        ok: false,
        code: "NotRedrivable",
        detail: expect.stringContaining("is not over"),
      });
    },
  },
];
