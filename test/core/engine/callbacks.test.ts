import { describe, expect, test } from "vitest";
import { CALLBACKS_OF_EXECUTION_TOLD, CALLBACKS_TOLD_EVERY_MS } from "../../../src/core/callback-limits.ts";
import { callbackStand } from "../../../src/core/engine/callbacks.ts";
import { DAY_MS, HOUR_MS, SECOND_MS } from "../../../src/core/time.ts";
import { EngineRun, START_AT } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

const EVERY = CALLBACKS_TOLD_EVERY_MS / SECOND_MS;

/** A call that hands its token out, and waits for whoever was called. */
function ask(name: string, more = "", arn = "https://bot:8443/T0/secret?key=s3"): string {
  return `{type: task, name: ${name}, resourceArn: "${arn}", pattern: waitForCallback, inputMappings: [{target: task_token, source: $context.task.token}]${more}}`;
}

function newRun(...steps: string[]): EngineRun {
  return new EngineRun(new MemoryExecutionStore(), flowOf(...steps));
}

/** How it stands, as it is told by the effects that are due; undefined when there is nothing to tell. */
function told(run: EngineRun) {
  const due = run.pendingEffects("reportCallbacks").filter(({ since }) => since <= run.now);
  for (const effect of due) run.do({ type: "effectOver", effect });
  return due.length > 0 ? stand(run) : undefined;
}

function stand(run: EngineRun) {
  const { open, told: some } = callbackStand(run.state);
  return { open, paths: some.map(({ path }) => path) };
}

const NOBODY = { open: 0, paths: [] };

