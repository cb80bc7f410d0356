import { describe, expect, test } from "vitest";
import { BUSY, type FlowCommand, type FlowEffect, type PauseFlow } from "../../../src/core/flow/command.ts";
import { FlowMachine } from "../../../src/core/flow/flow-machine.ts";
import { STARTS_PER_SECOND_MAX } from "../../../src/core/limits.ts";
import { HELD_MS, HELD_STARTS_MAX } from "../../../src/core/pause-limits.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

const HOLD: PauseFlow = { type: "pauseFlow", by: "key:ops", starts: "hold", reason: "the disk is full" };
const RESUME = { type: "resumeFlow", dryRun: false } as const;

/** A flow on its cells, with the clock in the test's hands. */
class FlowRun {
  now = 1_000_000;
  private readonly cells = new MemoryCells();
  machine = new FlowMachine(this.cells, "flow");

  constructor() {
    this.do({ type: "putFlow", name: "flow", definition: "one" });
    this.handed();
  }

  do(command: FlowCommand) {
    const outcome = this.machine.handle(command, this.now);
    this.machine.save();
    return outcome;
  }

  start(name: string, more: object = {}) {
    const command = {
      type: "startExecution",
      name,
      input: { of: name },
      startedBy: "schedule:s",
      startId: name,
    } as const;
    return this.do({ ...command, ...more });
  }

  /** What was handed to executions since this was last asked. */
  handed(): Extract<FlowEffect, { kind: "takeExecution" }>[] {
    const effects = this.machine.effects.takeNew();
    for (const effect of effects) if (effect.kind !== "tellBoard") this.do({ type: "effectOver", effect });
    return effects.filter((effect) => effect.kind === "takeExecution");
  }

  names(): string[] {
    return this.handed().map(({ name }) => name);
  }

  pass(seconds: number): void {
    const until = this.now + seconds * 1000;
    for (;;) {
      const at = this.machine.nextTimerAt();
      if (at === undefined || at > until) break;
      this.now = Math.max(this.now, at);
      this.do(this.machine.wakeCommand());
    }
    this.now = until;
  }

  restart(): void {
    this.machine = new FlowMachine(this.cells, "flow");
    this.machine.effects.takeNew();
  }

  /** As if so many waited. */
  countHeld(count: number): void {
    this.cells.write("line", JSON.stringify({ count, since: this.now }));
    this.restart();
  }

  entry(name: string) {
    return this.machine.execution(this.machine.flow?.generation ?? 1, name);
  }
}

