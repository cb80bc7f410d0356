import type { LocatedTask } from "../../src/core/engine/command.ts";
import { EngineRun } from "../support/engine-run.ts";
import { FAN_OUT, fanOutInput, flowOf, taskStep } from "../support/flows.ts";
import type { MemoryExecutionStore } from "../support/memory-execution-store.ts";

const TOKEN = "inputMappings: [{target: token, source: $context.task.token}]";
const RETRY = "retry: [{errors: [Again], intervalSeconds: 5, maxAttempts: 2}]";
const RESULTS = 'outputMappings: [{target: results, source: "$local[*]"}]';
const LARGE = "large ".repeat(100);

/** Executions whose facts are kept with a release. Together they have every kind of fact; some end, some are under way. */
export const STORIES: Readonly<Record<string, (store: MemoryExecutionStore) => EngineRun>> = {
  "fan-out": (store) => {
    const step = `${TOKEN}, timeoutSeconds: 60, ${RETRY}`;
    const foreach = `{type: foreach, name: all, concurrency: 4, iterationMapping: {collection: $.items, item: one, index: n}, ${RESULTS}, steps: [${taskStep("a", step)}, ${taskStep("b")}]}`;
    const run = new EngineRun(store, flowOf(foreach), {
      items: ["u", "v", "w", "x", "y", "z"],
      large: LARGE,
    });
    run.confirm("all[0]/a", "all[1]/a", "all[3]/a");
    run.succeed("all[0]/a", { from: "a", large: LARGE });
    run.fail("all[1]/a", "Again", "the first time");
    run.confirm("all[0]/b");
    run.pass(5);
    run.succeed("all[1]/a", {}, 2);
    run.succeed("all[0]/b", { from: "b" });
    run.succeed("all[1]/b");
    run.succeed("all[2]/a");
    return run;
  },
  "begun in the middle": (store) => {
    const flow = flowOf("{type: pass, name: before}", taskStep("job", TOKEN), "{type: pass, name: after}");
    const begin = { step: "job", local: { done: ["a", "b"], large: LARGE } };
    const forkedFrom = { name: "original", step: "job", event: 6 };
    const run = new EngineRun(store, flow, { items: ["u"], large: LARGE }, false, { begin, forkedFrom });
    run.confirm("job");
    run.succeed("job", { from: "job" });
    return run;
  },
  "every way to fail": (store) => {
    const goOn = "catch: [{errors: [FnF.ALL], goto: next}], errorMappings: [{target: why, source: $local}]";
    const run = new EngineRun(
      store,
      flowOf(
        taskStep("refused", goOn),
        taskStep("next", "timeoutSeconds: 10, catch: [{errors: [FnF.TaskTimeout], goto: last}]"),
        "{type: pass, name: never}",
        "{type: foreach, name: last, iterationMapping: {collection: [1, 2], item: one}, outputMappings: [], steps: [{type: pass, name: p}, {type: fail, name: f, error: Broken, cause: here}]}",
      ),
    );
    run.do({
      type: "refuseTasks",
      tasks: [{ path: "refused", attempt: 1 }],
      error: "MNS.QueueNotExist",
      cause: "no queue",
    });
    run.confirm("next");
    run.pass(10);
    return run;
  },
  "open when it failed": (store) => {
    const inner = `{type: parallel, name: p, branches: [{steps: [${taskStep("a", TOKEN)}]}, {steps: [{type: wait, name: w, duration: 600}]}]}`;
    const run = new EngineRun(
      store,
      flowOf(
        `{type: foreach, name: each, concurrency: 3, iterationMapping: {collection: [1, 2, 3, 4], item: one}, ${RESULTS}, steps: [${inner}]}`,
      ),
    );
    run.succeed("each[0]/p[0]/a", { large: LARGE });
    run.confirm("each[1]/p[0]/a");
    run.fail("each[2]/p[0]/a", "Bad", "item 3");
    return run;
  },
  "gone on after its ends": (store) => {
    const run = new EngineRun(
      store,
      flowOf(
        `{type: foreach, name: each, concurrency: 3, iterationMapping: {collection: [1, 2, 3, 4, 5], item: one}, ${RESULTS}, steps: [${taskStep("a", `${TOKEN}, timeoutSeconds: 600`)}]}`,
      ),
    );
    run.succeed("each[0]/a", { large: LARGE });
    run.fail("each[2]/a", "Bad", "item 3");
    for (const redrives of [1, 2]) {
      for (const effect of run.pendingEffects()) run.do({ type: "effectOver", effect });
      run.do({ type: "redrive", redrives, by: "key:test", reason: "try again" });
      run.confirm(["each[1]/a", 1 + redrives], ["each[2]/a", 1 + redrives]);
      if (redrives === 1) run.do({ type: "stop", error: "FnF.Stopped", cause: "by hand" });
    }
    run.succeed("each[2]/a", { n: 3 }, 3);
    return run;
  },
  "gone back to steps of before": (store) => {
    const each = `{type: foreach, name: each, concurrency: 2, tolerance: {count: 2}, iterationMapping: {collection: [1, 2, 3, 4], item: one}, ${RESULTS}, steps: [${taskStep("a")}]}`;
    const run = new EngineRun(store, flowOf(each, taskStep("send")));
    const goOn = (where: { from?: string; items?: string }) => {
      for (const effect of run.pendingEffects()) run.do({ type: "effectOver", effect });
      const redrives = (run.head.redrives ?? 0) + 1;
      run.do({ type: "redrive", redrives, by: "key:test", ...where });
    };
    for (const index of [0, 2]) run.succeed(`each[${index}]/a`, { large: LARGE, index });
    for (const index of [1, 3]) run.fail(`each[${index}]/a`, "Bad", `item ${index}`);
    run.fail("send", "Full");
    goOn({ items: "each" });
    run.succeed("each#2[1]/a", { large: LARGE, index: 1 });
    run.fail("each#2[3]/a", "Bad", "once more");
    run.fail("send#2", "Full");
    goOn({ from: "send" });
    run.do({ type: "stop", error: "FnF.Stopped", cause: "by hand" });
    goOn({ items: "each" });
    return run;
  },
  "gone on with another version": (store) => {
    const each = (steps: string) =>
      `{type: foreach, name: each, concurrency: 3, iterationMapping: {collection: [1, 2, 3, 4], item: one}, ${RESULTS}, steps: [${steps}]}`;
    const run = new EngineRun(store, flowOf(each(taskStep("a")), taskStep("send")));
    run.succeed("each[0]/a", { large: LARGE });
    run.fail("each[1]/a", "Bad", "item 2");
    for (const effect of run.pendingEffects()) run.do({ type: "effectOver", effect });
    const definition = flowOf(
      taskStep("log"),
      each(`{type: pass, name: p}, ${taskStep("a")}`),
      taskStep("send"),
    );
    run.do({ type: "redrive", redrives: 1, by: "key:test", version: 2, definition });
    run.succeed("each[1]/a", { n: 2 }, 2);
    run.succeed("each[3]/a", { n: 4 });
    return run;
  },
  "every way to go": (store) => {
    const handling = "retry: [{errors: [Again], intervalSeconds: 1, maxAttempts: 1}]";
    const run = new EngineRun(
      store,
      flowOf(
        "{type: wait, name: w, duration: 5}",
        `{type: choice, name: c, choices: [{condition: "-$.large == 1", goto: p}, {condition: $.go, steps: [${taskStep("in")}], goto: p}]}`,
        "{type: pass, name: never}",
        `{type: parallel, name: p, ${handling}, ${RESULTS}, branches: [{steps: [${taskStep("a")}]}, {steps: [${taskStep("b")}]}]}`,
        `{type: foreach, name: t, tolerance: {count: 1}, iterationMapping: {collection: [1, 2], item: i}, ${RESULTS}, steps: [${taskStep("s")}]}`,
        taskStep("last"),
      ),
      { go: true, large: LARGE },
    );
    run.pass(5);
    run.succeed("c[1]/in", { in: LARGE });
    run.fail("p[1]/b", "Again");
    run.pass(1);
    for (const name of ["p#2[0]/a", "p#2[1]/b"]) run.succeed(name, { name });
    run.fail("t#2[0]/s", "Bad", "tolerated");
    run.succeed("t#2[1]/s", { fine: true });
    return run;
  },
  "calls and children": (store) => {
    const run = new EngineRun(
      store,
      flowOf(
        '{type: task, name: called, resourceArn: "acs:fc:::services/s/functions/f"}',
        '{type: parallel, name: p, catch: [{errors: [Broken], goto: alive}], outputMappings: [], branches: [{steps: [{type: task, name: child, resourceArn: "acs:fnf:::flow/other", pattern: sync, timeoutSeconds: 90}]}, {steps: [{type: task, name: b, resourceArn: "https://example.com/"}]}]}',
        taskStep("alive", "heartbeatSeconds: 60"),
      ),
    );
    run.do({ type: "confirmTasks", tasks: [{ path: "called", attempt: 1, output: { answer: 42 } }] });
    run.do({
      type: "refuseTasks",
      tasks: [{ path: "p[1]/b", attempt: 1 }],
      error: "Broken",
      cause: "503",
      isAnswer: true,
    });
    run.pass(30);
    run.do({ type: "heartbeat", path: "alive", attempt: 1 });
    run.do({ type: "join", parent: { execution: "other~1~x", path: "wait", attempt: 1 } });
    run.do({ type: "confirmTasks", queue: "work", tasks: [{ path: "p[0]/gone", attempt: 1 }] });
    return run;
  },
  "asked for in its queue": (store) => {
    const step = taskStep("silent", "heartbeatSeconds: 60").replace("$}", "$, TakenWithinSeconds: 70}");
    const run = new EngineRun(store, flowOf(step));
    const located = (place: LocatedTask["place"]) =>
      run.do({ type: "tasksLocated", tasks: [{ path: "silent", attempt: 1, place }] });
    run.confirm("silent");
    run.pass(60);
    located({ is: "lying" });
    run.pass(10);
    located({ is: "held", since: run.now - 1000 });
    run.pass(110);
    return run;
  },
  "stopped in the middle": (store) => {
    const run = new EngineRun(store, flowOf(taskStep("one"), taskStep("two")));
    run.succeed("one", { n: 1 });
    run.do({ type: "stop", error: "Enough", cause: "by hand" });
    for (const effect of run.pendingEffects()) run.do({ type: "effectOver", effect });
    return run;
  },
  "numbers that are refused now": (store) => {
    const again =
      "retry: [{errors: [Again], intervalSeconds: 2, multiplier: 12345678901234567890, maxAttempts: 2}]";
    const run = new EngineRun(
      store,
      flowOf(
        "{type: choice, name: c, choices: [{condition: '$.n > -1e999 && $.n < 1e999', goto: t}], default: {goto: f}}",
        taskStep("t", `${again}, end: true`),
        "{type: fail, name: f}",
      ),
      { n: 17 },
      true,
    );
    run.fail("t", "Again", "the first time");
    run.pass(2);
    run.fail("t", "Again", "and again", 2);
    run.pass(24 * 3600);
    run.succeed("t", { n: 1 }, 3);
    return run;
  },
  "what could not be taken back": (store) => {
    const run = new EngineRun(store, flowOf(taskStep("one"), taskStep("two")));
    run.confirm("one");
    run.fail("one", "Broken");
    const park = (...kinds: string[]) => {
      for (const effect of run.pendingEffects()) {
        if (kinds.includes(effect.kind))
          run.do({ type: "effectParked", effect, tries: 80, reason: "no answer" });
      }
    };
    park("withdraw");
    run.pass(3600);
    run.do({ type: "retryEffects" });
    park("withdraw");
    return run;
  },
  "paused and gone on": (store) => {
    const wait = "{type: wait, name: w, duration: 600}";
    const branches = `[{steps: [${taskStep("t")}]}, {steps: [${wait}]}]`;
    const run = new EngineRun(store, flowOf(`{type: parallel, name: both, branches: ${branches}}`));
    run.do({ type: "pause", by: "key:k", reason: "the disk is full" });
    run.succeed("both[0]/t", { n: 1 });
    run.pass(700);
    run.do({ type: "resume", by: "key:k" });
    run.pass(1);
    for (const effect of run.pendingEffects("reportPaused")) run.do({ type: "effectOver", effect });
    return run;
  },
  "with fewer iterations at once": (store) => {
    const input = fanOutInput(12);
    const run = new EngineRun(
      store,
      FAN_OUT.replace("iterationMapping:", "concurrency: 8\n    iterationMapping:"),
      input,
    );
    run.do({ type: "adjustItems", step: "workersForeach", concurrency: 2, by: "key:k" });
    for (let index = 0; index < 7; index++) run.succeed(`workersForeach[${index}]/workerTask`, { index });
    return run;
  },
  "a fan out that was changed": (store) => {
    const foreach = `{type: foreach, name: all, concurrency: 3, tolerance: {count: 4}, iterationMapping: {collection: $.items, item: one}, ${RESULTS}, steps: [{type: pass, name: p}, ${taskStep("t")}]}`;
    const run = new EngineRun(store, flowOf(foreach), { items: Array.from({ length: 12 }, (_, n) => n) });
    const adjust = { type: "adjustItems", step: "all", by: "key:k" } as const;
    for (const index of [0, 2, 1]) run.fail(`all[${index}]/t`, "Bad", `of ${index}`);
    run.do({
      ...adjust,
      retry: [[0, 2]],
      stop: [
        [3, 1],
        [8, 2],
      ],
      reason: "enough",
    });
    run.succeed("all[0]/t", { n: 0 }, 2);
    run.succeed("all[4]/t", { n: 4 });
    run.do({ ...adjust, tolerance: { count: 0 } });
    for (const effect of run.pendingEffects()) run.do({ type: "effectOver", effect });
    run.do({ type: "redrive", redrives: 1, by: "key:k" });
    run.do({ ...adjust, concurrency: 1, tolerance: { percentage: 50 } });
    run.do({ ...adjust, stop: [[2, 1]] });
    return run;
  },
  "paused until a time": (store) => {
    const run = new EngineRun(store, flowOf(taskStep("one"), taskStep("two"), taskStep("three")));
    run.do({ type: "pause", by: "key:k", until: run.now + 60_000 });
    run.pass(61);
    run.succeed("one", { n: 1 });
    run.do({ type: "pause", by: "key:k", until: run.now + 600_000 });
    run.succeed("two", { n: 2 });
    return run;
  },
  "out of time": (store) => {
    const run = new EngineRun(store, `${flowOf(taskStep("one"))}\ntimeoutSeconds: 60\n`);
    run.confirm("one");
    run.pass(60);
    return run;
  },
  "long enough for checkpoints": (store) => {
    const tasks = ["t", "u", "v"].map((name) => taskStep(name)).join(", ");
    const foreach = `{type: foreach, name: all, concurrency: 100, iterationMapping: {collection: $.items, item: one}, ${RESULTS}, steps: [${tasks}]}`;
    const last = "{type: pass, name: end, outputMappings: [{target: n, source: 1}]}";
    const items = Array.from({ length: 24 }, (_, n) => n);
    const run = new EngineRun(store, flowOf(foreach, last), { items });
    for (const step of ["t", "u", "v"])
      for (const n of items) run.succeed(`all[${n}]/${step}`, { [step]: n });
    return run;
  },
  "more in a local variable than its record has room for": (store) => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const caught =
      "catch: [{errors: [Bad], goto: last}], errorMappings: [{target: why, source: $local.cause}]";
    const run = new EngineRun(
      store,
      flowOf(...names.map((name) => taskStep(name)), taskStep("caught", caught), taskStep("last")),
    );
    for (const name of names) run.succeed(name, { [name]: LARGE.slice(0, 250) });
    run.fail("caught", "Bad", LARGE);
    return run;
  },
};