describe("an execution tells its flow of its callbacks", () => {
  test("once the call was made: since when, until when, who was called; but no path or query of an address", () => {
    const run = newRun(ask("approve", ", timeoutSeconds: 3600"));
    expect(told(run)).toBeUndefined();
    run.now += 2000;
    run.confirm("approve");
    expect(told(run)).toEqual({ open: 1, paths: ["approve"] });
    expect(callbackStand(run.state).told).toEqual([
      {
        path: "approve",
        attempt: 1,
        since: START_AT,
        dueAt: START_AT + HOUR_MS,
        asked: { kind: "http", name: "bot:8443" },
      },
    ]);
  });

  test.each([
    ["acs:mns:::/topics/approvals/messages", ", serviceParams: {MessageBody: $}", "topic", "approvals"],
    ["acs:fnf:::flow/approval", "", "flow", "approval"],
    ["acs:fc:::services/chat/functions/ask", "", "function", "chat/ask"],
  ])("which go to %s, too", (arn, more, kind, name) => {
    const run = newRun(ask("approve", more, arn));
    run.confirm("approve");
    expect(callbackStand(run.state).told).toMatchObject([{ asked: { kind, name } }]);
  });

  test("not of tasks that a queue has, nor of calls that are their own answer", () => {
    const call = '{type: task, name: call, resourceArn: "https://api.example/x"}';
    const run = newRun(taskStep("work"), call);
    run.confirm("work");
    run.succeed("work");
    expect([told(run), run.head.callbacksTold]).toEqual([undefined, undefined]);
  });

  test.each([
    ["answered", (run: EngineRun) => run.succeed("both[0]/approve")],
    ["refused, and caught", (run: EngineRun) => run.fail("both[0]/approve", "No")],
    ["late, and caught", (run: EngineRun) => run.pass(60)],
  ])("again when it is %s", (_, end) => {
    const caught = ", timeoutSeconds: 60, catch: [{errors: [No, FnF.TaskTimeout], goto: next}]";
    const next = taskStep("next");
    const branches = `[{steps: [${ask("approve", caught)}, ${next}]}, {steps: [${taskStep("other")}]}]`;
    const run = newRun(`{type: parallel, name: both, branches: ${branches}}`);
    run.confirm("both[0]/approve");
    expect(told(run)).toMatchObject({ open: 1 });
    end(run);
    run.pass(EVERY);
    expect(told(run)).toEqual(NOBODY);
  });

  test("again when another attempt waits in its place", () => {
    const run = newRun(ask("approve", ", retry: [{errors: [No], intervalSeconds: 1, maxAttempts: 2}]"));
    run.confirm("approve");
    told(run);
    run.fail("approve", "No");
    run.pass(EVERY);
    expect(told(run)).toEqual(NOBODY);
    run.confirm(["approve", 2]);
    run.pass(EVERY);
    expect(callbackStand(run.state).told).toMatchObject([{ path: "approve", attempt: 2 }]);
  });

  test("when lists are abandoned in which some were open", () => {
    const branches = `[{steps: [${ask("approve")}]}, {steps: [${taskStep("other")}]}]`;
    const caught = "catch: [{errors: [Bad], goto: last}]";
    const run = newRun(`{type: parallel, name: both, branches: ${branches}, ${caught}}`, taskStep("last"));
    run.confirm("both[0]/approve");
    told(run);
    run.fail("both[1]/other", "Bad");
    run.pass(EVERY);
    expect(told(run)).toEqual(NOBODY);
  });

  test("with its end, which its flow is told of anyway: nothing more is said", () => {
    const run = newRun(ask("approve"));
    run.confirm("approve");
    told(run);
    run.do({ type: "stop", error: "Enough", cause: "by hand" });
    expect(run.pendingEffects().map(({ kind }) => kind)).toEqual(["reportEnd"]);
    expect(stand(run)).toEqual(NOBODY);
  });

  test("after a redrive of the attempt that waits then", () => {
    const run = newRun(ask("approve"));
    run.confirm("approve");
    run.do({ type: "stop", error: "Enough", cause: "by hand" });
    for (const effect of run.pendingEffects("reportEnd")) run.do({ type: "effectOver", effect });
    run.do({ type: "redrive", by: "key:k", redrives: 1 });
    run.confirm(["approve", 2]);
    run.pass(EVERY);
    expect(told(run)).toEqual({ open: 1, paths: ["approve"] });
  });

  test("in a pause, in which its own time limit stands still", () => {
    const run = newRun(ask("approve"));
    run.confirm("approve");
    told(run);
    const before = callbackStand(run.state).told[0]?.dueAt ?? 0;
    run.do({ type: "pause", by: "key:k", until: run.now + DAY_MS });
    run.pass(EVERY);
    expect(told(run)).toMatchObject({ open: 1 });
    expect(callbackStand(run.state).told[0]?.dueAt).toBe(before + DAY_MS);
  });
});

describe("many callbacks", () => {
  const each = `{type: foreach, name: each, concurrency: 40, iterationMapping: {collection: $.items, item: item}, steps: [${ask("approve")}]}`;
  const items = Array.from({ length: 40 }, (_, n) => n);
  const paths = items.map((n) => `each[${n}]/approve`);

  test("are told at once, and then now and then, each time as they stand", () => {
    const run = new EngineRun(new MemoryExecutionStore(), flowOf(each), { items });
    let tellings = 0;
    for (const path of paths) {
      run.confirm(path);
      run.pass(1);
      if (told(run)) tellings++;
    }
    run.pass(EVERY);
    if (told(run)) tellings++;
    expect(tellings).toBe(40 / EVERY + 1);
    expect(stand(run).open).toBe(40);
    expect(stand(run).paths).toHaveLength(CALLBACKS_OF_EXECUTION_TOLD);
    expect(run.pendingEffects("reportCallbacks")).toEqual([]);
  });

  test("are the same after a restart, and what was not told yet is told then", () => {
    const run = new EngineRun(new MemoryExecutionStore(), flowOf(each), { items });
    run.confirm(...paths);
    run.restart();
    expect(told(run)).toMatchObject({ open: 40 });
    run.succeed("each[7]/approve");
    run.restart();
    run.pass(EVERY);
    expect(told(run)).toMatchObject({ open: 39 });
    run.restart();
    expect(told(run)).toBeUndefined();
  });
});
