import { expect } from "vitest";
import { EngineRun } from "../support/engine-run.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import type { EngineCase } from "./engine.ts";

const RESULTS = 'outputMappings: [{target: results, source: "$local[*]"}]';

/** What an end asks for is done, as it is by the host. */
function settle(run: EngineRun): void {
  for (const effect of run.pendingEffects()) run.do({ type: "effectOver", effect });
}

function redrive(run: EngineRun, redrives = 1) {
  settle(run);
  return run.do({ type: "redrive", redrives, by: "key:test", reason: "the disk has room again" });
}

/** `id Type path` of the events after one. */
function since(run: EngineRun, event: number): string[] {
  return run
    .history()
    .filter(({ eventId }) => eventId > event)
    .map(({ eventId, type, stepPath }) => `${eventId} ${type} ${stepPath}`.trim());
}

/** An execution that ended goes on from its failure. */
export const REDRIVE_CASES: readonly EngineCase[] = [
  {
    name: "redrive: serial steps: what succeeded stays, what failed is done again, under the same path",
    run(store) {
      const run = new EngineRun(store, flowOf(taskStep("a"), taskStep("b")));
      run.confirm("a");
      run.succeed("a", { a: 1 });
      run.fail("b", "Bad", "no disk");
      expect(run.head).toMatchObject({ status: "Failed", nextEvent: 18 });
      expect(redrive(run)).toEqual({ ok: true, eventId: 18 });
      expect(run.head).toMatchObject({ status: "Running", redrives: 1 });
      expect(run.head).not.toHaveProperty("error");
      expect(run.steps()?.items.map(({ path, status, attempts }) => [path, status, attempts])).toEqual([
        ["a", "Succeeded", 1],
        ["b", "Running", 2],
      ]);
      expect(run.succeed("b", {}, 1)).toMatchObject({ ok: false, code: "TaskSuperseded" });
      run.confirm(["b", 2]);
      run.succeed("b", { b: 2 }, 2);
      expect(run.head).toMatchObject({ status: "Succeeded" });
      expect(since(run, 17)).toEqual([
        "18 ExecutionRedriven",
        "19 TaskScheduled b",
        "20 TaskStarted b",
        "21 TaskSubmitted b",
        "22 TaskSucceeded b",
        "23 StepSucceeded b",
        "24 StepExited b",
        "25 ExecutionSucceeded",
      ]);
      expect(run.history()[17]?.detail).toEqual({
        redrive: 1,
        by: "key:test",
        reason: "the disk has room again",
      });
      expect(run.output).toEqual({ a: 1, b: 2 });
    },
  },

  {
    name: "redrive: a foreach: who succeeded is kept, who failed or was cut off runs again, and never too many at once",
    run(store) {
      const step = `{type: foreach, name: each, concurrency: 2, iterationMapping: {collection: [0, 1, 2, 3, 4], item: one}, ${RESULTS}, steps: [${taskStep("t")}]}`;
      const run = new EngineRun(store, flowOf(step));
      for (const index of [0, 1]) run.succeed(`each[${index}]/t`, { index });
      run.fail("each[2]/t", "Bad");
      const ended = run.head.nextEvent - 1;
      const open = () => run.head.openIterations;
      redrive(run);
      expect(since(run, ended)).toEqual([
        `${ended + 1} ExecutionRedriven`,
        `${ended + 2} TaskScheduled each[2]/t`,
        `${ended + 3} TaskStarted each[2]/t`,
        `${ended + 4} TaskScheduled each[3]/t`,
        `${ended + 5} TaskStarted each[3]/t`,
      ]);
      expect(open()).toBe(2);
      run.restart();
      expect(run.messages().map(({ path, attempt }) => [path, attempt])).toEqual([
        ["each[2]/t", 2],
        ["each[3]/t", 2],
      ]);
      run.confirm(["each[3]/t", 2], ["each[2]/t", 2]);
      expect(run.succeed("each[3]/t", {}, 1)).toMatchObject({ ok: false, code: "TaskSuperseded" });
      for (const [index, attempt] of [
        [3, 2],
        [2, 2],
        [4, 1],
      ] as const) {
        expect(open()).toBeLessThanOrEqual(2);
        expect(run.succeed(`each[${index}]/t`, { index }, attempt)).toMatchObject({ ok: true });
      }
      expect(run.head.status).toBe("Succeeded");
      expect(run.output).toEqual({ results: [0, 1, 2, 3, 4].map((index) => ({ index })) });
      const events = run.history();
      expect(events.map(({ eventId }) => eventId)).toEqual(events.map((_, index) => index + 1));
      const submitted = events.find(({ eventId, type }) => eventId > ended && type === "TaskSubmitted");
      expect(submitted).toMatchObject({ stepPath: "each[2]/t", scheduleEventId: ended + 3 });
    },
  },

  {
    name: "redrive: what was stopped: a wait keeps its instant, an attempt that was open is scheduled anew",
    run(store) {
      const retry = "retry: [{errors: [Again], intervalSeconds: 1, maxAttempts: 2}]";
      const run = new EngineRun(
        store,
        flowOf(
          `{type: parallel, name: both, branches: [{steps: [{type: wait, name: w, duration: 3600}]}, {steps: [${taskStep("t", retry)}]}]}`,
        ),
      );
      for (const attempt of [1, 2]) {
        run.fail("both[1]/t", "Again", "", attempt);
        run.pass(10);
      }
      run.do({ type: "stop", error: "Stopped", cause: "by hand" });
      run.pass(7200);
      redrive(run);
      expect(run.messages().map(({ path, attempt }) => [path, attempt])).toEqual([["both[1]/t", 4]]);
      run.pass(0);
      expect(run.steps({ parent: "both[0]" })?.items).toMatchObject([
        { path: "both[0]/w", status: "Succeeded" },
      ]);
      for (const attempt of [4, 5]) {
        run.fail("both[1]/t", "Again", "", attempt);
        run.pass(10);
      }
      expect(run.status).toBe("Running");
      run.succeed("both[1]/t", {}, 6);
      expect(run.status).toBe("Succeeded");
    },
  },

  {
    name: "redrive: out of time: the time limit begins anew, and the pause before a retry keeps its end",
    run(store) {
      const retry = "retry: [{errors: [Again], intervalSeconds: 4200, maxAttempts: 2}]";
      const run = new EngineRun(store, `${flowOf(taskStep("t", retry))}\ntimeoutSeconds: 3600`);
      run.fail("t", "Again");
      run.pass(3600);
      expect(run.status).toBe("TimedOut");
      run.pass(300);
      redrive(run);
      expect(run.head.deadlineAt).toBe(run.now + 3_600_000);
      expect(run.messages()).toEqual([]);
      run.pass(300);
      expect(run.messages().map(({ attempt }) => attempt)).toEqual([2]);
    },
  },

  {
    name: "redrive: a step that is no task is visited again, and fails again if nothing else changed",
    run(store) {
      const run = new EngineRun(
        store,
        flowOf("{type: pass, name: p}", "{type: fail, name: f, error: Broken, cause: as ever}"),
      );
      redrive(run);
      expect(run.head).toMatchObject({ status: "Failed", error: "Broken", redrives: 1 });
      expect(run.steps()?.items.map(({ path }) => path)).toEqual(["p", "f", "f#2"]);
    },
  },

  {
    name: "redrive: repeats are harmless; what runs, has succeeded or is about to be told of its end is refused",
    run(store) {
      const run = new EngineRun(store, flowOf(taskStep("a")));
      expect(run.do({ type: "redrive", redrives: 1, by: "key:test" })).toMatchObject({
        code: "ExecutionRunning",
      });
      run.fail("a", "Bad");
      expect(run.do({ type: "redrive", redrives: 1, by: "key:test" })).toMatchObject({
        code: "ExecutionEnding",
      });
      redrive(run);
      const events = run.head.nextEvent;
      expect(redrive(run)).toEqual({ ok: true });
      expect(run.head.nextEvent).toBe(events);
      run.succeed("a", {}, 2);
      settle(run);
      expect(run.do({ type: "redrive", redrives: 2, by: "key:test" })).toMatchObject({
        code: "NotRedrivable",
      });
    },
  },
];
