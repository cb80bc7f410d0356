import { beforeEach, describe, expect, test } from "vitest";
import type { DirectoryCommand } from "../../../src/core/directory/directory-machine.ts";
import { DirectoryMachine } from "../../../src/core/directory/directory-machine.ts";
import { FINDINGS_KEPT, HEALED_KEPT_MS, INSPECTED_AT_ONCE } from "../../../src/core/inspection-limits.ts";
import { finding } from "../../../src/core/inspection.ts";
import type { Finding, Inspection } from "../../../src/core/inspection-views.ts";
import { SCHEDULE_SHARDS } from "../../../src/core/limits.ts";
import { HOUR_MS, MINUTE_MS } from "../../../src/core/time.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

let written: number;
let machine: DirectoryMachine;
let now: number;

class CountedCells extends MemoryCells {
  override write(key: string, text: string): void {
    written++;
    super.write(key, text);
  }
}

beforeEach(() => {
  written = 0;
  machine = new DirectoryMachine(new CountedCells());
  now = Date.UTC(2026, 10, 26, 4);
});

function act(command: DirectoryCommand) {
  const outcome = machine.handle(command, now);
  machine.save();
  return outcome;
}

function register(name: string, kind: "flow" | "queue" = "flow") {
  act({ type: "register", kind, name, generation: 1 });
}

/** A flow that has started something. */
function busy(name: string) {
  register(name);
  act({ type: "active", name, generation: 1, at: now });
}

type Answers = Readonly<Record<string, Partial<Inspection>>>;

/** Does what is asked of the outside: every object answers as it is told here, and else that it is well. Gives who was visited. */
function perform(answers: Answers = {}, isSilent = (_: string) => false): string[] {
  const visitedNames: string[] = [];
  for (let turns = 0; turns < 100; turns++) {
    const effect = machine.effects.takeNew().find((one) => machine.effects.isPending(one));
    const slice = machine.inspections.slice();
    if (!effect || !slice) break;
    const asked = slice.visits.filter(({ name }) => !isSilent(name));
    visitedNames.push(...asked.map(({ name }) => name));
    const visited = asked.map((visit) => {
      const own = visit.from ? {} : answers[visit.name];
      return { ...visit, inspection: { findings: [], isOpen: false, ...own } };
    });
    const left = visited.flatMap(({ kind, name, inspection: { to } }) =>
      to ? [{ kind, name, from: to }] : [],
    );
    act({ type: "objectsInspected", effect, visited, left });
  }
  return visitedNames.filter((name) => !name.startsWith("shard-"));
}

/** Each minute of some hours. */
function pass(hours: number, answers: Answers = {}): string[] {
  const visited: string[] = [];
  for (let minute = 0; minute < hours * 60; minute++) {
    act({ type: "inspectTick" });
    visited.push(...perform(answers));
    now += MINUTE_MS;
  }
  return visited;
}

const doctor = (more: object = {}) => act({ type: "beginRound", heal: true, by: "key:k", ...more });
const view = () => machine.inspections.view();
const lost = (more: Partial<Finding> = {}): Finding =>
  finding("lostEnd", now, "it ended", { name: "run", ...more });

describe("who is visited, and how often", () => {
  test("what has something open each hour, what is idle once a day", () => {
    for (const name of ["busy", "idle1", "idle2"]) register(name);
    const visited = pass(48, { busy: { isOpen: true } });
    const times = (name: string) => visited.filter((one) => one === name).length;
    expect(times("idle1")).toBe(2);
    expect(times("idle2")).toBe(2);
    expect(times("busy")).toBeGreaterThanOrEqual(24);
    expect(pass(3, { busy: { isOpen: true } }).filter((one) => one === "busy")).toHaveLength(3);
  });

  test("a flow that started something lately counts as open, though nobody has visited it yet", () => {
    busy("flow");
    expect(pass(1)).toEqual(["flow"]);
  });

  test("as many as are due, in slices, one a minute; a slice that nobody answered is done again", () => {
    const names = Array.from(
      { length: 2 * INSPECTED_AT_ONCE },
      (_, nth) => `flow${String(nth).padStart(3, "0")}`,
    );
    for (const name of names) busy(name);
    act({ type: "inspectTick" });
    expect(machine.effects.takeNew()).toHaveLength(1);
    machine.discardMemory();
    expect(perform()).toEqual(names.slice(0, INSPECTED_AT_ONCE));
    expect(perform()).toEqual([]);
    act({ type: "inspectTick" });
    expect(perform()).toEqual(names.slice(INSPECTED_AT_ONCE));
    expect(view().round).not.toHaveProperty("endedAt");
    act({ type: "inspectTick" });
    perform();
    expect(view().round).toMatchObject({ number: 1, visited: names.length + SCHEDULE_SHARDS, endedAt: now });
  });

  test("one that has more to tell is gone on with at once, and holds up nobody for longer", () => {
    for (const name of ["a", "big"]) register(name);
    doctor();
    const visited = perform({ big: { findings: [lost()], to: { number: 9, open: 3 } } });
    expect(visited).toEqual(["a", "big", "big"]);
    expect(view().round).toMatchObject({
      visited: 2 + SCHEDULE_SHARDS,
      of: 2 + SCHEDULE_SHARDS,
      endedAt: now,
    });
    expect(view().counts).toEqual({ lostEnd: 1 });
  });

  test("an idle installation writes three rows an hour for it", () => {
    register("flow");
    pass(30);
    const before = written;
    pass(10);
    // When the round began, each slice and its end: the second slice looks whether there is more.
    expect(written - before).toBeLessThanOrEqual(10 * 3);
  });
});

