import { describe, expect, test } from "vitest";
import { Outbox } from "../../../src/core/host/outbox.ts";
import { LEDGER_CHUNK, OBJECT_MEMORY_BYTES, SHARD_FIRINGS_BYTES } from "../../../src/core/limits.ts";
import type { ScheduleCommand } from "../../../src/core/schedule/command.ts";
import type { ScheduleEffect, StartFiring } from "../../../src/core/schedule/effect.ts";
import {
  type Firing,
  type ScheduleSpec,
  firingExecutionName,
  firingId,
} from "../../../src/core/schedule/schedule.ts";
import { ScheduleMachine } from "../../../src/core/schedule/schedule-machine.ts";
import { DiskCells } from "../../support/disk-cells.ts";
import { HeapWatch } from "../../support/heap.ts";
import { MINUTE } from "../../support/schedule-run.ts";

const START = Date.UTC(2026, 10, 23, 4, 0, 30);
const ROWS_A_LOOK = 500;
const KIB = 1024;
const SCHEDULES = 400;
const LONG = "n".repeat(100);

/** A shard whose flows take no starts. */
class Shard {
  readonly cells = new DiskCells();
  machine = new ScheduleMachine(this.cells);
  now = START;

  act(command: ScheduleCommand): string {
    const outcome = this.machine.handle(command, this.now);
    this.machine.save();
    this.machine.effects.takeNew();
    return outcome.ok ? "ok" : outcome.code;
  }

  put(nth: number, spec: ScheduleSpec): string {
    return this.act({ type: "putSchedule", flow: LONG, name: `${nth}-${LONG}`, spec });
  }

  /** Many runs are one commit. */
  run(nth: number): string {
    const name = `${nth % SCHEDULES}-${LONG}`;
    const payload = { text: "x".repeat(KIB) };
    const run = { flow: LONG, name, firedBy: "key:k", runId: `r${nth}`, payload } as const;
    const outcome = this.machine.handle({ type: "runNow", ...run }, this.now);
    if (nth % SCHEDULES === 0) this.machine.save();
    return outcome.ok ? "ok" : outcome.code;
  }

  /** Gives how often, and the refusal. */
  until(act: (nth: number) => string): [number, string] {
    for (let nth = 0; ; nth++) {
      const code = act(nth);
      if (code !== "ok") return [nth, code];
    }
  }

  newest(nth: number): Firing | undefined {
    for (const [, row] of this.machine.firings(LONG, `${nth}-${LONG}`)) return row;
    return undefined;
  }

  /** Each schedule is given as many rows as its state can have. */
  fireAll(): void {
    const tail = Array.from({ length: 2 * LEDGER_CHUNK }, (_, nth): Firing => {
      const at = this.now - (100 - nth) * MINUTE;
      return {
        at,
        kind: "scheduled",
        verdict: "started",
        firedBy: "alarm",
        firedAt: at + 7,
        latenessMs: 7,
        executionName: firingExecutionName(LONG, "scheduled", at),
        startedAt: at + 23,
        startLatenessMs: 23,
        executionStatus: "Succeeded",
      };
    });
    for (const [key, text] of Array.from(this.cells.range("state:", "state;"))) {
      const rest = text.slice(0, text.lastIndexOf("}"));
      this.cells.write(key, `${rest},"tail":${JSON.stringify(tail)}}`);
    }
  }

  /** A new memory reads the shard; what it takes then, in bytes. */
  measure(): { held: number; most: number; starts: number } {
    this.machine = new ScheduleMachine(new DiskCells());
    const watch = new HeapWatch();
    let rows = 0;
    this.cells.onRow = () => void (++rows % ROWS_A_LOOK === 0 && watch.look());
    const machine = new ScheduleMachine(this.cells);
    const outbox = new Outbox<ScheduleEffect>();
    const effects = machine.effects.takeNew();
    outbox.add(effects);
    const held = watch.look();
    this.cells.onRow = () => {};
    this.machine = machine;
    expect(outbox.nextAt(this.now) !== undefined).toBe(effects.length > 0);
    const starts = effects.filter(({ kind }) => kind === "startFiring");
    return { held, most: watch.most, starts: starts.length };
  }
}

