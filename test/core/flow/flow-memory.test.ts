import { describe, expect, test } from "vitest";
import type { FlowEffect } from "../../../src/core/flow/command.ts";
import { Outbox } from "../../../src/core/host/outbox.ts";
import { FlowMachine } from "../../../src/core/flow/flow-machine.ts";
import { EFFECT_BYTES, OBJECT_MEMORY_BYTES } from "../../../src/core/limits.ts";
import { DiskCells } from "../../support/disk-cells.ts";
import { HeapWatch } from "../../support/heap.ts";

const START = Date.UTC(2026, 10, 26, 4);
const STARTS = 8;
const INPUT_LENGTH = 12 * 1024 * 1024;

/** What a start gave is read back; JSON holds it in other texts than it came in. */
function inputOf(number: number, length = INPUT_LENGTH) {
  return { text: String(number).repeat(length) };
}

test("starts with large inputs that wait for their executions leave them on disk, over a restart, too", () => {
  const cells = new DiskCells();
  const machine = new FlowMachine(cells);
  const watch = new HeapWatch();
  machine.handle({ type: "putFlow", name: "flow", definition: "one" }, START);
  for (let number = 0; number < STARTS; number++) {
    const more = {
      name: `run-${number}`,
      startId: `run-${number}`,
      startedBy: "key:k",
      input: inputOf(number),
    };
    machine.handle({ type: "startExecution", ...more }, START);
    machine.save();
  }
  machine.discardMemory();
  const effects = machine.effects.takeNew().filter((effect) => effect.kind === "takeExecution");
  expect(effects).toHaveLength(STARTS);
  expect(watch.look()).toBeLessThan(OBJECT_MEMORY_BYTES);
  for (const [number, effect] of effects.entries()) {
    expect(effect.input).toBeUndefined();
    expect(machine.effects.whole(effect)?.input).toEqual(inputOf(number));
  }
});

test("a small input stays with its effect, and what is over has none", () => {
  const machine = new FlowMachine(new DiskCells());
  machine.handle({ type: "putFlow", name: "flow", definition: "one" }, START);
  const input = inputOf(1, EFFECT_BYTES / 2);
  const more = { name: "run", startId: "run", startedBy: "key:k", input };
  machine.handle({ type: "startExecution", ...more }, START);
  machine.save();
  const effect = machine.effects.takeNew().find(({ kind }) => kind === "takeExecution");
  if (!effect) throw new Error("a start is handed on");
  expect(effect).toMatchObject({ input });
  machine.handle({ type: "effectOver", effect }, START);
  machine.save();
  expect(machine.effects.whole(effect)).toBeUndefined();
});

const ROWS_A_LOOK = 5000;

describe.each([
  ["small inputs", { text: "x" }],
  ["the largest inputs that stay with their effects", { text: "x".repeat(EFFECT_BYTES - 200) }],
  ["inputs of many small parts", Object.fromEntries(Array.from({ length: 30 }, (_, key) => [key, {}]))],
])("a flow whose executions take no starts, with %s,", (_, input) => {
  const cells = new DiskCells();
  const machine = new FlowMachine(cells);
  machine.handle({ type: "putFlow", name: "flow", definition: "one" }, START);
  const start = (nth: number) => {
    const name = `run-${nth}`;
    const more = { name, startId: name, startedBy: "schedule:s", input };
    const outcome = machine.handle({ type: "startExecution", ...more }, START);
    machine.save();
    return outcome.ok ? "ok" : outcome.code;
  };
  let started = 0;
  let code = start(started);
  while (code === "ok") code = start(++started);

  test("refuses more than its memory holds, and can always be brought into memory again", () => {
    expect(code).toBe("MemoryFull");
    const watch = new HeapWatch();
    let rows = 0;
    cells.onRow = () => void (++rows % ROWS_A_LOOK === 0 && watch.look());
    const again = new FlowMachine(cells);
    const outbox = new Outbox<FlowEffect>();
    outbox.add(again.effects.takeNew());
    expect(again.flow).toMatchObject({ name: "flow" });
    const held = watch.look();
    expect(watch.most).toBeLessThan(OBJECT_MEMORY_BYTES);
    // The formulas count no more than twice what is there.
    expect(held).toBeGreaterThan(OBJECT_MEMORY_BYTES / 2);
    expect(outbox.nextAt(START)).toBe(START);
    cells.onRow = () => {};
  });

  test("takes others once an execution has begun", () => {
    const effect = machine.effects.takeNew().find(({ kind }) => kind === "takeExecution");
    if (!effect) throw new Error("a start is handed on");
    machine.handle({ type: "effectOver", effect }, START);
    expect(start(started)).toBe("ok");
    expect(start(started + 1)).toBe("MemoryFull");
  });
});
