import { describe, expect, test } from "vitest";
import { PARKED_RETRY_FIRST_MS, SCHEDULES_PARKED_PER_TURN } from "../../../src/core/limits.ts";
import { MINUTE, ScheduleRun } from "../../support/schedule-run.ts";

const HOUR = 60 * MINUTE;
const POISONED = "nightly";
const STATE = `state:flow/${POISONED}`;
const RECORD = `schedule:flow/${POISONED}`;

/** Two schedules that fire each minute, of one of which a stored row was changed. */
function poisoned(key: string, change: (text: string) => string): ScheduleRun {
  const run = new ScheduleRun();
  run.put("* * * * *");
  run.put("* * * * *", {}, "healthy");
  run.cells.write(key, change(run.cells.read(key) ?? ""));
  run.restart();
  return run;
}

/** What no reader notices, and whoever decides which missed instants start stumbles over. */
const STUMBLE = (text: string) => text.replace('"enabled"', '"catchUp":null,"enabled"');

function viewOf(run: ScheduleRun, name = POISONED) {
  return run.machine.get("flow", name);
}

/** Names of schedules that started something. */
function started(run: ScheduleRun): string[] {
  return [...new Set(Array.from(run.executions.keys(), (name) => name.replace(/-\d+T.*$/, "")))];
}

const SPOILT: [what: string, key: string, change: (text: string) => string, reason: RegExp][] = [
  ["a record that is no JSON", RECORD, () => "{", /cannot be read/],
  ["a record of another shape", RECORD, () => "null", /cannot be read/],
  ["a record of another schedule", RECORD, (text) => text.replace(POISONED, "other"), /under its own name/],
  ["a state that is no JSON", STATE, () => "{", /cannot be read/],
  ["a state of another shape", STATE, () => '{"waiting":[null]}', /cannot be read/],
  ["a zone that is not known any more", RECORD, withZone, /Mars\/Phobos/],
  [
    "an expression that is refused now",
    RECORD,
    (text) => text.replace("* * * * *", "* * * * * * * * *"),
    /fields/,
  ],
  ["a record that fails when it is processed", RECORD, STUMBLE, /null/],
];

function withZone(text: string): string {
  return text.replace('"enabled"', '"timeZone":"Mars/Phobos","enabled"');
}

describe("a schedule that is spoilt", () => {
  test.each(SPOILT)("holds up no other, and is shown with the reason: %s", (_, key, change, reason) => {
    const run = poisoned(key, change);
    run.pass(2 * MINUTE);
    expect(started(run)).toEqual(["healthy"]);
    const since = { at: expect.any(Number), reason: expect.stringMatching(reason) };
    expect(viewOf(run)).toMatchObject({ flow: "flow", name: POISONED, parked: since });
    expect([...run.machine.list()].map(({ name, parked }) => [name, parked !== undefined])).toEqual([
      ["healthy", false],
      [POISONED, true],
    ]);
    expect(run.parkings).toEqual([
      { kind: "schedule", id: `flow/${POISONED}`, reason: expect.stringMatching(reason) },
    ]);
    run.restart();
    run.pass(MINUTE);
    expect(run.parkings).toHaveLength(1);
    expect(viewOf(run)?.parked?.reason).toMatch(reason);
  });

  test.each(SPOILT)("fires again when it is put anew: %s", (_, key, change) => {
    const run = poisoned(key, change);
    run.pass(MINUTE);
    expect(run.put("* * * * *", { catchUp: { mode: "none" } })).toMatchObject({ ok: true });
    expect(viewOf(run)).not.toHaveProperty("parked");
    run.pass(MINUTE);
    expect(started(run)).toEqual(["healthy", POISONED]);
    run.restart();
    expect(viewOf(run)).not.toHaveProperty("parked");
  });

  test.each(SPOILT)("can be deleted, and leaves nothing: %s", (_, key, change) => {
    const run = poisoned(key, change);
    run.pass(MINUTE);
    expect(run.act({ type: "deleteSchedule", flow: "flow", name: POISONED })).toEqual({ ok: true });
    expect(viewOf(run)).toBeUndefined();
    expect([...run.cells.texts.keys()].filter((row) => row.includes(POISONED))).toEqual([]);
  });

  test.each(SPOILT)("goes with its flow: %s", (_, key, change) => {
    const run = poisoned(key, change);
    run.pass(MINUTE);
    run.act({ type: "deleteFlow", flow: "flow", generation: 1 });
    expect([...run.machine.list()]).toEqual([]);
  });

  test.each(SPOILT.slice(0, 5))(
    "refuses what cannot be done with it, with the remedy: %s",
    (_, key, change) => {
      const run = poisoned(key, change);
      run.pass(MINUTE);
      const refusal = { code: "ScheduleParked", detail: expect.stringContaining("put it anew") };
      expect(run.ask({ type: "setEnabled", enabled: false })).toMatchObject(refusal);
      expect(run.ask({ type: "resume" })).toMatchObject(refusal);
    },
  );

  test("goes on where it stopped once it can be read again", () => {
    const run = poisoned(RECORD, () => "{");
    const { cells } = run;
    run.pass(10 * MINUTE);
    cells.write(RECORD, (cells.read("schedule:flow/healthy") ?? "").replace("healthy", POISONED));
    run.restart();
    run.pass(MINUTE);
    expect(viewOf(run)).not.toHaveProperty("parked");
    expect(run.verdicts.slice(0, 2)).toEqual(["04:11:00 started", "04:10:00 started"]);
  });
});

