import { beforeEach, describe, expect, test } from "vitest";
import { jsonSize } from "../../../src/core/json.ts";
import type { FlowCommand } from "../../../src/core/flow/command.ts";
import { FlowMachine } from "../../../src/core/flow/flow-machine.ts";
import { LABELS_MAX, LABEL_VALUE_LENGTH } from "../../../src/core/limits.ts";
import { HOUR_MS } from "../../../src/core/time.ts";
import {
  BOARD_DIGEST_BYTES,
  BOARD_ENTRY_BYTES,
  BOARD_FLOW_NEWEST,
  BOARD_HOURS_TOLD,
} from "../../../src/core/view-limits.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

const PAUSE_MS = 30_000;
const START = Date.UTC(2026, 10, 26, 4);

let cells: MemoryCells;
let machine: FlowMachine;
let now: number;

beforeEach(() => {
  cells = new MemoryCells();
  machine = new FlowMachine(cells);
  now = START;
});

function act(command: FlowCommand) {
  const outcome = machine.handle(command, now++);
  machine.save();
  return outcome;
}

function put(description = "every night", definition = "one") {
  act({ type: "putFlow", name: "nightly", definition, description });
}

function start(name: string, more: object = {}) {
  act({ type: "startExecution", name, input: {}, startedBy: "key:k", startId: name, ...more });
}

function end(name: string, status: "Succeeded" | "Failed" | "TimedOut" | "Stopped" = "Succeeded") {
  act({ type: "executionEnded", generation: 1, name, status, endedAt: now });
}

/** When the board is to be told, if at all. */
function due(): number[] {
  const asked = machine.effects.takeNew().filter(({ kind }) => kind === "tellBoard");
  return asked.filter((effect) => machine.effects.isPending(effect)).map(({ since }) => since);
}

/** As the board's answer comes back. */
function told(stand = machine.telling()?.stand ?? "") {
  act({ type: "boardTold", stand, pauseMs: PAUSE_MS });
}

function digest() {
  return machine.telling()?.telling.digest;
}

function entries() {
  return machine.telling()?.telling.entries ?? [];
}

describe("the board is told", () => {
  test("at once of a change, and of the next ones together at the end of the pause", () => {
    put();
    expect(due()).toEqual([START]);
    told();
    expect(due()).toEqual([]);
    const pauseEnds = now - 1 + PAUSE_MS;
    start("a");
    end("a");
    start("b");
    expect(due()).toEqual([pauseEnds]);
    told();
    now += PAUSE_MS;
    end("b", "Failed");
    expect(due()).toEqual([now - 1]);
  });

  test("of an execution that was started, paused and retried what anybody may see, and no more", () => {
    put();
    start("a");
    end("a", "Failed");
    const ended = { status: "Failed", endedAt: now } as const;
    act({ type: "redriveExecution", name: "a", redriveId: "key:k:1", ended, by: "key:k" });
    const keys = entries().flatMap((entry) => Object.keys(entry));
    expect(keys).toContain("redrives");
    for (const own of ["startId", "pauseFact", "redriveId"]) expect(keys).not.toContain(own);
  });

  test("over a restart, and again when it changed while it was told", () => {
    put();
    const { stand } = machine.telling() ?? { stand: "" };
    start("a");
    told(stand);
    machine.discardMemory();
    // Counted from the change: it came before the board's answer.
    expect(due()).toEqual([now - 2 + PAUSE_MS]);
    told();
    machine.discardMemory();
    expect(due()).toEqual([]);
  });

  test("in a row that is written with ends and tellings, and with no start", () => {
    put();
    told();
    const before = cells.texts.get("recent");
    start("a");
    expect(cells.texts.get("recent")).toBe(before);
    end("a");
    expect(cells.texts.get("recent")).not.toBe(before);
  });

  test("that it is gone, whatever still ends, until it is made again", () => {
    put();
    start("a");
    act({ type: "deleteFlow" });
    const { telling } = machine.telling() ?? {};
    expect(telling).toMatchObject({ name: "nightly", generation: 1, entries: [] });
    expect(telling?.digest).toBeUndefined();
    told();
    end("a");
    expect(due()).toEqual([]);
    put();
    expect(machine.telling()?.telling).toMatchObject({ generation: 2, digest: { running: 0, ends: [] } });
    expect(due()).toHaveLength(1);
  });

  test("nothing of a flow that there never was", () => {
    expect([machine.telling(), due()]).toEqual([undefined, []]);
  });
});

