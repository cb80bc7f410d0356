import fc from "fast-check";
import { expect, test } from "vitest";
import { FlowMachine } from "../../../src/core/flow/flow-machine.ts";
import { PAGE_SIZE } from "../../../src/core/limits.ts";
import { utf8Length } from "../../../src/core/text.ts";
import { readExecutions } from "../../../src/queries/flow-executions.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

test("executions up to an instant are found without those after it, whatever gaps there are", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 40 });
  const ended = fc.array(fc.nat(39), { maxLength: 20 });
  fc.assert(
    fc.property(gaps, ended, fc.nat(100), (pauses, removed, to) => {
      const cells = new MemoryCells();
      const machine = new FlowMachine(cells);
      machine.handle({ type: "putFlow", name: "flow", definition: "one" }, 0);
      let now = 0;
      const starts = pauses.map((pause, nth) => {
        now += pause;
        const start = { name: `run${nth}`, input: {}, startedBy: "schedule:s", startId: `run${nth}` };
        machine.handle({ type: "startExecution", ...start }, now);
        return { name: start.name, at: now, number: nth + 1 };
      });
      const gone = starts.filter((_, nth) => removed.includes(nth));
      const executions = gone.map(({ name, number }) => ({ name, number }));
      const effect = { kind: "removeExecutions", id: "remove", since: 0, generation: 1, executions } as const;
      cells.write("effect:remove", JSON.stringify(effect));
      machine.save();
      machine.discardMemory();
      machine.handle({ type: "effectOver", effect }, now);
      const wanted = starts.filter((one) => !gone.includes(one) && one.at <= to).toReversed();
      const found = [...machine.executions(1, { to })].map(({ name }) => name);
      expect(found).toEqual(wanted.map(({ name }) => name));
    }),
  );
});

test("a page of executions has no more than 4 MiB, however much labels say; the next ones bring the others", () => {
  const machine = new FlowMachine(new MemoryCells());
  machine.handle({ type: "putFlow", name: "flow", definition: "one" }, 0);
  const labels = Object.fromEntries(
    Array.from({ length: 20 }, (_, nth) => [`label${nth}`, "字".repeat(256)]),
  );
  const names = Array.from({ length: 600 }, (_, nth) => `run${nth}`);
  for (const [nth, name] of names.entries()) {
    const start = { name, input: {}, startedBy: "key:k", startId: name, labels };
    machine.handle({ type: "startExecution", ...start }, nth * 1000);
  }
  const found: string[] = [];
  let pages = 0;
  for (let before: number | undefined = 1000; before !== undefined; pages++) {
    const page = readExecutions(machine, { limit: 1000, before });
    expect(utf8Length(JSON.stringify(page))).toBeLessThanOrEqual(PAGE_SIZE);
    found.push(...(page?.items ?? []).map(({ name }) => name));
    before = page?.last?.number;
  }
  expect(found).toEqual(names.toReversed());
  expect(pages).toBe(3);
});
