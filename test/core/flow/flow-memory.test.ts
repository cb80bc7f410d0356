import { expect, test } from "vitest";
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
