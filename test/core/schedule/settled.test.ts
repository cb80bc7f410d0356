import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ScheduleState } from "../../../src/core/schedule/state.ts";
import { MINUTE, ScheduleRun } from "../../support/schedule-run.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ZONE = "Africa/Casablanca";
const START = Date.UTC(2026, 5, 1, 12);
const STATE = "state:flow/nightly";

/** The service on a platform whose zone data says of Casablanca what another zone's says. */
async function releaseWith(zone: string, before?: ScheduleRun): Promise<ScheduleRun> {
  const { DateTimeFormat } = Intl;
  function Patched(locale: string, { timeZone, ...options }: Intl.DateTimeFormatOptions = {}) {
    return new DateTimeFormat(locale, { ...options, timeZone: timeZone === ZONE ? zone : timeZone });
  }
  vi.unstubAllGlobals();
  vi.stubGlobal("Intl", { ...Intl, DateTimeFormat: Patched });
  vi.resetModules();
  const fresh = await import("../../support/schedule-run.ts");
  const run = new fresh.ScheduleRun(before?.now ?? START);
  if (before) {
    run.cells = before.cells;
    run.restart();
  }
  return run;
}

/** As a release wrote it that knew only the next instant. */
function forgetSettled(run: ScheduleRun): void {
  const { settledUntil: _, ...state } = JSON.parse(run.cells.read(STATE) ?? "{}") as ScheduleState;
  run.cells.write(STATE, JSON.stringify(state));
}

function instants(run: ScheduleRun): string[] {
  return run.rows
    .map(({ at, verdict }) => `${new Date(at).toISOString().slice(5, 16)} ${verdict}`)
    .toReversed();
}

function expectNoGap(run: ScheduleRun, step: number): void {
  const times = run.rows.map(({ at }) => at);
  expect(times).toEqual(times.map((_, row) => (times[0] ?? 0) - row * step));
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

describe.each(["", "of a release that kept only the next instant"])(
  "zone data that changes under a state %s",
  (older) => {
    const change = async (from: string, to: string, cron: string) => {
      const before = await releaseWith(from);
      before.put(cron, { timeZone: ZONE });
      before.pass(2 * DAY);
      if (older !== "") forgetSettled(before);
      return releaseWith(to, before);
    };

    test("so that the next instant comes earlier than was written", async () => {
      const run = await change("UTC", "Etc/GMT-1", "30 14 * * *");
      expect(run.machine.nextTimerAt()).toBe(Date.UTC(2026, 5, 3, 13, 30));
      run.pass(DAY);
      expect(instants(run).at(-1)).toBe("06-03T13:30 started");
    });

    test("so that it comes later", async () => {
      const run = await change("Etc/GMT-1", "UTC", "30 13 * * *");
      run.pass(DAY);
      expect(instants(run).at(-1)).toBe("06-03T13:30 started");
      expect(run.machine.nextTimerAt()).toBe(Date.UTC(2026, 5, 4, 13, 30));
    });

    test("so that it had come while the service was away, or before the change", async () => {
      const run = await change("UTC", "Etc/GMT-1", "0 0 13 3 6 *");
      // At noon on the third it is one o'clock by the new data.
      expect(run.now).toBe(Date.UTC(2026, 5, 3, 12));
      run.pass(MINUTE);
      expect(instants(run)).toEqual(["06-03T12:00 started"]);
    });
  },
);

describe("a clock that was ahead", () => {
  let run: ScheduleRun;
  beforeEach(() => {
    run = new ScheduleRun(START);
  });

  function ahead(milliseconds: number, act: () => void): void {
    run.now += milliseconds;
    act();
    run.settle();
    run.now -= milliseconds;
  }

  const DAILY = "0 13 * * *";
  const put = () => run.put(DAILY);
  const change = () => run.put(DAILY, { description: "changed" });
  const pause = () => run.ask({ type: "setEnabled", enabled: false });
  const look = () => run.ask({ type: "writePassed" });
  const resume = () => run.ask({ type: "resume" });
  const nothing = () => {};

  // What was missed by the clock of then was missed: a row is the lock of its instant. What passed in a pause did not.
  test.each([
    ["is made", nothing, put, nothing, "started"],
    ["is changed", put, change, nothing, "expired"],
    ["fires", put, () => run.tick(), nothing, "expired"],
    ["rests and is resumed", () => (put(), pause()), resume, nothing, "started"],
    ["rests and is looked at", () => (put(), pause()), look, resume, "started"],
  ])("when a schedule %s leaves each instant its row", (_what, before, then, after, verdict) => {
    before();
    ahead(365 * DAY, then);
    run.tick();
    after();
    run.pass(3 * DAY);
    const seen = run.rows.filter(({ at }) => at <= run.now);
    expect(seen.map((row) => row.verdict)).toEqual([verdict, verdict, verdict]);
  });

  test("starts nothing twice", () => {
    run.put("0 * * * *");
    ahead(5 * HOUR, () => run.ring());
    expect(run.executions.size).toBe(1);
    run.tick();
    run.pass(6 * HOUR);
    expect(run.executions.size).toBe(2);
    expect(run.rows).toHaveLength(6);
    expectNoGap(run, HOUR);
  });

  test("is found out after a restart, too", () => {
    ahead(365 * DAY, () => run.put("0 * * * *"));
    run.restart();
    run.tick();
    run.pass(DAY);
    expect(run.executions.size).toBe(24);
    run.restart();
    run.pass(DAY);
    expect(run.executions.size).toBe(48);
  });

  test("by as little as clocks are set every day costs no row", () => {
    run.put("* * * * *");
    run.pass(MINUTE);
    run.now -= 10;
    const before = run.cells.read(STATE);
    run.tick();
    expect(run.cells.read(STATE)).toBe(before);
    run.pass(MINUTE + 10);
    expect(run.executions.size).toBe(2);
  });

  test("does not keep an instant waiting for the end of an execution", () => {
    run.put("0 * * * *", { overlap: "bufferOne" });
    run.pass(HOUR);
    ahead(365 * DAY, () => run.ring());
    run.tick();
    for (const name of run.running) run.end(name, "Succeeded", false);
    run.pass(2 * MINUTE);
    expect(run.rows.some(({ verdict }) => verdict === "buffered")).toBe(false);
  });
});
