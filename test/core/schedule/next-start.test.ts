import { beforeEach, describe, expect, test } from "vitest";
import { MINUTE, ScheduleRun } from "../../support/schedule-run.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Monday. */
const MIDNIGHT = Date.UTC(2026, 10, 23);

let run: ScheduleRun;

beforeEach(() => {
  run = new ScheduleRun(MIDNIGHT - HOUR);
});

/** What is shown of what comes. */
function coming() {
  const { nextAt, leftOut } = run.machine.get("flow", "nightly") ?? {};
  return { nextAt, leftOut };
}

function skip(at: number, reason?: string) {
  run.ask({ type: "skip", at, by: "key:k", ...(reason !== undefined && { reason }) });
}

describe("the next instant that is shown is the next that starts something", () => {
  test("so nothing is left out of most schedules", () => {
    run.put("@daily");
    expect(coming()).toEqual({ nextAt: MIDNIGHT });
  });

  test("and one that is skipped before it is told as such, with its reason", () => {
    run.put("@daily");
    skip(MIDNIGHT + 3 * DAY);
    expect(coming()).toEqual({ nextAt: MIDNIGHT });
    skip(MIDNIGHT + DAY);
    skip(MIDNIGHT, "moving house");
    const leftOut = { at: MIDNIGHT, verdict: "skipped", reason: "moving house" };
    expect(coming()).toEqual({ nextAt: MIDNIGHT + 2 * DAY, leftOut });
    run.pass(DAY);
    expect(run.verdicts).toEqual(["00:00:00 skipped"]);
    expect(coming()).toEqual({
      nextAt: MIDNIGHT + 2 * DAY,
      leftOut: { at: MIDNIGHT + DAY, verdict: "skipped" },
    });
    run.ask({ type: "unskip", at: MIDNIGHT + DAY });
    expect(coming()).toEqual({ nextAt: MIDNIGHT + DAY });
  });

  test("and one that is excluded before it is told as such, whatever else it is", () => {
    run.put("* * * * *", { exclude: { dates: ["2026-11-23", "2026-11-24"], crons: ["* 0-5 25 * *"] } });
    run.now = MIDNIGHT - 30_000;
    run.ring();
    skip(MIDNIGHT, "moving house");
    skip(MIDNIGHT + 2 * DAY + 6 * HOUR);
    const leftOut = { at: MIDNIGHT, verdict: "excluded", reason: "2026-11-23 is an excluded date" };
    expect(coming()).toEqual({ nextAt: MIDNIGHT + 2 * DAY + 6 * HOUR + MINUTE, leftOut });
  });

  test("and there is none if all are left out, as far as anybody looks", () => {
    run.put("@daily", { exclude: { crons: ["* * * * *"] } });
    expect(coming()).toEqual({
      nextAt: undefined,
      leftOut: { at: MIDNIGHT, verdict: "excluded", reason: 'excluded by "* * * * *"' },
    });
    run.put("@at 2026-11-24T00:00:00Z", { exclude: { dates: ["2026-11-24"] } });
    expect(coming()).toMatchObject({ nextAt: undefined, leftOut: { at: MIDNIGHT + DAY } });
  });

  test("and nothing is while it is paused", () => {
    run.put("@daily", { exclude: { dates: ["2026-11-23"] } });
    run.ask({ type: "setEnabled", enabled: false });
    expect(coming()).toEqual({});
    run.ask({ type: "setEnabled", enabled: true });
    expect(coming()).toMatchObject({ nextAt: MIDNIGHT + DAY, leftOut: { at: MIDNIGHT } });
  });
});