describe("what was found", () => {
  test("stays until its object is well again, since it was found first", () => {
    busy("flow");
    const since = now;
    pass(1, { flow: { isOpen: true, findings: [lost()] } });
    pass(2, { flow: { isOpen: true, findings: [{ ...lost(), since: now + HOUR_MS }] } });
    expect(view().findings).toMatchObject([{ kind: "flow", object: "flow", code: "lostEnd", since }]);
    expect(view().counts).toEqual({ lostEnd: 1 });
    pass(1, { flow: { isOpen: true } });
    expect(view()).toMatchObject({ findings: [], counts: {} });
  });

  test("is kept for a week where it was healed, and is open no more", () => {
    busy("flow");
    pass(1, { flow: { isOpen: true, findings: [lost({ healed: true })] } });
    pass(1, { flow: { isOpen: true } });
    expect(view()).toMatchObject({ findings: [{ code: "lostEnd", healed: true }], counts: {} });
    now += HEALED_KEPT_MS;
    pass(1);
    expect(view().findings).toEqual([]);
  });

  test("is told the open first, and of very much the newest", () => {
    register("flow");
    const many = Array.from({ length: FINDINGS_KEPT + 5 }, (_, nth) =>
      lost({ name: `run${nth}`, since: nth, healed: nth % 2 === 0 }),
    );
    doctor();
    perform({ flow: { findings: many } });
    const { findings } = view();
    expect(findings).toHaveLength(FINDINGS_KEPT);
    expect(findings[0]).toMatchObject({ name: `run${FINDINGS_KEPT + 3}`, healed: false });
    expect(findings.at(-1)).toMatchObject({ name: "run10", healed: true });
  });

  test("is told to the board as long as it is open, but for what its object tells itself", () => {
    register("flow");
    const dead = finding("deadLetters", now, "3 dead letters");
    doctor();
    perform({ flow: { findings: [lost(), lost({ name: "other", since: now - 1 }), dead] } });
    expect(machine.telling(now).digest?.findings).toEqual([{ code: "lostEnd", count: 2, since: now }]);
    doctor();
    perform();
    expect(machine.telling(now).digest).not.toHaveProperty("findings");
  });

  test("survives who does not answer", () => {
    register("flow");
    doctor();
    perform({ flow: { findings: [lost()] } });
    doctor();
    perform({}, (name) => name === "flow");
    expect(view().counts).toEqual({ lostEnd: 1 });
  });
});

describe("a round that somebody asks for", () => {
  test("visits all, one slice after the other, and one at a time", () => {
    for (const name of ["a", "b"]) register(name);
    register("q", "queue");
    expect(doctor()).toEqual({ ok: true, round: 1 });
    expect(doctor()).toMatchObject({ ok: false, code: "DoctorRunning" });
    expect(perform()).toEqual(["a", "b", "q"]);
    expect(view().round).toMatchObject({ number: 1, by: "key:k", heal: true, endedAt: now });
    expect(doctor({ flow: "b", heal: false })).toEqual({ ok: true, round: 2 });
    expect(perform()).toEqual(["b"]);
    expect(view().round).toMatchObject({ number: 2, flow: "b", heal: false, visited: 1, of: 1 });
  });

  test("takes the place of the hour's, which has its turn afterwards if it visits more", () => {
    busy("a");
    act({ type: "inspectTick" });
    expect(doctor({ flow: "b" })).toEqual({ ok: true, round: 2 });
    expect(perform()).toEqual(["b"]);
    act({ type: "inspectTick" });
    expect(perform()).toEqual(["a"]);
  });
});

describe("what lists show is held against the objects", () => {
  const is = (exists: boolean, generation = 1) => ({ registration: { exists, generation } });

  test("what is not there any more leaves them", () => {
    register("flow");
    doctor({ heal: false });
    perform({ flow: is(false) });
    expect(view().counts).toEqual({ stillRegistered: 1 });
    expect([...machine.names("flow")]).toEqual(["flow"]);
    doctor();
    perform({ flow: is(false) });
    expect(view()).toMatchObject({ findings: [{ code: "stillRegistered", healed: true }], counts: {} });
    expect([...machine.names("flow")]).toEqual([]);
  });

  test("what is there and was never told comes into them: it has started something, or somebody asks for it", () => {
    act({ type: "active", name: "known", generation: 1, at: now });
    expect(pass(1, { known: is(true) })).toEqual(["known"]);
    doctor({ flow: "asked" });
    expect(perform({ asked: is(true, 3) })).toEqual(["asked"]);
    expect([...machine.names("flow")]).toEqual(["asked", "known"]);
    expect(view().findings).toMatchObject([
      { code: "unregistered", object: "asked", healed: true },
      { code: "unregistered", object: "known", healed: true },
    ]);
  });

  test("what is being told is left alone", () => {
    register("flow");
    doctor();
    perform({ flow: { isOpen: true } });
    expect(view().findings).toEqual([]);
  });
});