describe("a schedule that failed", () => {
  const failed = () => {
    const run = poisoned(RECORD, STUMBLE);
    run.pass(MINUTE);
    return run;
  };
  const cure = (run: ScheduleRun) => {
    run.cells.write(RECORD, (run.cells.read(RECORD) ?? "").replace('"catchUp":null,', ""));
    run.restart();
  };

  test("is tried again by itself, later and later", () => {
    const run = failed();
    const first = viewOf(run)?.parked;
    expect(first?.retryAt).toBe((first?.at ?? 0) + PARKED_RETRY_FIRST_MS);
    run.pass(HOUR);
    expect(viewOf(run)?.parked).toMatchObject({ at: first?.at, retryAt: (first?.retryAt ?? 0) + 2 * HOUR });
    cure(run);
    run.pass(HOUR);
    expect(viewOf(run)).toHaveProperty("parked");
    run.pass(HOUR);
    expect(viewOf(run)).not.toHaveProperty("parked");
    // What was missed becomes what `catchUp` says of it: by default the last one starts.
    expect(started(run)).toEqual(["healthy", POISONED]);
    expect(run.verdicts[0]).toBe("07:01:00 started");
  });

  test("is tried again when it is resumed, and parked again if it fails again", () => {
    const run = failed();
    expect(run.ask({ type: "resume" })).toMatchObject({ code: "ScheduleParked" });
    cure(run);
    expect(run.ask({ type: "resume" })).toMatchObject({ ok: true });
    expect(viewOf(run)).not.toHaveProperty("parked");
    run.settle();
    expect(started(run)).toContain(POISONED);
  });

  test("still hears of the ends of what it started", () => {
    const run = new ScheduleRun();
    run.put("* * * * *", { overlap: "skip" });
    run.pass(MINUTE);
    const [name = ""] = run.running;
    run.cells.write(RECORD, STUMBLE(run.cells.read(RECORD) ?? ""));
    run.restart();
    run.pass(MINUTE);
    expect(viewOf(run)).toHaveProperty("parked");
    run.end(name);
    expect(run.rows[0]).toMatchObject({ executionStatus: "Succeeded" });
  });

  test("harms no other of very many that fail together", () => {
    const run = new ScheduleRun();
    const names = Array.from({ length: 2 * SCHEDULES_PARKED_PER_TURN + 5 }, (_, number) => `spoilt${number}`);
    for (const name of [...names, "healthy"]) run.put("* * * * *", {}, name);
    for (const name of names) {
      const key = `schedule:flow/${name}`;
      run.cells.write(key, STUMBLE(run.cells.read(key) ?? ""));
    }
    run.restart();
    run.pass(MINUTE);
    expect(started(run)).toEqual(["healthy"]);
    expect([...run.machine.list()].filter(({ parked }) => parked)).toHaveLength(names.length);
  });
});
