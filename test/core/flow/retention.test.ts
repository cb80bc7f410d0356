import { beforeEach, describe, expect, test } from "vitest";
import { FlowMachine } from "../../../src/core/flow/flow-machine.ts";
import type { FlowCommand, FlowEffect, RemoveExecutions } from "../../../src/core/flow/command.ts";
import {
  EXECUTIONS_REMOVED_AT_ONCE,
  REMOVAL_PAUSE_MS,
  REMOVAL_SCANNED_AT_ONCE,
  UNTOLD_END_MS,
} from "../../../src/core/limits.ts";
import { DAY_MS } from "../../../src/core/time.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

const START = 1_000_000;

let machine: FlowMachine;
let cells: MemoryCells;
/** Names whose objects were deleted, in order. */
let removed: string[];
/** Names of those whose objects have something to do yet; how many were asked to go. */
let busy: Set<string>;
let asked: number;

beforeEach(() => {
  busy = new Set();
  asked = 0;
  cells = new MemoryCells();
  machine = new FlowMachine(cells);
  removed = [];
  act({ type: "putFlow", name: "flow", definition: "one" }, 0);
});

function act(command: FlowCommand, now: number) {
  const outcome = machine.handle(command, now);
  machine.save();
  return outcome;
}

function start(name: string, now: number) {
  return act({ type: "startExecution", name, input: {}, startedBy: "schedule:s", startId: name }, now);
}

function end(name: string, endedAt: number, generation = 1) {
  return act({ type: "executionEnded", generation, name, status: "Succeeded", endedAt }, endedAt);
}

/** Performs what the flow asks for, as its object would. */
function perform(now: number): void {
  const effects: readonly FlowEffect[] = machine.effects.takeNew();
  for (const effect of effects) {
    if (effect.kind === "removeExecutions") remove(effect, now);
    else act({ type: "effectOver", effect }, now);
  }
}

function remove(effect: RemoveExecutions, now: number): void {
  asked += effect.executions.length;
  const executions = effect.executions.filter(({ name }) => !busy.has(name));
  removed.push(...executions.map(({ name }) => name));
  act({ type: "executionsRemoved", effect, executions }, now);
}

/** Lets the time pass until then; gives the number of turns that it took. */
function passUntil(until: number): number {
  perform(START);
  let turns = 0;
  for (let at = machine.nextTimerAt(); at !== undefined && at <= until; at = machine.nextTimerAt()) {
    const now = Math.max(at, START);
    act(machine.wakeCommand(), now);
    perform(now);
    turns++;
    expect(turns).toBeLessThan(100_000);
  }
  return turns;
}

function kept(generation = 1): string[] {
  return [...machine.executions(generation)].map(({ name }) => name);
}

