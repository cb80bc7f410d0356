import { expect, test } from "vitest";
import { type DirectoryCommand, DirectoryMachine } from "../../src/core/directory/directory-machine.ts";
import { MemoryCells } from "../support/memory-cells.ts";

const register = (name: string, generation = 1): DirectoryCommand => ({
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
