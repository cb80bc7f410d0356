import { beforeEach, describe, expect, test } from "vitest";
import { BOARD_NEXT_TOLD, BOARD_PROBLEMS_TOLD } from "../../../src/core/view-limits.ts";
import { MINUTE, ScheduleRun } from "../../support/schedule-run.ts";

const PAUSE_MS = 30_000;
const HOUR = 60 * MINUTE;

let run: ScheduleRun;

beforeEach(() => {
  run = new ScheduleRun();
});

function stand() {
  return run.machine.telling(run.now, "shard-3");
}

function digest() {
  return stand()?.telling.digest;
}

/** When the board is to be told, if at all. */
function due(): number[] {
  const asked = run.tellings.filter((effect) => run.machine.effects.isPending(effect));
  run.tellings = [];
  return asked.map(({ since }) => since);
}

function told(): void {
  run.act({ type: "boardTold", stand: stand()?.stand ?? "", pauseMs: PAUSE_MS });
}

describe("the board is told of a shard", () => {
  test("nothing while nothing was ever in it", () => {
    run.tick();
    expect([stand(), due()]).toEqual([undefined, []]);
  });

  test("at once of a change, of the next ones together at the end of the pause, and over a restart", () => {
    run.put("0 5 * * *");
    expect(due()).toEqual([run.now]);
    told();
    const toldAt = run.now;
    run.now += 1000;
    run.put("0 6 * * *");
    run.put("0 7 * * *", {}, "other");
    expect(due()).toEqual([toldAt + PAUSE_MS]);
    run.restart();
    expect(due()).toEqual([toldAt + PAUSE_MS]);
    told();
    run.restart();
    expect(due()).toEqual([]);
  });

  test("that a schedule is gone, also when the memory is lost meanwhile", () => {
    run.put("0 5 * * *");
    told();
    const before = stand()?.telling.nth ?? 0;
    run.now += HOUR;
    run.act({ type: "deleteSchedule", flow: "flow", name: "nightly" });
    run.restart();
    expect(stand()?.telling.nth).toBeGreaterThan(before);
    expect(due()).toHaveLength(1);
    expect(digest()).toMatchObject({ schedules: 0, on: 0, next: [], problems: [] });
  });

  test("what starts next, the soonest first, and no more than is shown", () => {
    for (let nth = 0; nth < BOARD_NEXT_TOLD + 5; nth++) run.put(`${59 - nth} 5 * * *`, {}, `s${nth}`);
    const { next = [], schedules } = digest() ?? {};
    expect([schedules, next.length]).toEqual([BOARD_NEXT_TOLD + 5, BOARD_NEXT_TOLD]);
    expect(next[0]).toMatchObject({ flow: "flow", schedule: `s${BOARD_NEXT_TOLD + 4}` });
  });

  test("with a number that grows with whatever changes, and that a night tells, too", () => {
    run.put("0 5 * * *");
    const first = digest()?.change ?? 0;
    run.pass(HOUR);
    const second = digest()?.change ?? 0;
    expect(second).toBeGreaterThan(first);
    run.restart();
    expect(run.machine.night(run.now - HOUR, run.now, run.now).change).toBe(second);
  });
});

describe("somebody has to look after a schedule", () => {
  test("whose newest firing failed, until one goes well", () => {
    run.put("* * * * *");
    run.pass(MINUTE);
    run.end("nightly-20261123T040100Z", "Failed");
    run.pass(MINUTE);
    run.end("nightly-20261123T040200Z", "Failed");
    const executionName = "nightly-20261123T040200Z";
    expect(digest()?.problems).toMatchObject([
      { kind: "failed", schedule: "nightly", count: 2, executionName },
    ]);
    run.pass(MINUTE);
    run.end("nightly-20261123T040300Z");
    expect(digest()?.problems).toEqual([]);
  });

  test("that missed an instant, with why, but not for ever", () => {
    run.put("0 5 * * *", { catchUp: { mode: "none" } });
    run.outage(2 * HOUR);
    run.tick();
    expect(digest()?.problems).toMatchObject([{ kind: "missed", why: "expired", count: 1 }]);
    run.ask({ type: "setEnabled", enabled: false });
    run.now += 48 * HOUR;
    expect(digest()?.problems).toEqual([]);
  });

  test("that is on and has no instant to come, unless it was to end", () => {
    run.put("0 0 30 2 *");
    run.put("0 5 * * *", { endAt: run.now + HOUR }, "ends");
    run.pass(2 * HOUR);
    expect(digest()?.problems.filter(({ kind }) => kind === "noFuture")).toMatchObject([
      { schedule: "nightly" },
    ]);
  });

  test("most urgent first, and of no more than are kept", () => {
    const names = Array.from({ length: BOARD_PROBLEMS_TOLD + 5 }, (_, nth) => `s${nth}`);
    for (const name of names) run.put("0 5 * * *", { catchUp: { mode: "none" } }, name);
    run.outage(2 * HOUR);
    run.put("0 0 30 2 *", {}, "never");
    run.tick();
    const { problems = [], leftOut } = digest() ?? {};
    expect([problems.length, problems[0]?.kind]).toEqual([BOARD_PROBLEMS_TOLD, "noFuture"]);
    expect(leftOut).toBe(6);
  });
});