describe("a paused flow that holds its starts", () => {
  test("hands nothing on until it is resumed, and then all of it, the first first", () => {
    const run = new FlowRun();
    expect(run.do(HOLD)).toMatchObject({ ok: true, held: 0 });
    for (const name of ["c", "a", "b"]) expect(run.start(name)).toMatchObject({ created: true });
    run.pass(60);
    run.restart();
    expect([run.names(), run.machine.held]).toEqual([[], 3]);
    expect(run.entry("c")).toMatchObject({ status: "Starting", held: "flowPaused" });
    expect(run.do({ ...RESUME, dryRun: true })).toMatchObject({
      held: 3,
      flow: { paused: { by: "key:ops" } },
    });
    expect(run.do(RESUME)).toMatchObject({ held: 3 });
    run.pass(1);
    const handed = run.handed();
    expect(handed.map(({ name, input }) => [name, input])).toEqual([
      ["c", { of: "c" }],
      ["a", { of: "a" }],
      ["b", { of: "b" }],
    ]);
    expect(run.entry("c")).not.toHaveProperty("held");
    expect([run.machine.held, run.machine.flow?.paused]).toEqual([0, undefined]);
  });

  test("finds a repeat of a start that waits", () => {
    const run = new FlowRun();
    run.do(HOLD);
    run.start("a");
    expect(run.start("a")).toMatchObject({
      created: true,
      repeated: true,
      execution: { held: "flowPaused" },
    });
    expect(run.start("a", { startId: "other" })).toMatchObject({ created: false, repeated: true });
    expect(run.machine.held).toBe(1);
  });

  test("lets go as many a second as a flow starts, and what comes meanwhile waits behind them", () => {
    const run = new FlowRun();
    run.do(HOLD);
    for (let nth = 0; nth < 2 * STARTS_PER_SECOND_MAX + 1; nth++) run.start(`run${nth}`);
    run.do(RESUME);
    run.pass(0);
    expect(run.names()).toHaveLength(STARTS_PER_SECOND_MAX);
    expect(run.start("late")).toMatchObject({ execution: { status: "Starting", held: "line" } });
    run.restart();
    run.pass(0);
    expect(run.names()).toHaveLength(STARTS_PER_SECOND_MAX);
    run.pass(1);
    expect(run.names()).toEqual([`run${2 * STARTS_PER_SECOND_MAX}`, "late"]);
    run.start("direct");
    expect(run.names()).toEqual(["direct"]);
  });

  test("is full at some time, which is no last word", () => {
    const run = new FlowRun();
    run.do(HOLD);
    run.start("first");
    run.countHeld(HELD_STARTS_MAX);
    expect(run.start("more")).toMatchObject({ code: "FlowFull" });
    expect(BUSY.has("FlowFull")).toBe(true);
    run.do(RESUME);
    run.pass(1);
    expect(run.names()).toEqual(["first"]);
    expect(run.start("more")).toMatchObject({ created: true });
  });

  test("ends what waited for thirty days, and nothing younger", () => {
    const run = new FlowRun();
    run.do(HOLD);
    run.start("old");
    run.pass(24 * 3600);
    run.start("young");
    run.pass(HELD_MS / 1000 - 24 * 3600 - 1);
    expect(run.names()).toEqual([]);
    run.pass(2);
    const over = { type: "executionFailed", error: "FnF.WaitedTooLong" };
    expect(run.handed()).toMatchObject([{ name: "old", over }]);
    expect(run.entry("young")).toMatchObject({ held: "flowPaused" });
  });

  test("ends one that is stopped while it waits, for its parent alone if that is said", () => {
    const run = new FlowRun();
    const parent = { execution: "f~1~e", path: "sub", attempt: 1 };
    const stop = { type: "stopHeld", error: "E", cause: "c" } as const;
    run.do(HOLD);
    for (const name of ["a", "b", "c"]) run.start(name, name === "b" ? { parent } : {});
    run.do({ ...stop, name: "a" });
    run.do({ ...stop, name: "b", parent: { ...parent, attempt: 2 } });
    run.do({ ...stop, name: "nobody" });
    expect(run.handed()).toMatchObject([{ name: "a", over: { type: "executionStopped", error: "E" } }]);
    run.do({ ...stop, name: "b", parent });
    expect(run.names()).toEqual(["b"]);
    run.do(RESUME);
    run.pass(1);
    expect(run.handed()).toMatchObject([{ name: "c" }]);
  });

  test("that is deleted ends what waits, and is not paused when it is made again", () => {
    const run = new FlowRun();
    run.do(HOLD);
    run.start("a");
    run.do({ type: "deleteFlow" });
    run.do({ type: "putFlow", name: "flow", definition: "two" });
    run.pass(0);
    expect(run.handed()).toMatchObject([{ name: "a", generation: 1, over: { error: "FnF.FlowDeleted" } }]);
    expect(run.machine.flow).not.toHaveProperty("paused");
    run.start("a");
    expect(run.handed()).toMatchObject([{ name: "a", generation: 2 }]);
  });

  test("keeps its pause when its definition changes; the same pause again changes nothing", () => {
    const run = new FlowRun();
    run.do(HOLD);
    const { revision } = run.machine.flow ?? {};
    run.now += 1000;
    run.do(HOLD);
    run.do({ ...HOLD, by: "key:other" });
    expect(run.machine.flow).toMatchObject({ revision, paused: { by: "key:ops" } });
    run.do({ type: "putFlow", name: "flow", definition: "two" });
    expect(run.machine.summary()).toMatchObject({ version: 2, paused: { by: "key:ops", starts: "hold" } });
  });
});

describe("a paused flow that refuses its starts", () => {
  test("says who paused it and why; what waits from before waits on", () => {
    const run = new FlowRun();
    run.do(HOLD);
    run.start("a");
    run.do({ ...HOLD, starts: "refuse" });
    expect(run.start("b")).toMatchObject({
      code: "FlowPaused",
      detail: 'flow "flow" is paused by key:ops: the disk is full',
    });
    expect(run.start("a")).toMatchObject({ created: true, repeated: true });
    run.pass(3600);
    expect(run.names()).toEqual([]);
    run.do(RESUME);
    run.pass(0);
    expect(run.names()).toEqual(["a"]);
  });
});
