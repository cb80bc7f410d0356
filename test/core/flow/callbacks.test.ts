import { beforeEach, describe, expect, test } from "vitest";
import { CALLBACKS_OF_FLOW_TOLD } from "../../../src/core/callback-limits.ts";
import type { OpenCallback } from "../../../src/core/callback.ts";
import type { FlowCommand } from "../../../src/core/flow/command.ts";
import { FlowMachine } from "../../../src/core/flow/flow-machine.ts";
import { DAY_MS } from "../../../src/core/time.ts";
import { BOARD_FLOW_NEWEST } from "../../../src/core/view-limits.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

const START = Date.UTC(2026, 10, 26, 4);

let cells: MemoryCells;
let machine: FlowMachine;
let now: number;

beforeEach(() => {
  cells = new MemoryCells();
  machine = new FlowMachine(cells);
  now = START;
  act({ type: "putFlow", name: "orders", definition: "one" });
});

function act(command: FlowCommand) {
  const outcome = machine.handle(command, now++);
  machine.save();
  return outcome;
}

function start(...names: string[]) {
  for (const name of names)
    act({ type: "startExecution", name, input: {}, startedBy: "key:k", startId: name });
}

function open(path: string): OpenCallback {
  return { path, attempt: 1, since: now, dueAt: now + DAY_MS, asked: { kind: "topic", name: "approvals" } };
}

/** As its execution tells it: paths of what is open, by the number of its facts. */
function tell(name: string, fact: number, ...paths: string[]) {
  act({ type: "callbacksTold", generation: 1, name, fact, open: paths.length, told: paths.map(open) });
}

function end(name: string, redrives?: number) {
  const more = redrives === undefined ? {} : { redrives };
  act({ type: "executionEnded", generation: 1, name, status: "Stopped", endedAt: now, ...more });
}

/** What the board is told. */
function told() {
  const { digest, callbacks = [], entries = [] } = machine.telling()?.telling ?? {};
  return {
    open: digest?.callbacks ?? 0,
    callbacks: callbacks.map(({ execution, path }) => `${execution} ${path}`),
    entries: entries.flatMap(({ name, callbacks: count }) =>
      count === undefined ? [] : [`${name} ${count}`],
    ),
  };
}

const NOTHING = { open: 0, callbacks: [], entries: [] };

describe("a flow tells the board of the callbacks of its executions", () => {
  test("and of fewer once they are answered, until none is left", () => {
    start("a", "b");
    tell("a", 7, "x", "y");
    tell("b", 7, "z");
    expect(told()).toEqual({ open: 3, callbacks: ["a x", "a y", "b z"], entries: ["b 1", "a 2"] });
    expect(machine.execution(1, "a")).toMatchObject({ callbacks: 2 });
    tell("a", 9, "y");
    tell("b", 9);
    expect(told()).toEqual({ open: 1, callbacks: ["a y"], entries: ["a 1"] });
    tell("a", 11);
    expect(told()).toEqual(NOTHING);
  });

  test("and nothing of what is told twice or too late", () => {
    start("a");
    tell("a", 9, "x");
    tell("a", 9, "x");
    tell("a", 7, "x", "y");
    expect(told()).toMatchObject({ open: 1, callbacks: ["a x"] });
    end("a");
    tell("a", 20, "x");
    expect(told()).toEqual(NOTHING);
    expect(machine.execution(1, "a")).not.toHaveProperty("callbacks");
  });

  test("of an execution that goes on after its end only what is told after that", () => {
    start("a");
    tell("a", 9, "x");
    end("a");
    act({ type: "redriveExecution", name: "a", redriveId: "again", by: "key:k" });
    expect(told()).toEqual(NOTHING);
    tell("a", 9, "x");
    expect(told()).toEqual(NOTHING);
    tell("a", 15, "x");
    expect(told()).toMatchObject({ open: 1, callbacks: ["a x"] });
  });

  test("however old its execution is, with its entry in the list", () => {
    start("old");
    tell("old", 7, "x");
    start(...Array.from({ length: BOARD_FLOW_NEWEST }, (_, n) => `new${n}`));
    expect(told()).toEqual({ open: 1, callbacks: ["old x"], entries: ["old 1"] });
  });

  test("and only of some of many", () => {
    const names = Array.from({ length: CALLBACKS_OF_FLOW_TOLD + 5 }, (_, n) => `run${n}`);
    start(...names);
    for (const name of names) tell(name, 7, "x");
    expect(told().open).toBe(names.length);
    expect(told().callbacks).toHaveLength(CALLBACKS_OF_FLOW_TOLD);
  });

  test("anew of a flow that was made again: what runs of the one before is nobody's", () => {
    start("a");
    tell("a", 7, "x");
    act({ type: "deleteFlow" });
    act({ type: "putFlow", name: "orders", definition: "other" });
    expect(told()).toEqual(NOTHING);
    end("a");
    expect(told()).toEqual(NOTHING);
    expect([...cells.texts.keys()].filter((key) => key.startsWith("callback:"))).toEqual([]);
  });

  test("the same after a restart, and when the row that counts them is lost", () => {
    start("a", "b");
    tell("a", 7, "x");
    tell("b", 7, "y", "z");
    const before = told();
    machine = new FlowMachine(cells);
    expect(told()).toEqual(before);
    cells.delete("recent");
    machine = new FlowMachine(cells);
    expect(told()).toEqual(before);
  });
});
