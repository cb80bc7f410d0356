import { expect } from "vitest";
import type { Redrive } from "../../src/core/engine/command.ts";
import { planRedrive } from "../../src/core/engine/redrive-plan.ts";
import { EngineRun } from "../support/engine-run.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import type { EngineCase } from "./engine.ts";

const RESULTS = 'outputMappings: [{target: results, source: "$local[*]"}]';
const MAPPED = (text: string) => `inputMappings: [{target: said, source: ${text}}]`;

function each(steps: string, more = "concurrency: 2"): string {
  return `{type: foreach, name: each, ${more}, iterationMapping: {collection: [0, 1, 2, 3], item: one}, ${RESULTS}, steps: [${steps}]}`;
}

function goOn(run: EngineRun, version: number, definition: string, more: Partial<Redrive> = {}) {
  for (const effect of run.pendingEffects()) run.do({ type: "effectOver", effect });
  const redrives = (run.head.redrives ?? 0) + 1;
  const outcome = run.do({ type: "redrive", redrives, by: "key:test", version, definition, ...more });
  run.restart();
  return outcome;
}

/** Which messages there are, as `path attempt`. */
function asked(run: EngineRun): string[] {
  return run.messages().map(({ path, attempt }) => `${path} ${attempt}`);
}

function work(run: EngineRun): string[] {
  const done: string[] = [];
  for (let messages = run.messages(); messages.length > 0; messages = run.messages()) {
    for (const { path, attempt } of messages) {
      done.push(path);
      expect(run.succeed(path, { by: `${path} ${attempt}` }, attempt).ok).toBe(true);
    }
  }
  return done;
}

function since(run: EngineRun, event: number): string[] {
  return run
    .history()
    .filter(({ eventId }) => eventId > event)
    .map(({ eventId, type, stepPath }) => `${eventId} ${type} ${stepPath}`.trim());
}

/** A flow that failed, another text for it, and what the two say of each other. */
interface Edit {
  readonly edit: string;
  readonly before: string;
  readonly after: string;
  /** Until the execution has ended. */
  play(run: EngineRun): void;
  /** What is dispatched then; or code and place of what does not fit. */
  readonly gives: readonly string[];
}

const failAt =
  (path: string, attempt = 1) =>
  (run: EngineRun): void => {
    run.fail(path, "Bad", "why", attempt);
  };
const stop = (run: EngineRun): void => {
  run.do({ type: "stop", error: "Stopped", cause: "by hand" });
};
const both = (...branches: string[]) =>
  `{type: parallel, name: both, branches: [${branches.map((steps) => `{steps: [${steps}]}`).join(", ")}]}`;
const pick = (...ways: string[]) => `{type: choice, name: pick, choices: [${ways.join(", ")}]}`;
const a = taskStep("a");
const b = taskStep("b");
const t = taskStep("t");

