import { beforeEach, describe, expect, test } from "vitest";
import { BoardMachine } from "../../../src/core/board/board-machine.ts";
import type { BoardCommand } from "../../../src/core/board/command.ts";
import type { Telling } from "../../../src/core/board-views.ts";
import type { BoardEntry, FlowTelling } from "../../../src/core/flow/digest.ts";
import { OBJECT_MEMORY_BYTES } from "../../../src/core/limits.ts";
import { HOUR_MS } from "../../../src/core/time.ts";
import {
  BOARD_EXECUTIONS_MAX,
  BOARD_PAUSE_MAX_MS,
  BOARD_PAUSE_MIN_MS,
  BOARD_PAUSE_QUICK_MS,
  BOARD_QUICK_TELLINGS,
  BOARD_TELLINGS_A_SECOND,
} from "../../../src/core/view-limits.ts";
import { HeapWatch } from "../../support/heap.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

const DIGEST = { version: 1, createdAt: 0, updatedAt: 0, running: 0, indexed: 0, ends: [], hours: [] };

let cells: MemoryCells;
let machine: BoardMachine;
let now: number;

beforeEach(() => {
  cells = new MemoryCells();
  machine = new BoardMachine(cells);
  now = Date.UTC(2026, 10, 26, 4);
});

function act(command: BoardCommand) {
  const outcome = machine.handle(command, now);
  machine.save();
  return outcome;
}

function tell(name: string, more: Partial<FlowTelling> = {}) {
  return act({ type: "tell", telling: flow(name, more) });
}

function flow(name: string, more: Partial<FlowTelling> = {}): Telling {
  return { kind: "flow", name, generation: 1, nth: 1, digest: DIGEST, entries: [], ...more };
}

function gone(name: string): Telling {
  return { kind: "flow", name, generation: 1, nth: 9, entries: [] };
}

function entry(number: number, startedAt: number, more: Partial<BoardEntry> = {}): BoardEntry {
  return {
    name: `run${number}`,
    number,
    version: 1,
    status: "Running",
    startedBy: "key:k",
    startedAt,
    ...more,
  };
}

function names(): string[] {
  return Array.from(machine.sources(), ({ telling }) => telling.name);
}

/** What it wants to ask now. */
function asks() {
  return machine.effects.takeNew().filter((effect) => machine.effects.isPending(effect));
}

/** Everybody was asked. */
function everybody(...tellings: Telling[]) {
  for (const effect of asks()) act({ type: "roundWent", effect, tellings, step: "over" });
}

describe("the board", () => {
  test("knows what it was told last, over a restart, in a row for each source", () => {
    tell("a");
    tell("a", { nth: 3 });
    tell("b");
    tell("a", { nth: 2 });
    expect(cells.texts.size).toBe(2 + 1);
    const before = machine.stand;
    machine.discardMemory();
    expect(machine.source("flow", "a")?.telling.nth).toBe(3);
    expect([names().toSorted(), machine.stand]).toEqual([["a", "b"], before]);
  });

  test("has another number after each change, and the same where nothing is new", () => {
    const seen = [() => tell("a"), () => tell("a"), () => tell("a", { nth: 2 })].map((step) => {
      step();
      return machine.stand.seq;
    });
    expect(seen[1]).toBe(seen[0]);
    expect(seen[2]).toBeGreaterThan(seen[1] ?? 0);
    act({ type: "tell", telling: gone("a") });
    const last = machine.stand.seq;
    expect(last).toBeGreaterThan(seen[2] ?? 0);
    machine.discardMemory();
    expect([machine.stand.seq, names()]).toEqual([last, []]);
  });

  test("goes by the younger of two generations, whatever comes last", () => {
    tell("a", { generation: 2 });
    tell("a", { generation: 1, nth: 99 });
    act({ type: "tell", telling: gone("a") });
    expect(machine.source("flow", "a")?.telling.generation).toBe(2);
  });

  test("keeps the newest executions of all flows", () => {
    const half = BOARD_EXECUTIONS_MAX / 2;
    const from = (first: number) => Array.from({ length: half }, (_, nth) => entry(nth, first + nth));
    tell("old", { entries: from(0) });
    tell("new", { entries: from(BOARD_EXECUTIONS_MAX) });
    tell("newest", { entries: from(2 * BOARD_EXECUTIONS_MAX) });
    const kept = () =>
      Object.fromEntries(Array.from(machine.tellings("flow"), ({ name, entries }) => [name, entries.length]));
    expect(kept()).toEqual({ old: 0, new: half, newest: half });
    machine.discardMemory();
    expect(kept()).toEqual({ old: 0, new: half, newest: half });
  });

  test("leaves out who told something longest ago when it has no more room, and says so", () => {
    const watch = new HeapWatch();
    const labels = { text: "l".repeat(700) };
    const rounds = 250;
    for (let nth = 0; nth < rounds; nth++) {
      const description = "d".repeat(200_000);
      tell(`flow${String(nth).padStart(4, "0")}`, {
        digest: { ...DIGEST, description },
        entries: [entry(nth, nth, { labels })],
      });
    }
    expect(machine.stand.isCut).toBe(true);
    expect(names()).not.toContain("flow0000");
    expect(names()).toContain(`flow0${rounds - 1}`);
    expect(watch.look()).toBeLessThan(3 * OBJECT_MEMORY_BYTES);
  });

  test("says that it does not know all while a shard of schedules has more than it tells", () => {
    const shard = (nth: number, leftOut?: number) => {
      const lists = { names: [], next: [], problems: [], ...(leftOut !== undefined && { leftOut }) };
      const digest = { change: nth, schedules: 1, on: 1, ...lists };
      act({ type: "tell", telling: { kind: "shard", name: "shard-3", generation: 1, nth, digest } });
      return machine.stand.isCut;
    };
    expect([shard(1), shard(2, 6), shard(3)]).toEqual([false, true, false]);
  });

  test("asks for longer pauses the more sources there are, between half a minute and ten", () => {
    for (let nth = 0; nth < BOARD_QUICK_TELLINGS; nth++) tell("a");
    expect(tell("a").pauseMs).toBe(BOARD_PAUSE_MIN_MS);
    const many = 2 * BOARD_TELLINGS_A_SECOND * (BOARD_PAUSE_MIN_MS / 1000);
    for (let nth = 0; nth < many; nth++) tell(`flow${nth}`);
    expect(tell("a").pauseMs).toBeGreaterThanOrEqual(2 * BOARD_PAUSE_MIN_MS);
    // Nobody is quick among so many.
    expect(tell("new").pauseMs).toBeGreaterThanOrEqual(2 * BOARD_PAUSE_MIN_MS);
    now += BOARD_PAUSE_MAX_MS;
    for (let nth = 0; nth < BOARD_QUICK_TELLINGS; nth++) tell("a");
    expect(tell("a").pauseMs).toBe(BOARD_PAUSE_MIN_MS);
  });

  test("hears soon of what a source does that was silent, and as seldom as ever of one that never is", () => {
    for (let nth = 0; nth < BOARD_QUICK_TELLINGS; nth++) {
      expect(tell("a").pauseMs).toBe(BOARD_PAUSE_QUICK_MS);
      now += BOARD_PAUSE_QUICK_MS;
    }
    let tellings = 0;
    for (const until = now + 60 * BOARD_PAUSE_MIN_MS; now < until; tellings++) now += tell("a").pauseMs ?? 0;
    expect(tellings).toBeLessThan(80);
    now += BOARD_PAUSE_MAX_MS;
    expect(tell("a").pauseMs).toBe(BOARD_PAUSE_QUICK_MS);
  });
});

