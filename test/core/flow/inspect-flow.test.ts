import { beforeEach, describe, expect, test } from "vitest";
import type { FlowCommand } from "../../../src/core/flow/command.ts";
import { FlowMachine } from "../../../src/core/flow/flow-machine.ts";
import { judgeExecution, missingQueues } from "../../../src/core/flow/inspect-flow.ts";
import {
  EXECUTIONS_INSPECTED_AT_ONCE,
  INSPECTION_GRACE_MS,
  PAUSED_LONG_MS,
  UNKNOWN_EXECUTIONS_KEPT,
  UNKNOWN_EXECUTIONS_TOLD_MS,
} from "../../../src/core/inspection-limits.ts";
import type { ToldEnd } from "../../../src/core/inspection-views.ts";
import { OVERDUE_AFTER_MS } from "../../../src/core/limits.ts";
import { HOUR_MS } from "../../../src/core/time.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

let machine: FlowMachine;
let now: number;

beforeEach(() => {
  machine = new FlowMachine(new MemoryCells());
  now = Date.UTC(2026, 10, 26, 4);
  act({ type: "putFlow", name: "flow", definition: "one" });
});

function act(command: FlowCommand) {
  const outcome = machine.handle(command, now);
  machine.save();
  return outcome;
}

function start(name: string) {
  return act({ type: "startExecution", name, input: {}, startedBy: "key:k", startId: name });
}

/** All that is asked of the outside is done. */
function settle() {
  for (const effect of machine.effects.takeNew())
    if (effect.kind !== "tellBoard") act({ type: "effectOver", effect });
}

function end(name: string) {
  act({ type: "executionEnded", generation: 1, name, status: "Succeeded", endedAt: now });
}

const unheard = () => machine.unheard(now).entries;
const codes = () => machine.inspect(now).findings.map(({ code }) => code);

describe("which executions a flow asks", () => {
  test("those that its index has as running, a while after they were handed over", () => {
    for (const name of ["a", "b", "c"]) start(name);
    now += INSPECTION_GRACE_MS;
    expect(unheard()).toEqual([]);
    settle();
    expect(unheard().map(({ name }) => name)).toEqual(["c", "b", "a"]);
    end("b");
    expect(unheard().map(({ name }) => name)).toEqual(["c", "a"]);
    start("young");
    settle();
    expect(unheard().map(({ name }) => name)).toEqual(["c", "a"]);
    expect(machine.unheard(now).to).toBeUndefined();
  });

  test("not those that wait for its resume", () => {
    act({ type: "pauseFlow", by: "key:k", starts: "hold" });
    start("held");
    now += INSPECTION_GRACE_MS;
    settle();
    expect(unheard()).toEqual([]);
  });

  test("in slices, each one once", () => {
    const names = Array.from({ length: 2 * EXECUTIONS_INSPECTED_AT_ONCE + 1 }, (_, nth) => `run${nth}`);
    for (const name of names) start(name);
    settle();
    now += INSPECTION_GRACE_MS;
    const seen: string[] = [];
    for (let slice = machine.unheard(now); ; slice = machine.unheard(now, slice.to)) {
      seen.push(...slice.entries.map(({ name }) => name));
      if (!slice.to) break;
    }
    expect(seen).toEqual(names.toReversed());
  });

  test("without a look at all that have ended", () => {
    const cells = new MemoryCells();
    machine = new FlowMachine(cells);
    act({ type: "putFlow", name: "flow", definition: "one" });
    for (let nth = 0; nth < 500; nth++) {
      start(`run${nth}`);
      if (nth < 499) end(`run${nth}`);
    }
    settle();
    now += INSPECTION_GRACE_MS;
    const before = cells.reads;
    expect(unheard().map(({ name }) => name)).toEqual(["run499"]);
    expect(cells.reads - before).toBeLessThan(10);
    end("run499");
    expect(unheard()).toEqual([]);
  });
});

describe("what an answer means", () => {
  const END: ToldEnd = { status: "Failed", endedAt: 0, error: "Bad" };

  function entry(more: object = {}) {
    start("run");
    settle();
    now += INSPECTION_GRACE_MS;
    const [found] = unheard();
    if (!found) throw new Error("it is to be asked");
    return { ...found, ...more };
  }

  test("one that runs is well, and tells its own findings", () => {
    expect(judgeExecution(entry(), { findings: [] }, true, now)).toEqual({ findings: [] });
  });

  test("an end that was not told is written; one of just now may be on its way", () => {
    const own = entry();
    const { findings, end: ended } = judgeExecution(own, { findings: [], end: END }, true, now);
    expect(findings).toMatchObject([{ code: "lostEnd", name: "run", since: 0, healed: true }]);
    if (ended) act({ type: "endsFound", ends: [ended] });
    expect(machine.execution(1, "run")).toMatchObject({ status: "Failed", endedAt: 0, error: "Bad" });
    expect(judgeExecution(own, { findings: [], end: { ...END, endedAt: now } }, true, now)).toEqual({
      findings: [],
    });
  });

  test("an object that has nothing of it has lost it", () => {
    const { findings, end: ended } = judgeExecution(entry(), undefined, true, now);
    expect(findings).toMatchObject([{ code: "lostStart", name: "run" }]);
    if (ended) act({ type: "endsFound", ends: [ended] });
    expect(machine.execution(1, "run")).toMatchObject({
      status: "Failed",
      endedAt: now,
      error: "FnF.ExecutionLost",
    });
  });

  test("one that was to go on and did not has ended all the same", () => {
    const own = entry({ redrives: 2 });
    const told = { findings: [], end: { ...END, redrives: 1 } };
    expect(judgeExecution(own, told, true, now).end).toMatchObject({ status: "Failed", redrives: 2 });
  });

  test("an older end than that of the index changes nothing", () => {
    start("run");
    settle();
    end("run");
    const ended = { ...END, type: "executionEnded", generation: 1, name: "run" } as const;
    act({ type: "endsFound", ends: [ended] });
    expect(machine.execution(1, "run")).toMatchObject({ status: "Succeeded" });
  });
});