const DATES = Array.from({ length: 1000 }, (_, day) =>
  new Date(START + day * 24 * 60 * MINUTE).toISOString(),
);
const SPECS: [what: string, spec: ScheduleSpec][] = [
  ["short ones", { cron: "* * * * *" }],
  [
    "long ones",
    {
      cron: Array.from({ length: 20 }, (_, minute) => `${minute}-59/7 */2 1-30 * *`),
      timeZone: "Europe/Berlin",
      exclude: { dates: DATES.map((date) => date.slice(0, 10)) },
      description: "ä".repeat(1000),
    },
  ],
];

describe("a shard of schedules", () => {
  test.each(SPECS)("refuses more of them than its memory holds when all have fired often: %s", (_, spec) => {
    const shard = new Shard();
    const [, code] = shard.until((nth) => shard.put(nth, { ...spec, enabled: false }));
    expect(code).toBe("MemoryFull");
    shard.fireAll();
    const { held, most } = shard.measure();
    expect(most).toBeLessThan(OBJECT_MEMORY_BYTES);
    // The formulas count no more than twice what is there.
    expect(held).toBeGreaterThan((OBJECT_MEMORY_BYTES - SHARD_FIRINGS_BYTES) / 2);
  });

  test("refuses runs when as many starts wait as its memory holds, and what time brings has a row that says so", () => {
    const shard = new Shard();
    for (let nth = 0; nth < SCHEDULES; nth++) shard.put(nth, { cron: "* * * * *" });
    const [runs, code] = shard.until((nth) => shard.run(nth));
    expect(code).toBe("MemoryFull");
    shard.now += MINUTE;
    expect(shard.act({ type: "fire", firedBy: "alarm" })).toBe("ok");
    const due = Array.from({ length: SCHEDULES }, (_, nth) => shard.newest(nth));
    const started = due.filter((row) => row?.verdict === "started");
    const told = { verdict: "failedToStart", reason: expect.stringContaining("memory") };
    expect(started.length).toBeLessThan(10);
    for (const row of due) if (row?.verdict !== "started") expect(row).toMatchObject(told);
    const { held, most, starts } = shard.measure();
    expect(starts).toBe(runs + started.length);
    expect(most).toBeLessThan(OBJECT_MEMORY_BYTES);
    expect(held).toBeGreaterThan(OBJECT_MEMORY_BYTES / 2);
  });
});

test("large payloads of schedules, and of starts that are under way, lie on disk until they start", () => {
  const shard = new Shard();
  const textOf = (nth: number) => `${nth} ${"x".repeat(250 * KIB)}`;
  for (let nth = 0; nth < 40; nth++) {
    const payload = { text: textOf(nth) };
    shard.put(nth, { cron: "* * * * *", payload, payloadText: JSON.stringify(payload) });
  }
  shard.now += MINUTE;
  shard.act({ type: "fire", firedBy: "alarm" });
  for (let nth = 0; nth < 40; nth++) shard.put(nth, { cron: "* * * * *", payload: { text: "changed" } });
  const { held, starts } = shard.measure();
  expect(starts).toBe(40);
  expect(held).toBeLessThan(2 * KIB * KIB);
  const first = { flow: LONG, schedule: `7-${LONG}`, at: START + 30_000, firing: "scheduled" } as const;
  const executionName = firingExecutionName(first.schedule, "scheduled", first.at);
  const id = firingId(`${LONG}/${first.schedule}`, "scheduled", first.at);
  const effect: StartFiring = { ...first, id, kind: "startFiring", since: shard.now, executionName };
  expect(shard.machine.inputOf(effect)).toMatchObject({ payload: { text: textOf(7) } });
  shard.act({ type: "startTaken", effect });
  expect(shard.machine.inputOf(effect)).toBeUndefined();
  expect(shard.machine.get(LONG, first.schedule)?.payload).toEqual({ text: "changed" });
});