/** Each row of the table of what may be another (spec: operations section 1.5). */
const EDITS: readonly Edit[] = [
  {
    edit: "mappings, limits and retries of the task that failed",
    before: flowOf(a),
    after: flowOf(
      taskStep("a", `${MAPPED("anew")}, timeoutSeconds: 60, retry: [{errors: [Bad], maxAttempts: 1}]`),
    ),
    play: failAt("a"),
    gives: ["a 2"],
  },
  {
    edit: "another leaf for one that keeps no attempt",
    before: flowOf("{type: fail, name: f, error: Broken}"),
    after: flowOf(taskStep("f")),
    play: () => {},
    gives: ["f#2 1"],
  },
  {
    edit: "a task for a wait that was cut short",
    before: flowOf("{type: wait, name: w, duration: 600}"),
    after: flowOf(taskStep("w")),
    play: stop,
    gives: ["w#2 1"],
  },
  {
    edit: "no other leaf for a task, whose attempts are counted on",
    before: flowOf(a),
    after: flowOf("{type: pass, name: a}"),
    play: failAt("a"),
    gives: ["OpenStepChanged steps[0]"],
  },
  {
    edit: "steps added before and behind, and reordered, where no open step stands",
    before: flowOf(a, b),
    after: flowOf(taskStep("log"), b, a),
    play: failAt("a"),
    gives: ["a 2"],
  },
  {
    edit: "an open step that has another name",
    before: flowOf(a, b),
    after: flowOf(taskStep("renamed"), b),
    play: failAt("a"),
    gives: ["OpenStepMissing steps"],
  },
  {
    edit: "a control step of another type",
    before: flowOf(each(t)),
    after: flowOf(both(t).replace("name: both", "name: each")),
    play: failAt("each[0]/t"),
    gives: ["OpenStepChanged steps[0]"],
  },
  {
    edit: "the body of an open foreach, with another concurrency, tolerance and collection",
    before: flowOf(each(t)),
    after: flowOf(each(`${t}, ${b}`, "concurrency: 3, tolerance: {count: 1}").replace("[0, 1, 2, 3]", "[9]")),
    play: failAt("each[1]/t"),
    gives: ["each[0]/t 2", "each[1]/t 2", "each[2]/t 1"],
  },
  {
    edit: "a step before the one at which iterations stand",
    before: flowOf(each(t)),
    after: flowOf(each(`{type: pass, name: log}, ${t}`)),
    play: failAt("each[1]/t"),
    gives: ["each[0]/t 2", "each[1]/t 2"],
  },
  {
    edit: "the step of open iterations, gone from the body",
    before: flowOf(each(t)),
    after: flowOf(each(b)),
    play: stop,
    gives: ["OpenStepMissing steps[0].steps"],
  },
  {
    edit: "steps in the branches of an open parallel",
    before: flowOf(both(a, b)),
    after: flowOf(both(`{type: pass, name: first}, ${a}`, `${b}, ${t}`)),
    play: failAt("both[1]/b"),
    gives: ["both[0]/a 2", "both[1]/b 2"],
  },
  {
    edit: "another number of branches",
    before: flowOf(both(a, b)),
    after: flowOf(both(a, b, t)),
    play: failAt("both[0]/a"),
    gives: ["OpenStepChanged steps[0]"],
  },
  {
    edit: "options besides the one that is open",
    before: flowOf(pick("{condition: 'true', steps: [" + a + "]}")),
    after: flowOf(
      pick("{condition: 'false', steps: [" + a + "]}", "{condition: 'true', steps: [" + b + "]}"),
    ),
    play: failAt("pick[0]/a"),
    gives: ["pick[0]/a 2"],
  },
  {
    edit: "no steps in the option that is open",
    before: flowOf(pick("{condition: 'true', steps: [" + a + "]}"), b),
    after: flowOf(pick("{condition: 'true', goto: b}"), b),
    play: failAt("pick[0]/a"),
    gives: ["OpenStepChanged steps[0]"],
  },
  {
    edit: "a step of an open option, gone",
    before: flowOf(
      `{type: choice, name: pick, choices: [{condition: 'false', goto: b}], default: {steps: [${a}]}}`,
      b,
    ),
    after: flowOf(
      `{type: choice, name: pick, choices: [{condition: 'false', goto: b}], default: {steps: [${t}]}}`,
      b,
    ),
    play: failAt("pick[1]/a"),
    gives: ["OpenStepMissing steps[0].default.steps"],
  },
  {
    edit: "mappings and time limit of the flow",
    before: flowOf(a),
    after: `${flowOf(a)}\ntimeoutSeconds: 100\ninputMappings: [{target: x, source: 1}]\noutputMappings: [{target: y, source: $input.x}]`,
    play: failAt("a"),
    gives: ["a 2"],
  },
];