describe("what a flow finds of itself", () => {
  test("nothing, when it is well; it has something open while it runs, and none of it afterwards", () => {
    settle();
    expect(machine.inspect(now)).toMatchObject({
      findings: [],
      isOpen: false,
      registration: { generation: 1, exists: true, summary: { version: 1 } },
    });
    start("run");
    expect(machine.inspect(now).isOpen).toBe(true);
    settle();
    expect(machine.inspect(now).isOpen).toBe(true);
    end("run");
    expect(machine.inspect(now).isOpen).toBe(false);
  });

  test("what it is yet to tell the directory is not held against it", () => {
    expect(machine.inspect(now)).not.toHaveProperty("registration");
  });

  test("effects that are not done for an hour", () => {
    expect(codes()).toEqual([]);
    now += OVERDUE_AFTER_MS;
    expect(machine.inspect(now).findings).toMatchObject([{ code: "stuckEffect", name: "register:1" }]);
  });

  test("pauses of a week: its own, and those of its executions", () => {
    start("run");
    settle();
    const paused = { at: now, by: "key:k" };
    act({ type: "pauseTold", generation: 1, name: "run", fact: 5, paused });
    act({ type: "pauseFlow", by: "key:k", reason: "repairs", starts: "hold" });
    settle();
    now += PAUSED_LONG_MS - 1;
    expect([codes(), machine.unheard(now).findings]).toEqual([[], []]);
    now += 1;
    expect(machine.inspect(now).findings).toMatchObject([{ code: "pausedLong", healed: false }]);
    expect(machine.inspect(now).findings[0]?.detail).toContain("repairs");
    expect(machine.unheard(now).findings).toMatchObject([{ code: "pausedLong", name: "run" }]);
  });
});

describe("an execution that its flow does not know", () => {
  const told = {
    type: "executionEnded",
    generation: 1,
    name: "nobody",
    status: "Failed",
    endedAt: 0,
  } as const;
  const asked = () => machine.effects.takeNew().filter(({ kind }) => kind === "removeUnknown");

  test("is removed, once however often it reports, and told for more than a day", () => {
    settle();
    act(told);
    act({ type: "pauseTold", generation: 1, name: "nobody", fact: 3 });
    act({ type: "callbacksTold", generation: 1, name: "nobody", fact: 4, open: 0, told: [] });
    const [effect, ...others] = asked();
    expect([effect?.id, others]).toEqual(["unknown:1:nobody", []]);
    const found = { code: "unknownExecution", name: "nobody", since: now };
    expect(machine.inspect(now).findings).toMatchObject([{ ...found, healed: false }]);
    if (effect) act({ type: "effectOver", effect });
    expect(machine.inspect(now).findings).toMatchObject([{ ...found, healed: true }]);
    machine.discardMemory();
    expect(machine.inspect(now + 24 * HOUR_MS).findings).toMatchObject([{ ...found, healed: true }]);
    expect(machine.inspect(now + UNKNOWN_EXECUTIONS_TOLD_MS).findings).toEqual([]);
  });

  test("is none that tells its end twice", () => {
    start("run");
    settle();
    end("run");
    end("run");
    expect(asked()).toEqual([]);
  });

  test("is kept in mind with the last of many", () => {
    for (let nth = 0; nth < UNKNOWN_EXECUTIONS_KEPT + 5; nth++) {
      now += 1;
      act({ ...told, name: `nobody${nth}` });
    }
    const names = new Set(machine.inspect(now).findings.map(({ name }) => name));
    expect([names.size, names.has("nobody4"), names.has("nobody5")]).toEqual([
      UNKNOWN_EXECUTIONS_KEPT,
      false,
      true,
    ]);
  });
});

describe("tasks whose queue is gone", () => {
  const awaited = [{ queue: "jobs", tasks: 3, since: 50 }];

  test.each([
    ["is there since before", new Map([["jobs", 50]]), []],
    ["did not answer", new Map(), []],
    ["was deleted", new Map([["jobs", undefined]]), ["3 tasks wait for queue jobs, which was deleted with"]],
    ["was made again", new Map([["jobs", 51]]), ["which was deleted and made again with what lay in it"]],
  ])("are told of a queue that %s", (_, madeAt: Map<string, number | undefined>, says: string[]) => {
    const found = missingQueues("run", awaited, madeAt, now);
    expect(found.map(({ code, name, since }) => [code, name, since])).toEqual(
      says.map(() => ["queueMissing", "run jobs", 50]),
    );
    for (const [nth, text] of says.entries()) expect(found[nth]?.detail).toContain(text);
  });
});
