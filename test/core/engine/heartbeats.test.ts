import { describe, expect, test } from "vitest";
import type { LocatedTask } from "../../../src/core/engine/command.ts";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

/** A flow of one task, whose queue answers with this place whenever it is asked. */
function newRun(more: string, params = "", input = {}) {
  const step = taskStep("job", more).replace("MessageBody: $", `MessageBody: $${params}`);
  const run = new EngineRun(new MemoryExecutionStore(), flowOf(step), input);
  const questions: number[] = [];
  const pass = (seconds: number, place: () => LocatedTask["place"], attempt = 1) => {
    for (let second = 0; second < seconds; second++) {
      run.pass(1);
      if (run.pendingEffects("locate").length === 0) continue;
      questions.push(run.now);
      run.do({ type: "tasksLocated", tasks: [{ path: "job", attempt, place: place() }] });
    }
  };
  return { run, questions, pass };
}

const LYING = () => ({ is: "lying" }) as const;
const GONE = () => ({ is: "gone" }) as const;

describe("the window of a heartbeat", () => {
  test("does not begin while the message lies in its queue, which is seldom asked for it", () => {
    const { run, questions, pass } = newRun("heartbeatSeconds: 10");
    run.confirm("job");
    pass(3600, LYING);
    expect(run.status).toBe("Running");
    expect(questions.length).toBeLessThanOrEqual(20);
    expect(run.succeed("job")).toMatchObject({ ok: true });
  });

  test.each([
    ["as it is", () => {}],
    ["after a restart in the middle", (run: EngineRun) => run.restart()],
  ])("begins when a worker takes it: a silent one fails so much later, %s", (_, disturb) => {
    const { run, pass } = newRun("heartbeatSeconds: 10");
    run.confirm("job");
    pass(25, LYING);
    const takenAt = run.now;
    const held = () => ({ is: "held", since: takenAt }) as const;
    disturb(run);
    pass(9, held);
    expect(run.status).toBe("Running");
    pass(3600, held);
    expect(run.head).toMatchObject({ status: "Failed", error: "FnF.TaskHeartbeatTimeout" });
  });

  test("goes on with signs of life, and asks before it calls a task silent", () => {
    const { run, questions, pass } = newRun("heartbeatSeconds: 10");
    run.confirm("job");
    for (let n = 0; n < 10; n++) {
      pass(9, GONE);
      run.do({ type: "heartbeat", path: "job", attempt: 1 });
    }
    expect(questions).toEqual([]);
    const lastSign = run.now;
    // Given back after its last sign, it lies there again: that is no silence.
    pass(60, LYING);
    expect(run.status).toBe("Running");
    pass(600, () => ({ is: "held", since: lastSign }) as const);
    expect(run.head).toMatchObject({ error: "FnF.TaskHeartbeatTimeout" });
  });

  test("does not begin while the message is on its way; one that is gone is silent", () => {
    const { run, pass } = newRun("heartbeatSeconds: 10");
    pass(100, GONE);
    expect(run.status).toBe("Running");
    run.confirm("job");
    pass(300, GONE);
    expect(run.head).toMatchObject({ error: "FnF.TaskHeartbeatTimeout" });
  });

  test("is not over as long as the queue has not answered: a sign that comes meanwhile counts", () => {
    const { run, questions, pass } = newRun("heartbeatSeconds: 10");
    run.confirm("job");
    run.pass(60);
    expect(run.status).toBe("Running");
    run.do({ type: "heartbeat", path: "job", attempt: 1 });
    run.do({ type: "tasksLocated", tasks: [{ path: "job", attempt: 1, place: { is: "gone" } }] });
    expect(run.status).toBe("Running");
    pass(10, GONE);
    expect(questions).toHaveLength(1);
    expect(run.head).toMatchObject({ error: "FnF.TaskHeartbeatTimeout" });
  });
});

describe("TakenWithinSeconds", () => {
  const RETRY = "retry: [{errors: [Worker.NotTaken], intervalSeconds: 1, maxAttempts: 1}]";

  test("fails an attempt that no worker has taken by then, and a retry may go elsewhere", () => {
    const { run, pass } = newRun(RETRY, ", TakenWithinSeconds: 30");
    run.confirm("job");
    pass(29, LYING);
    expect(run.status).toBe("Running");
    pass(2, LYING);
    run.confirm(["job", 2]);
    pass(40, LYING, 2);
    expect(run.head).toMatchObject({ error: "Worker.NotTaken", cause: "no worker took the task in time" });
    expect(run.history().filter(({ type }) => type === "TaskFailed")).toHaveLength(2);
  });

  test.each([
    [{}, /^worker "north" did not take the task in time: it was not seen lately$/],
    [{ lastSeenAt: 0 }, /^worker "north" did not .* last seen at 1970-01-01T00:00:00.000Z$/],
  ])("names the worker that alone could take it %j", (seen, cause) => {
    const { run, pass } = newRun("", ", Worker: north, TakenWithinSeconds: 30");
    run.confirm("job");
    pass(31, () => ({ is: "lying", worker: "north", ...seen }));
    expect(run.head).toMatchObject({ error: "Worker.NotTaken", cause: expect.stringMatching(cause) });
  });

  test("has no say once a worker has it, and takes its message back otherwise", () => {
    const taken = newRun("", ", TakenWithinSeconds: 30");
    taken.run.confirm("job");
    taken.pass(3600, () => ({ is: "held", since: 0 }));
    expect(taken.run.status).toBe("Running");
    expect(taken.questions).toHaveLength(1);
    const late = newRun("", ", TakenWithinSeconds: 30");
    late.run.confirm("job");
    late.run.pass(30);
    late.run.do({ type: "tasksLocated", tasks: [{ path: "job", attempt: 1, place: { is: "lying" } }] });
    expect(late.run.pendingEffects("withdraw")).toHaveLength(1);
  });

  test("that is no number of seconds fails the task", () => {
    const { run } = newRun("", ", TakenWithinSeconds: $.within", { within: "soon" });
    expect(run.messages()).toMatchObject([{ error: "MNS.InvalidArgument" }]);
  });
});
