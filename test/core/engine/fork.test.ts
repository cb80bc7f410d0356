import { describe, expect, test } from "vitest";
import type { Start } from "../../../src/core/engine/command.ts";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";
import { readForkPoint } from "../../../src/queries/fork-point.ts";

const OUT = "outputMappings: [{target: seen, source: $local.seen}]";
const FLOW = flowOf(
  taskStep("first", OUT),
  taskStep("second", OUT),
  `{type: choice, name: again, choices: [{condition: '$.seen == "twice"', goto: second}], default: {goto: last}}`,
  "{type: pass, name: last, outputMappings: [{target: result, source: $input.seen}]}",
);
const INPUT = { from: "the start" };

function start(more: Pick<Start, "begin" | "forkedFrom"> = {}): EngineRun {
  return new EngineRun(new MemoryExecutionStore(), FLOW, INPUT, false, more);
}

function point({ execution }: EngineRun, step?: string, event?: number, without: ("input" | "local")[] = []) {
  return readForkPoint(execution, { without, ...(step && { step }), ...(event && { event }) });
}

describe("an execution that begins with a step", () => {
  const begin = { step: "second", local: { seen: "once" } };

  test("leaves out the steps before it, and finds what they left, after a restart, too", () => {
    const run = start({ begin, forkedFrom: { name: "original", step: "second", event: 9 } });
    run.restart();
    expect(run.messages()).toMatchObject([{ path: "second" }]);
    const [started, entered] = run.history();
    expect(started).toMatchObject({ detail: { input: INPUT, forkedFrom: { name: "original", event: 9 } } });
    expect(entered).toMatchObject({
      type: "StepEntered",
      stepPath: "second",
      detail: { local: begin.local },
    });
    run.restart();
    run.succeed("second", { seen: "thrice" });
    expect(run.status).toBe("Succeeded");
    expect(run.output).toEqual({ seen: "thrice", result: "thrice" });
  });

  test("can go back to the steps before it", () => {
    const run = start({ begin: { step: "again", local: { seen: "twice" } } });
    expect(run.messages()).toMatchObject([{ path: "second#2" }]);
  });
});

describe("where an execution can be forked", () => {
  test("is any step of its own list that it entered, with what that step found", () => {
    const run = start();
    expect(point(run, "first")).toMatchObject({ ok: true, point: { input: INPUT, local: {}, event: 2 } });
    run.succeed("first", { seen: "once" });
    expect(point(run, "second")).toMatchObject({ ok: true, point: { local: { seen: "once" } } });
    run.fail("second", "Broken");
    expect(run.status).toBe("Failed");
    expect(point(run, "second")).toMatchObject({ ok: true, point: { local: { seen: "once" } } });
    expect(point(run, "first")).toMatchObject({ ok: true, point: { local: {}, event: 2 } });
    expect(point(run)).toEqual({ ok: true, point: { input: INPUT } });
    expect(point(run, "second", undefined, ["input", "local"])).toEqual({
      ok: true,
      point: { event: expect.any(Number) },
    });
  });

  test("is the last visit of a step, or the one that is named", () => {
    const run = start();
    run.succeed("first", { seen: "once" });
    run.succeed("second", { seen: "twice" });
    const visits = run
      .history()
      .filter(({ type, stepName }) => type === "StepEntered" && stepName === "second");
    expect(visits.map(({ stepPath }) => stepPath)).toEqual(["second", "second#2"]);
    expect(point(run, "second")).toMatchObject({ point: { local: { seen: "twice" } } });
    expect(point(run, "second", visits[0]?.eventId)).toMatchObject({ point: { local: { seen: "once" } } });
  });

  test.each([
    ["no step at all", "nobody", undefined],
    ["a step that was not entered", "last", undefined],
    ["an event of another step", "first", 9],
    ["an event that is no beginning", "first", 3],
    ["an event that has not been", "first", 999],
  ])("is not %s", (_, step, event) => {
    const run = start();
    run.succeed("first", { seen: "once" });
    expect(point(run, step, event)).toMatchObject({ ok: false, code: "StepNotExists" });
  });
});
