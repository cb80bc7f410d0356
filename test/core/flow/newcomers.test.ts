import { beforeEach, describe, expect, test } from "vitest";
import { Records, TEXT } from "../../../src/core/durable/records.ts";
import type { FlowCommand, FlowEffect } from "../../../src/core/flow/command.ts";
import { FlowMachine } from "../../../src/core/flow/flow-machine.ts";
import {
  NEWCOMERS_MAX,
  NEWCOMER_MS,
  SETTLED_EVERY_STARTS,
  TAKE_IN_ENTRY_BYTES,
} from "../../../src/core/newcomer-limits.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

let cells: MemoryCells;
let machine: FlowMachine;
let now: number;

beforeEach(() => {
  cells = new MemoryCells();
  machine = new FlowMachine(cells);
  now = Date.UTC(2026, 10, 27);
  act({ type: "putFlow", name: "flow", definition: "one" });
  for (const effect of machine.effects.takeNew()) act({ type: "effectOver", effect });
});

function act(command: FlowCommand): void {
  machine.handle(command, now);
  machine.save();
}

function start(name: string, more: object = {}): void {
  act({ type: "startExecution", name, input: { of: name }, startedBy: "schedule:s", startId: name, ...more });
}

function end(name: string): void {
  act({ type: "executionEnded", generation: 1, name, status: "Succeeded", endedAt: now });
}

/** Effects that are asked for and not done, of one kind. */
function asked<K extends FlowEffect["kind"]>(kind: K): Extract<FlowEffect, { kind: K }>[] {
  const isOne = (effect: FlowEffect): effect is Extract<FlowEffect, { kind: K }> => effect.kind === kind;
  return machine.effects
    .takeNew()
    .filter((effect) => machine.effects.isPending(effect))
    .filter(isOne);
}

function hand(): void {
  for (const effect of asked("takeExecution")) act({ type: "effectOver", effect });
}

function restart(): void {
  machine.discardMemory();
}

/** Keys of rows that begin so. */
function rows(prefix: string): string[] {
  return [...new Records(cells).table(prefix, TEXT).keys()];
}

describe("an execution that was started a moment ago", () => {
  test("is handed its start again by a flow that was lost, until it has ended", () => {
    start("run", {
      parent: { execution: "other~1~x", path: "call", attempt: 1 },
      inputText: '{"of" : "run"}',
    });
    const [first] = asked("takeExecution");
    expect(first).toMatchObject({
      name: "run",
      newcomer: 1,
      input: { of: "run" },
      inputText: '{"of" : "run"}',
    });
    restart();
    expect(asked("takeExecution")).toEqual([first]);
    expect(machine.execution(1, "run")).toMatchObject({ status: "Starting" });
    restart();
    hand();
    expect(machine.execution(1, "run")).toMatchObject({ status: "Running" });
    restart();
    expect(asked("takeExecution")).toEqual([first]);
    end("run");
    restart();
    expect(asked("takeExecution")).toEqual([]);
  });

  test("costs its rows of the index and no more, which keep its input until it has ended", () => {
    start("first");
    const before = rows("").length;
    start("second");
    hand();
    expect(rows("").length - before).toBe(2);
    end("second");
    expect(new Records(cells).table("execution:1:", TEXT).get("0000000000000002")).not.toContain("input");
  });

  test("is let go once it is old enough, and then is no affair of the flow's", () => {
    for (const name of ["ends", "stays"]) start(name);
    hand();
    end("ends");
    now += NEWCOMER_MS - 1;
    expect(machine.nextTimerAt()).toBe(now + 1);
    now++;
    act({ type: "growUp" });
    const [stays, ...others] = asked("letGo");
    expect([stays?.name, others]).toEqual(["stays", []]);
    if (stays) act({ type: "effectOver", effect: stays });
    restart();
    expect([...asked("takeExecution"), ...asked("letGo")]).toEqual([]);
    expect(machine.execution(1, "stays")).toMatchObject({ status: "Running" });
  });

  test("has an effect of its own if its input is large, and nobody minds it", () => {
    start("large", { input: { text: "x".repeat(TAKE_IN_ENTRY_BYTES) } });
    restart();
    const [take] = asked("takeExecution");
    expect(take).toMatchObject({ name: "large" });
    expect(take?.newcomer).toBeUndefined();
    if (take) act({ type: "effectOver", effect: take });
    restart();
    expect(asked("takeExecution")).toEqual([]);
    expect(machine.nextTimerAt()).toBeUndefined();
  });

  test("is one of so many: what comes besides has an effect of its own", () => {
    for (let nth = 0; nth <= NEWCOMERS_MAX; nth++) start(`run-${nth}`);
    expect(rows("effect:take:")).toEqual([`1:${NEWCOMERS_MAX + 1}`]);
    restart();
    expect(asked("takeExecution")).toHaveLength(NEWCOMERS_MAX + 1);
  });

  test("is still handed its start when its flow is deleted, and none is when the flow is made again", () => {
    start("run");
    act({ type: "deleteFlow" });
    restart();
    expect(asked("takeExecution")).toMatchObject([{ name: "run", generation: 1 }]);
    act({ type: "putFlow", name: "flow", definition: "one" });
    restart();
    hand();
    start("run");
    restart();
    expect(asked("takeExecution")).toMatchObject([{ name: "run", generation: 2 }]);
  });
});

test("a restart looks at few entries in vain, however many were started", () => {
  for (let nth = 0; nth < 5 * SETTLED_EVERY_STARTS; nth++) {
    start(`run-${nth}`);
    hand();
    end(`run-${nth}`);
  }
  const [settled = ""] = [...new Records(cells).table("settled", TEXT).entries()].map(([, text]) => text);
  const { number } = JSON.parse(settled) as { number: number };
  expect(number).toBeGreaterThanOrEqual(4 * SETTLED_EVERY_STARTS);
});