describe("what it is told", () => {
  test("are what runs, the last ends, counts by the hour, and how long good ones take", () => {
    put();
    for (const name of ["a", "b", "c", "d"]) start(name);
    end("a");
    now += HOUR_MS;
    end("b", "TimedOut");
    end("c", "Stopped");
    expect(digest()).toMatchObject({ version: 1, description: "every night", running: 1, indexed: 4 });
    expect(digest()?.ends.map(([number, letter]) => [number, letter])).toEqual([
      [1, "s"],
      [2, "t"],
      [3, "x"],
    ]);
    const hour = START / HOUR_MS;
    expect(digest()?.hours).toEqual([
      [hour, 1, 0, 0],
      [hour + 1, 0, 1, 1],
    ]);
    const good = entries().find(({ name }) => name === "a");
    const tookMs = (good?.endedAt ?? 0) - (good?.startedAt ?? 0);
    expect(digest()).toMatchObject({ p50Ms: tookMs, p95Ms: tookMs });
  });

  test("are failures that no later start has made good", () => {
    put();
    for (const name of ["a", "b", "c", "d"]) start(name);
    end("b", "Failed");
    end("c", "TimedOut");
    expect(digest()?.failing).toEqual({ count: 2, newest: [2, 3] });
    end("a");
    expect(digest()?.failing).toEqual({ count: 2, newest: [2, 3] });
    end("d");
    expect(digest()?.failing).toBeUndefined();
  });

  test("are its newest executions, and failed ones that are older than these", () => {
    put();
    start("first");
    end("first", "Failed");
    for (let nth = 0; nth < BOARD_FLOW_NEWEST; nth++) start(`run${nth}`);
    const names = entries().map(({ name }) => name);
    expect(names).toHaveLength(BOARD_FLOW_NEWEST + 1);
    expect([names.at(0), names.at(-2), names.at(-1)]).toEqual(["run99", "run0", "first"]);
  });

  test("does not grow over its bounds, whatever stands in it", () => {
    put("\u0001".repeat(1024));
    const labels = Object.fromEntries(
      Array.from({ length: LABELS_MAX }, (_, nth) => [`label${nth}`, "值".repeat(LABEL_VALUE_LENGTH)]),
    );
    const name = (nth: number) => `${"n".repeat(120)}${nth}`;
    for (let nth = 0; nth < 50; nth++) start(name(nth), { labels, startedBy: "s".repeat(256) });
    for (let nth = 0; nth < 50; nth++) {
      now += HOUR_MS;
      const cause = "\u0001".repeat(4096);
      const ending = { status: "Failed", endedAt: now, error: "e".repeat(128), cause } as const;
      act({ type: "executionEnded", generation: 1, name: name(nth), ...ending });
    }
    expect(digest()?.hours).toHaveLength(BOARD_HOURS_TOLD);
    expect(jsonSize(JSON.parse(JSON.stringify(digest())))).toBeLessThanOrEqual(BOARD_DIGEST_BYTES);
    for (const entry of entries()) {
      expect(jsonSize(JSON.parse(JSON.stringify(entry)))).toBeLessThanOrEqual(BOARD_ENTRY_BYTES);
      expect(entry.labelsLeftOut).toBe(true);
    }
  });

  test("keeps labels that fit", () => {
    put();
    start("a", { labels: { team: "night" } });
    expect(entries()).toMatchObject([{ name: "a", labels: { team: "night" }, status: "Running" }]);
  });
});

describe("a flow of an earlier release, or one whose row is spoilt,", () => {
  test.each([undefined, "no JSON"])("counts its executions anew: %s", (row) => {
    put();
    for (const name of ["a", "b", "c"]) start(name);
    end("b", "Failed");
    end("a");
    const before = machine.telling();
    if (row === undefined) cells.texts.delete("recent");
    else cells.texts.set("recent", row);
    machine.discardMemory();
    const { telling } = machine.telling() ?? {};
    expect(telling).toEqual({ ...before?.telling, nth: expect.any(Number) as number });
    expect(due()).toHaveLength(1);
  });
});