describe("executions are kept", () => {
  test("for 30 days after their end, and no longer; those that run stay", () => {
    for (const name of ["one", "long", "two"]) start(name, START);
    end("one", START + DAY_MS);
    end("two", START + 2 * DAY_MS);
    passUntil(START + 31 * DAY_MS - 1);
    expect(removed).toEqual([]);
    passUntil(START + 31 * DAY_MS + REMOVAL_PAUSE_MS);
    expect([removed, kept()]).toEqual([["one"], ["two", "long"]]);
    passUntil(START + 90 * DAY_MS);
    expect([removed, kept()]).toEqual([["one", "two"], ["long"]]);
    end("long", START + 100 * DAY_MS);
    passUntil(START + 130 * DAY_MS + 2 * REMOVAL_PAUSE_MS);
    expect(kept()).toEqual([]);
    expect(machine.nextTimerAt()).toBeUndefined();
  });

  test("for as many days as their flow says; a change of that holds at once", () => {
    start("run", START);
    end("run", START);
    act({ type: "putFlow", name: "flow", definition: "one", retentionDays: 2 }, START + DAY_MS);
    expect(machine.flow).toMatchObject({ version: 1, retentionDays: 2 });
    passUntil(START + 2 * DAY_MS + REMOVAL_PAUSE_MS);
    expect(removed).toEqual(["run"]);
    act({ type: "putFlow", name: "flow", definition: "two" }, START + 3 * DAY_MS);
    expect(machine.flow).toMatchObject({ version: 2, retentionDays: 2 });
  });

  test("for as many days as their flow says, though a look for old ones is under way", () => {
    const many = REMOVAL_SCANNED_AT_ONCE + 1;
    for (let nth = 0; nth < many; nth++) start(`run${nth}`, START);
    for (let nth = 1; nth < many; nth++) end(`run${nth - 1}`, START + 29 * DAY_MS);
    const now = START + 30 * DAY_MS;
    end(`run${many - 1}`, now - 1);
    perform(START);
    act({ type: "putFlow", name: "flow", definition: "one", retentionDays: 29 }, now);
    act(machine.wakeCommand(), now);
    act({ type: "putFlow", name: "flow", definition: "one", retentionDays: 1 }, now);
    passUntil(now + 2 * REMOVAL_PAUSE_MS);
    expect(kept()).toEqual([`run${many - 1}`]);
  });

  test("under their names until their objects are deleted: only then a name is free again", () => {
    start("run", START);
    end("run", START);
    perform(START);
    const due = START + 30 * DAY_MS;
    act(machine.wakeCommand(), due);
    expect(start("run", due)).toMatchObject({ repeated: true });
    perform(due);
    expect(start("run", due)).toMatchObject({ created: true, execution: { status: "Starting" } });
  });

  test("over a restart in the midst of a removal", () => {
    for (const name of ["one", "two"]) start(name, START);
    for (const name of ["one", "two"]) end(name, START);
    perform(START);
    act(machine.wakeCommand(), START + 30 * DAY_MS);
    machine.effects.takeNew();
    machine.discardMemory();
    passUntil(START + 31 * DAY_MS);
    expect([removed, kept()]).toEqual([["one", "two"], []]);
  });

  test("10,000 that ended go in bounded slices, and what is younger stays", () => {
    const many = 10_000;
    for (let nth = 0; nth < many; nth++) start(`old${nth}`, START + nth);
    for (let nth = 0; nth < many; nth++) end(`old${nth}`, START + nth);
    start("young", START + 20 * DAY_MS);
    end("young", START + 20 * DAY_MS);
    const turns = passUntil(START + 31 * DAY_MS);
    expect(removed).toHaveLength(many);
    expect(new Set(removed).size).toBe(many);
    expect(turns).toBeGreaterThanOrEqual(many / EXECUTIONS_REMOVED_AT_ONCE);
    expect(kept()).toEqual(["young"]);
  });

  test("one that is busy holds up no other, and goes when it has nothing to do any more", () => {
    const many = 3 * EXECUTIONS_REMOVED_AT_ONCE;
    for (let nth = 0; nth < many; nth++) start(`old${nth}`, START + nth);
    for (let nth = 0; nth < many; nth++) end(`old${nth}`, START + nth);
    busy = new Set(["old0", "old150"]);
    passUntil(START + 31 * DAY_MS);
    expect(removed).toHaveLength(many - 2);
    expect(kept()).toEqual(["old150", "old0"]);
    const before = asked;
    passUntil(START + 32 * DAY_MS);
    expect(asked - before).toBeLessThanOrEqual((2 * DAY_MS) / REMOVAL_PAUSE_MS + 2);
    busy.clear();
    passUntil(START + 32 * DAY_MS + 2 * REMOVAL_PAUSE_MS);
    expect(kept()).toEqual([]);
  });

  test("what never told its end goes with its deleted flow, too", () => {
    start("lost", START);
    act({ type: "deleteFlow" }, START);
    passUntil(START + UNTOLD_END_MS - 1);
    expect(kept()).toEqual(["lost"]);
    passUntil(START + UNTOLD_END_MS + REMOVAL_PAUSE_MS);
    expect([removed, kept()]).toEqual([["lost"], []]);
  });

  test("those that run for long do not hide the old ones behind them, and cost a bounded slice a turn", () => {
    const many = REMOVAL_SCANNED_AT_ONCE + 500;
    for (let nth = 0; nth < many; nth++) start(`long${nth}`, START);
    start("old", START + 1);
    end("old", START + 2);
    passUntil(START + 31 * DAY_MS);
    expect(removed).toEqual(["old"]);
    expect(kept()).toHaveLength(many);
  });

  test("no longer than they run, when their flow is deleted; then its versions go, too", () => {
    start("run", START);
    act({ type: "deleteFlow" }, START);
    act({ type: "putFlow", name: "flow", definition: "new" }, START);
    start("run", START);
    end("run", START + 10, 1);
    passUntil(START + 5 * REMOVAL_PAUSE_MS);
    expect(removed).toEqual(["run"]);
    expect([kept(1), kept(2)]).toEqual([[], ["run"]]);
    expect(machine.versions.find(1, 1)).toBeUndefined();
    expect(machine.versions.find(2, 1)).toBeDefined();
  });
});
