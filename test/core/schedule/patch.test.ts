import { beforeEach, describe, expect, test } from "vitest";
import type { SchedulePatch } from "../../../src/core/schedule/schedule.ts";
import { MINUTE, ScheduleRun } from "../../support/schedule-run.ts";

const START = Date.UTC(2026, 10, 23, 4, 0, 30);

let run: ScheduleRun;

beforeEach(() => {
  run = new ScheduleRun(START);
});

function patch(changes: SchedulePatch) {
  return run.ask({ type: "patch", patch: changes });
}

function stored() {
  return run.machine.get("flow", "nightly");
}

describe("a schedule that is patched", () => {
  test("keeps what is not named, and has defaults where it is named null", () => {
    run.put("* * * * *", { timeZone: "Asia/Shanghai", overlap: "skip", catchUp: { mode: "all", max: 2 } });
    run.now += 1;
    expect(patch({ cron: "@daily", catchUp: { mode: "all" }, overlap: null })).toMatchObject({
      created: false,
    });
    expect(stored()).not.toHaveProperty("overlap");
    expect(stored()).toMatchObject({
      cron: "@daily",
      timeZone: "Asia/Shanghai",
      payload: { n: 1 },
      createdAt: START,
      updatedAt: START + 1,
      nextAt: Date.UTC(2026, 10, 23, 16),
    });
    expect(stored()?.catchUp).toEqual({ mode: "all" });
  });

  test("is as it was, whenever nothing is changed, and what it was about to start starts", () => {
    run.put("* * * * *", { jitterSeconds: 30 });
    const before = stored();
    run.now += MINUTE;
    expect(patch({})).toMatchObject({ ok: true, schedule: { updatedAt: START } });
    expect(patch({ payload: { n: 1 } })).toMatchObject({ ok: true, schedule: { updatedAt: START } });
    expect(stored()).toEqual(before);
    run.pass(2 * MINUTE);
    expect(run.rows.map(({ verdict }) => verdict)).toContain("started");
  });

  test("rests as long as nobody says that it may go on", () => {
    run.put("* * * * *", { enabled: false });
    expect(patch({ description: "resting" })).toMatchObject({ schedule: { enabled: false } });
    expect(patch({ enabled: null })).toMatchObject({ schedule: { enabled: true } });
    run.pass(MINUTE);
    expect(run.rows.at(0)).toMatchObject({ verdict: "started" });
  });

  test("counts @every from where it did", () => {
    run.put("@every 90s");
    const { nextAt } = stored() ?? {};
    run.now += 1000;
    patch({ description: "the same instants" });
    expect(stored()?.nextAt).toBe(nextAt);
  });

  test("tells its payload as a client wrote it, as long as it has that one", () => {
    run.put("* * * * *", { payload: { n: 1 }, payloadText: '{"n": 1}' });
    patch({ description: "another", payload: { n: 1 } });
    expect(stored()).toMatchObject({ payloadText: '{"n": 1}', description: "another" });
    patch({ payload: { n: 2 } });
    expect(stored()).not.toHaveProperty("payloadText");
    run.put("* * * * *", { payload: { n: 1 }, payloadText: '{"n": 1}' });
    patch({ payload: null });
    expect(stored()).not.toHaveProperty("payloadText");
    patch({ payload: { n: 1 } });
    expect(stored()).not.toHaveProperty("payloadText");
  });

  test("is refused what cannot be, and is not made", () => {
    expect(patch({ cron: "@daily" })).toMatchObject({ code: "ScheduleNotExists" });
    run.put("* * * * *");
    expect(patch({ cron: "nonsense" })).toMatchObject({ code: "InvalidCron" });
    expect(stored()).toMatchObject({ cron: "* * * * *", updatedAt: START });
  });

  test("is none of a flow that was made again", () => {
    run.put("* * * * *");
    run.ask({ type: "patch", patch: { description: "first" }, generation: 1 });
    expect(stored()).toMatchObject({ description: "first" });
    expect(run.ask({ type: "patch", patch: { description: "second" }, generation: 2 })).toMatchObject({
      code: "ScheduleNotExists",
    });
    expect(stored()).toMatchObject({ description: "first" });
  });
});
