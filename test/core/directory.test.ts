import { expect, test } from "vitest";
import { type DirectoryCommand, DirectoryMachine } from "../../src/core/directory/directory-machine.ts";
import type { RegisterCommand } from "../../src/core/directory/registration.ts";
import type { FlowSummary } from "../../src/core/flow/summary.ts";
import { DiskCells } from "../support/disk-cells.ts";
import { HeapWatch } from "../support/heap.ts";
import { MemoryCells } from "../support/memory-cells.ts";

const register = (name: string, generation = 1): RegisterCommand => ({
  type: "register",
  kind: "flow",
  name,
  generation,
});
const unregister = (name: string, generation = 1): DirectoryCommand => ({
  type: "unregister",
  kind: "flow",
  name,
  generation,
});

function names(...commands: DirectoryCommand[]): string[] {
  const machine = new DirectoryMachine(new MemoryCells());
  for (const command of commands) machine.handle(command, 0);
  return [...machine.names("flow")];
}

test("the directory lists what exists, in the order of the names, whatever order the news comes in", () => {
  expect(names(register("b"), register("a"), register("b"))).toEqual(["a", "b"]);
  expect(names(register("a"), unregister("a"))).toEqual([]);
  expect(names(unregister("a"), register("a"))).toEqual([]);
  expect(names(register("a"), register("a", 2), unregister("a"))).toEqual(["a"]);
  expect(names(register("a", 2), unregister("a"), register("a"))).toEqual(["a"]);
});

test("a page begins behind its cursor", () => {
  const machine = new DirectoryMachine(new MemoryCells());
  for (const name of ["a", "ab", "b"]) machine.handle(register(name), 0);
  expect([...machine.names("flow", "a")]).toEqual(["ab", "b"]);
  expect([...machine.names("queue")]).toEqual([]);
});

const summary = (revision: number, more: Partial<FlowSummary> = {}): FlowSummary => ({
  version: revision,
  createdAt: 0,
  updatedAt: revision,
  revision,
  definitionSize: 10,
  ...more,
});

function summaries(...commands: DirectoryCommand[]): (number | undefined)[] {
  const cells = new MemoryCells();
  const machine = new DirectoryMachine(cells);
  for (const command of commands) {
    machine.handle(command, 0);
    machine.save();
  }
  return Array.from(new DirectoryMachine(cells).flows(), (flow) => flow.summary?.revision);
}

test("of what flows tell of themselves the latest is kept, whatever order it comes in", () => {
  const tell = (revision: number, generation = 1) => ({
    ...register("a", generation),
    summary: summary(revision),
  });
  expect(summaries(tell(1), tell(3), tell(2))).toEqual([3]);
  expect(summaries(tell(7), tell(1, 2))).toEqual([1]);
  expect(summaries(tell(1, 2), tell(7))).toEqual([1]);
  expect(summaries(tell(1), unregister("a"), tell(2))).toEqual([]);
});

test("a flow that an earlier release registered is listed, and its summary is taken once it is told", () => {
  expect(summaries(register("a"))).toEqual([undefined]);
  expect(summaries(register("a"), { ...register("a"), summary: summary(4) })).toEqual([4]);
  expect(summaries({ ...register("a"), summary: summary(4) }, register("a"))).toEqual([4]);
});

test("the directory keeps nothing in memory, however much there is in it", () => {
  const cells = new DiskCells();
  const before = new DirectoryMachine(cells);
  const shown = {
    version: 1,
    createdAt: 0,
    updatedAt: 0,
    revision: 1,
    definitionSize: 9,
    description: "d".repeat(500),
  };
  for (let number = 0; number < 2000; number++) {
    before.handle({ ...register(`flow-${number}`), summary: shown }, 0);
    before.handle({ type: "active", name: `flow-${number}`, generation: 1, at: number }, 0);
    const entry = {
      id: `request-${number}`,
      accessKeyId: "k",
      role: "admin",
      action: "PUT",
      target: {},
    } as const;
    before.handle({ type: "auditAsked", entry }, number);
    if (number % 100 === 0) before.save();
  }
  before.save();
  const watch = new HeapWatch();
  const machine = new DirectoryMachine(cells);
  let flows = 0;
  for (const { name } of machine.flows()) if (name !== "") flows++;
  expect(flows).toBe(2000);
  expect([...machine.activeFlows()]).toHaveLength(2000);
  expect(machine.auditLog.page({ limit: 100, accessKeyId: "other" }).items).toEqual([]);
  machine.handle(register("one-more"), 0);
  machine.save();
  expect(watch.look()).toBeLessThan(256 * 1024);
});
