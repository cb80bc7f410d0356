import { beforeEach, describe, expect, test } from "vitest";
import type { FlowCommand } from "../../../src/core/flow/command.ts";
import { FlowMachine } from "../../../src/core/flow/flow-machine.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

let machine: FlowMachine;
let now: number;

beforeEach(() => {
  machine = new FlowMachine(new MemoryCells());
  now = 1000;
  act({ type: "putFlow", name: "flow", definition: "one" });
  act({ type: "startExecution", name: "run", input: {}, startedBy: "key:k", startId: "flow/s:scheduled:5" });
  for (const effect of machine.effects.takeNew())
    if (effect.kind === "takeExecution") act({ type: "effectOver", effect });
});

function act(command: FlowCommand) {
  const outcome = machine.handle(command, now++);
  machine.save();
  return outcome;
}

function end(status: "Failed" | "Succeeded", redrives?: number) {
  const told = { type: "executionEnded", generation: 1, name: "run", status, endedAt: now } as const;
  return act({ ...told, ...(status === "Failed" && { error: "Bad" }), ...(redrives && { redrives }) });
}

function redrive(redriveId: string, more: object = {}) {
  return act({ type: "redriveExecution", name: "run", by: "key:k", redriveId, ...more });
}

function pending() {
  return machine.effects.takeNew().filter(({ kind }) => kind === "redriveExecution");
}

describe("the index of executions that go on after an end", () => {
  test("shows them as running, and has their objects told for as long as it takes", () => {
    expect(redrive("a")).toMatchObject({ ok: false, code: "ExecutionRunning" });
    end("Failed");
    expect(redrive("a", { reason: "again" })).toMatchObject({
      ok: true,
      execution: { name: "run", status: "Running", redrives: 1, redrivenAt: now - 1 },
    });
    const entry = machine.execution(1, "run");
    for (const key of ["endedAt", "error", "cause", "redriveId"]) expect(entry).not.toHaveProperty(key);
    expect(pending()).toMatchObject([{ id: "redrive:1:1:1", name: "run", redrives: 1, reason: "again" }]);
    machine.discardMemory();
    expect(pending()).toHaveLength(1);
    expect(redrive("a")).toMatchObject({ ok: true, repeated: true, execution: { redrives: 1 } });
    expect(redrive("b")).toMatchObject({ ok: false, code: "ExecutionRunning" });
  });

  test("takes no older end for a newer one", () => {
    end("Failed");
    redrive("a");
    end("Failed");
    expect(machine.execution(1, "run")).toMatchObject({ status: "Running" });
    end("Succeeded", 1);
    expect(machine.execution(1, "run")).toMatchObject({ status: "Succeeded", redrives: 1 });
    end("Failed");
    expect(machine.execution(1, "run")).toMatchObject({ status: "Succeeded" });
    redrive("b");
    end("Failed", 1);
    expect(machine.execution(1, "run")).toMatchObject({ status: "Running", redrives: 2 });
  });

  test("lets nothing go on while the flow is paused", () => {
    end("Failed");
    act({ type: "pauseFlow", by: "key:k", starts: "hold" });
    expect(redrive("a")).toMatchObject({ ok: false, code: "FlowPaused" });
    act({ type: "resumeFlow", dryRun: false });
    expect(redrive("a")).toMatchObject({ ok: true });
  });

  test("goes by an end that it was not told yet, and asks without changing anything", () => {
    const ended = { status: "Failed", endedAt: now, error: "Bad" } as const;
    expect(redrive("a", { ended, dryRun: true })).toMatchObject({ ok: true, startId: "flow/s:scheduled:5" });
    expect(machine.execution(1, "run")).toMatchObject({ status: "Running" });
    expect(redrive("a", { ended })).toMatchObject({ ok: true, execution: { redrives: 1 } });
    end("Failed");
    expect(machine.execution(1, "run")).toMatchObject({ redrives: 1, redrivenAt: expect.any(Number) });
    expect(machine.execution(1, "run")).not.toHaveProperty("endedAt");
  });

  test("is counted once, however often it ends", () => {
    const ended = () => machine.telling()?.telling;
    end("Failed");
    const before = ended();
    redrive("a");
    end("Failed", 1);
    expect(ended()?.digest?.running).toBe(before?.digest?.running);
    expect(machine.summary()).toBeDefined();
  });
});
