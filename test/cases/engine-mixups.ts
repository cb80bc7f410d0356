import { expect } from "vitest";
import { WAITING_TASKS_MAX } from "../../src/core/limits.ts";
import { EngineRun } from "../support/engine-run.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import type { EngineCase } from "./engine.ts";

const queueTask = (name: string, queue: string, more = "") =>
  taskStep(name, more).replace("queues/work/", `queues/${queue}/`);

const foreach = (name: string, steps: string, more = "") =>
  `{type: foreach, name: ${name}, iterationMapping: {collection: [1, 2, 3, 4], item: i}, outputMappings: []${more}, steps: [${steps}]}`;

const LATE = 1_000_000;

/** What stands one after the other, or comes again, must not be taken for each other. */
export const MIXUP_CASES: readonly EngineCase[] = [
  {
    name: "a foreach's time limits end with it: the next one has its own, or none",
    run(store) {
      const run = new EngineRun(
        store,
        flowOf(foreach("one", taskStep("a", "timeoutSeconds: 300")), foreach("two", taskStep("b"))),
      );
      for (let n = 0; n < 4; n++) run.succeed(`one[${n}]/a`);
      run.pass(LATE);
      expect(run.status).toBe("Running");
      expect(run.outline().some((line) => line.includes("TaskTimedOut"))).toBe(false);
    },
  },
  {
    name: "tasks go to the queue of their own foreach only, whatever was confirmed before, and over a restart",
    run(store) {
      const run = new EngineRun(
        store,
        flowOf(foreach("one", queueTask("a", "qa")), foreach("two", queueTask("b", "qb"))),
      );
      for (let n = 0; n < 4; n++) run.succeed(`one[${n}]/a`);
      for (const restarted of [false, true]) {
        if (restarted) run.restart();
        expect(run.pendingEffects("sendTasks")).toMatchObject([{ queue: "qb" }]);
        expect(run.messages().map(({ path }) => path)).toEqual([0, 1, 2, 3].map((n) => `two[${n}]/b`));
      }
    },
  },
  {
    name: "a foreach that is visited again sends and confirms each task once",
    run(store) {
      const retry = ", retry: [{errors: [Again], intervalSeconds: 0, maxAttempts: 2}]";
      const run = new EngineRun(store, flowOf(foreach("one", taskStep("a"), retry)));
      run.fail("one[0]/a", "Again");
      run.pass(0);
      run.restart();
      expect(run.messages().map(({ path }) => path)).toEqual([0, 1, 2, 3].map((n) => `one#2[${n}]/a`));
      for (let twice = 0; twice < 2; twice++) {
        run.confirm("one#2[0]/a", "one#2[1]/a", "one#2[0]/a");
        expect(run.messages().map(({ path }) => path)).toEqual(["one#2[2]/a", "one#2[3]/a"]);
      }
      const submitted = run
        .history()
        .filter(({ type, stepPath }) => type === "TaskSubmitted" && stepPath.includes("#2"));
      expect(submitted).toHaveLength(2);
    },
  },
  {
    name: "only the task that it was started for can stop an execution in its own name",
    run(store) {
      const run = new EngineRun(store, flowOf(taskStep("t")));
      const parent = { execution: "other~1~x", path: "wait", attempt: 1 };
      run.do({ type: "join", parent });
      run.do({ type: "stop", error: "FnF.ParentStopped", cause: "", parent });
      expect(run.status).toBe("Running");
    },
  },
  {
    name: "no more tasks wait for an execution's end than its head has room for; each is told of it once",
    run(store) {
      const run = new EngineRun(store, flowOf(taskStep("t")));
      const parent = (nth: number) => ({ execution: `other~1~x${nth}`, path: "wait", attempt: 1 });
      for (let nth = 0; nth < WAITING_TASKS_MAX; nth++) run.do({ type: "join", parent: parent(nth) });
      expect(run.do({ type: "join", parent: parent(7) })).toEqual({ ok: true });
      expect(run.do({ type: "join", parent: parent(WAITING_TASKS_MAX) })).toMatchObject({
        code: "TooManyWaiting",
      });
      run.restart();
      run.fail("t", "Broken");
      expect(run.pendingEffects("reportParent")).toHaveLength(WAITING_TASKS_MAX);
    },
  },
  {
    name: "pauses of nothing stay nothing, however often they are doubled; others stop growing",
    run(_, fresh) {
      for (const [policy, seconds] of [
        ["intervalSeconds: 0, multiplier: 1.0e+200", 0],
        ["intervalSeconds: 1, multiplier: 1.0e+200, maxIntervalSeconds: 7", 7],
      ] as const) {
        const run = new EngineRun(
          fresh(),
          flowOf(taskStep("t", `retry: [{errors: [E], maxAttempts: 9, ${policy}}]`)),
        );
        for (let attempt = 1; attempt <= 6; attempt++) {
          run.fail("t", "E", "", attempt);
          run.pass(Math.max(1, seconds));
          expect(run.messages()).toMatchObject([{ attempt: attempt + 1 }]);
        }
      }
    },
  },
  {
    name: "when a time limit and a worker's silence are due together, the limit is what counts, restarted or not",
    run(_, fresh) {
      const errors = [false, true].map((restarted) => {
        const task = taskStep("t", "timeoutSeconds: 60, heartbeatSeconds: 60");
        const run = new EngineRun(
          fresh(),
          flowOf(
            `{type: parallel, name: p, outputMappings: [], branches: [{steps: [{type: wait, name: w, duration: 1}]}, {steps: [${task}]}]}`,
          ),
        );
        run.pass(2);
        if (restarted) run.restart();
        run.pass(60);
        return run.head.error;
      });
      expect(errors).toEqual(["FnF.TaskTimeout", "FnF.TaskTimeout"]);
    },
  },
  {
    name: "whether an answer came in time does not depend on the alarm",
    run(store) {
      const call = '{type: task, name: t, timeoutSeconds: 5, resourceArn: "https://example.com/"}';
      const run = new EngineRun(store, flowOf(call));
      run.now += 6000;
      run.do({ type: "confirmTasks", tasks: [{ path: "t", attempt: 1, output: { late: true } }] });
      expect(run.head).toMatchObject({ status: "Failed", error: "FnF.TaskTimeout" });
    },
  },
  {
    name: "signs of life and attempts that are over leave no timers behind",
    run(store) {
      const run = new EngineRun(
        store,
        flowOf(
          taskStep(
            "t",
            "timeoutSeconds: 86400, heartbeatSeconds: 80000, catch: [{errors: [Again], goto: t}]",
          ),
        ),
      );
      for (let n = 0; n < 3000; n++) run.do({ type: "heartbeat", path: "t", attempt: 1 });
      expect(run.state.timers.size).toBeLessThan(10);
      for (let round = 1; round <= 1500; round++) run.fail(round === 1 ? "t" : `t#${round}`, "Again");
      expect(run.state.timers.size).toBeLessThan(1100);
      run.pass(79_999);
      expect(run.status).toBe("Running");
      const task = { path: "t#1501", attempt: 1 };
      run.confirm(task.path);
      run.pass(1);
      run.do({ type: "tasksLocated", tasks: [{ ...task, place: { is: "gone" } }] });
      expect(run.head.error).toBe("FnF.TaskHeartbeatTimeout");
    },
  },
  {
    name: "a step shows its own task's result, also when several ended in one commit",
    run(store) {
      const notice =
        '{type: task, name: a, resourceArn: "acs:mns:::/queues/q/messages", serviceParams: {MessageBody: $}}';
      const run = new EngineRun(store, flowOf(foreach("f", notice)));
      const tasks = [0, 1, 2, 3].map((n) => ({ path: `f[${n}]/a`, attempt: 1, output: { n } }));
      run.do({ type: "confirmTasks", tasks });
      for (const n of [0, 1, 2, 3]) {
        expect(run.steps({ parent: `f[${n}]` })?.items).toMatchObject([{ local: { n }, output: { n } }]);
      }
    },
  },
  {
    name: "a child whose task was answered by somebody else is stopped; one that ended by itself is not",
    run(_, fresh) {
      const child =
        '{type: task, name: c, resourceArn: "acs:fnf:::flow/other", pattern: sync, retry: [{errors: [Again]}]}';
      const stops = (end: (run: EngineRun) => void) => {
        const run = new EngineRun(fresh(), flowOf(child, taskStep("after")));
        end(run);
        return run.pendingEffects("stopChild").length;
      };
      const report = { path: "c", attempt: 1 };
      expect(stops((run) => run.do({ type: "reportSucceeded", ...report, output: {}, isOwnEnd: true }))).toBe(
        0,
      );
      expect(stops((run) => run.do({ type: "reportSucceeded", ...report, output: {} }))).toBe(1);
      expect(stops((run) => run.do({ type: "reportFailed", ...report, error: "Again", cause: "" }))).toBe(1);
      expect(
        stops((run) => run.do({ type: "refuseTasks", tasks: [report], error: "Again", cause: "" })),
      ).toBe(1);
    },
  },
  {
    name: "a percentage is what people make of it",
    run(store) {
      const items = Array.from({ length: 375 }, (_, n) => n);
      const flow = flowOf(
        `{type: foreach, name: f, concurrency: 375, tolerance: {percentage: 18.4}, iterationMapping: {collection: $.items, item: i}, outputMappings: [], steps: [${taskStep("t")}]}`,
      );
      const run = new EngineRun(store, flow, { items });
      for (let n = 0; n < 69; n++) run.fail(`f[${n}]/t`, "Bad");
      expect(run.status).toBe("Running");
      run.fail("f[69]/t", "Bad");
      expect(run.status).toBe("Failed");
    },
  },
];