/** An execution that ended goes on with another version of its flow. */
export const REDRIVE_VERSION_CASES: readonly EngineCase[] = [
  {
    name: "redrive onto another version: the open step is corrected, an added one before it does not run, those behind do",
    run(store) {
      const before = flowOf(a, taskStep("b", MAPPED("wrong")));
      const after = flowOf(a, taskStep("log"), taskStep("b", MAPPED("right")), taskStep("c"));
      const run = new EngineRun(store, before);
      run.confirm("a");
      run.succeed("a", {});
      run.fail("b", "Bad", "no disk");
      expect(run.head.nextEvent).toBe(18);
      const told = run.history();
      expect(planRedrive(run.execution, { version: 2, definition: after })).toMatchObject({
        plan: { again: ["b"], counts: { tasks: 1 } },
      });
      expect(goOn(run, 2, after)).toEqual({ ok: true, eventId: 18 });
      expect(run.head).toMatchObject({
        version: 2,
        eras: [
          { fromEvent: 1, version: 1 },
          { fromEvent: 18, version: 2 },
        ],
      });
      run.confirm(["b", 2]);
      run.succeed("b", {}, 2);
      run.succeed("c", {});
      expect(since(run, 17)).toEqual([
        "18 ExecutionRedriven",
        "19 TaskScheduled b",
        "20 TaskStarted b",
        "21 TaskSubmitted b",
        "22 TaskSucceeded b",
        "23 StepSucceeded b",
        "24 StepExited b",
        "25 StepEntered c",
        "26 StepStarted c",
        "27 TaskScheduled c",
        "28 TaskStarted c",
        "29 TaskSubmitted c",
        "30 TaskSucceeded c",
        "31 StepSucceeded c",
        "32 StepExited c",
        "33 ExecutionSucceeded",
      ]);
      const events = run.history();
      expect(events.slice(0, 17)).toEqual(told);
      expect(events[11]).toMatchObject({ stepPath: "b", detail: { input: { said: "wrong" } } });
      expect(events[17]).toMatchObject({ detail: { redrive: 1, version: 2 } });
      expect(events[18]).toMatchObject({ stepPath: "b", detail: { input: { said: "right" } } });
      expect(run.steps()?.items.map(({ path, attempts }) => [path, attempts])).toEqual([
        ["a", 1],
        ["b", 2],
        ["c", 1],
      ]);
      expect(run.succeed("b", {}, 1)).toMatchObject({ ok: false, code: "ExecutionEnded" });
    },
  },

  {
    name: "redrive onto another version: what fits goes on, what does not is refused with its place",
    run(_, fresh) {
      for (const { edit, before, after, play, gives } of EDITS) {
        const run = new EngineRun(fresh(), before);
        play(run);
        const outcome = goOn(run, 2, after);
        const found =
          "diagnostics" in outcome
            ? (outcome.diagnostics as { code: string; path: string }[]).map(
                ({ code, path }) => `${code} ${path}`,
              )
            : asked(run);
        expect([edit, found.toSorted()]).toEqual([edit, gives]);
        if ("diagnostics" in outcome) {
          expect(outcome).toMatchObject({ ok: false, code: "IncompatibleVersion" });
          expect(run.head).not.toHaveProperty("eras");
          expect(goOn(run, 1, before)).toMatchObject({ ok: true });
        }
        work(run);
        run.restart();
        expect([edit, run.status]).toEqual([edit, "Succeeded"]);
        const ids = run.history().map(({ eventId }) => eventId);
        expect(ids).toEqual(ids.map((_id, index) => index + 1));
        expect(run.steps()?.items.every(({ status }) => status !== "Running")).toBe(true);
      }
    },
  },

  {
    name: "redrive onto another version: iterations that are over keep what they gave, and each era is told by its own version",
    run(store) {
      const run = new EngineRun(store, flowOf(each(`${t}, ${b}`), taskStep("old")));
      for (const step of ["t", "b"]) run.succeed(`each[0]/${step}`, { [step]: 0 });
      run.succeed("each[1]/t", { t: 1 });
      run.fail("each[1]/b", "Bad");
      const second = flowOf(taskStep("first"), each(`${taskStep("check")}, ${b}, ${t}`, "concurrency: 4"), a);
      // The iteration that had begun stands at a step that the body has elsewhere now.
      expect(goOn(run, 2, second)).toMatchObject({ ok: true });
      expect(asked(run).toSorted()).toEqual(["each[1]/b 2", "each[2]/t 2", "each[3]/check 1"]);
      run.fail("each[3]/check", "Bad");
      const third = flowOf(each(`${t}, ${b}, ${taskStep("check")}`), a);
      expect(goOn(run, 3, third)).toMatchObject({ ok: true });
      expect(asked(run).toSorted()).toEqual(["each[1]/b 3", "each[2]/t 3", "each[3]/check 2"]);
      work(run);
      expect(run.status).toBe("Succeeded");
      expect(run.output).toMatchObject({ results: [{ t: 0, b: 0 }, { t: 1 }, {}, {}] });
      const inside = (index: number) =>
        run.steps({ parent: `each[${index}]` })?.items.map(({ path, status }) => `${path} ${status}`);
      expect(inside(0)).toEqual(["each[0]/t Succeeded", "each[0]/b Succeeded"]);
      expect(inside(3)).toEqual(["each[3]/check Succeeded"]);
      expect(run.head.eras?.map(({ version }) => version)).toEqual([1, 2, 3]);
      const paths = new Set(run.history().map(({ stepPath }) => stepPath));
      expect(paths).not.toContain("first");
      expect(paths).toContain("a");
    },
  },

  {
    name: "redrive onto another version from a step, or with tolerated items: only that step must be there",
    run(store, fresh) {
      const run = new EngineRun(store, flowOf(a, each(t), "{type: fail, name: f, error: Broken}"));
      work(run);
      expect(goOn(run, 2, flowOf(a, b), { from: "each" })).toMatchObject({
        code: "IncompatibleVersion",
        diagnostics: [{ code: "OpenStepMissing", path: "steps", line: expect.any(Number) }],
      });
      expect(goOn(run, 2, flowOf(b, a), { from: "a" })).toMatchObject({ ok: true });
      expect(work(run)).toEqual(["a#2"]);
      expect(run.status).toBe("Succeeded");
      expect(run.steps()?.items.map(({ path }) => path)).toEqual(["a", "each", "f", "a#2"]);

      const tolerant = each(t, "concurrency: 4, tolerance: {count: 2}");
      const other = new EngineRun(fresh(), flowOf(tolerant));
      other.fail("each[3]/t", "Bad");
      work(other);
      const longer = flowOf(tolerant.replace("[0, 1, 2, 3]", "[0, 1, 2, 3, 4]"));
      expect(goOn(other, 2, longer, { items: "each" })).toMatchObject({ code: "IncompatibleVersion" });
      const mended = flowOf(taskStep("before"), each(b, "concurrency: 1"));
      expect(goOn(other, 2, mended, { items: "each" })).toMatchObject({ ok: true });
      expect(work(other)).toEqual(["each#2[3]/b"]);
      expect(other.output).toEqual({
        results: [0, 1, 2].map((index) => ({ by: `each[${index}]/t 1` })).concat({ by: "each#2[3]/b 1" }),
      });
    },
  },
];