describe("a round", () => {
  test("begins with a new board, asks everybody, and is told of until it is over", () => {
    expect(machine.isBorn).toBe(false);
    act({ type: "tick" });
    expect(machine.stand.isWhole).toBe(false);
    expect(machine.round).toMatchObject({ isWhole: true, after: "" });
    everybody(flow("a"), flow("b"));
    expect([machine.stand.isWhole, names(), asks()]).toEqual([true, ["a", "b"], []]);
  });

  test("goes on with each tick, from where it was, over a restart", () => {
    act({ type: "tick" });
    const [effect] = asks();
    if (!effect) throw new Error("it asks");
    act({ type: "roundWent", effect, tellings: [flow("a")], step: { kind: "flow", after: "a" } });
    expect(asks()).toEqual([]);
    machine.discardMemory();
    expect(asks()).toEqual([]);
    act({ type: "tick" });
    act({ type: "tick" });
    expect(machine.round).toMatchObject({ after: "a" });
    machine.discardMemory();
    expect(asks()).toHaveLength(1);
  });

  test("goes on with the next tick when nobody could be asked for long", () => {
    act({ type: "tick" });
    const [effect] = asks();
    if (!effect) throw new Error("it asks");
    act({ type: "effectOver", effect, failure: "no answer" });
    expect(asks()).toEqual([]);
    act({ type: "tick" });
    expect(asks()).toHaveLength(1);
  });

  test("comes within an hour for what moves, and whole when somebody asks for it", () => {
    act({ type: "tick" });
    everybody();
    act({ type: "tick" });
    expect(machine.round).toBeUndefined();
    now += HOUR_MS / 2;
    act({ type: "tick" });
    expect([machine.round?.isWhole, machine.stand.isWhole]).toEqual([false, true]);
    everybody();
    act({ type: "rebuild" });
    expect([machine.round?.isWhole, machine.stand.isWhole]).toEqual([true, false]);
  });

  test("passes over who is at rest, and asks who runs, moved lately or is not known", () => {
    tell("still");
    tell("runs", { digest: { ...DIGEST, running: 1 } });
    now += 3 * HOUR_MS;
    tell("moved");
    const restless = ["still", "runs", "moved", "unknown"].map((name) =>
      machine.isRestless("flow", name, now),
    );
    expect(restless).toEqual([false, true, true, true]);
  });

  test("does not take an old answer for news", () => {
    tell("a", { nth: 5 });
    act({ type: "rebuild" });
    everybody(flow("a", { nth: 4 }));
    expect(machine.source("flow", "a")?.telling.nth).toBe(5);
  });
});
