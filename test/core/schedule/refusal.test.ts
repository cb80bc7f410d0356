import { describe, expect, test } from "vitest";
import { warningsOf } from "../../../src/core/schedule/timetable/warnings.ts";
import type { SchedulePatch } from "../../../src/core/schedule/schedule.ts";
import { MINUTE, ScheduleRun } from "../../support/schedule-run.ts";

describe("a zone by its abbreviation is refused, with what is likely meant", () => {
  test.each([
    ["BST", "Europe/London or Asia/Dhaka"],
    ["bst", "Europe/London"],
    ["CST", "Asia/Shanghai"],
    ["PST", "America/Los_Angeles"],
    ["IST", "Asia/Kolkata, Europe/Dublin or Asia/Jerusalem"],
    ["EST", "America/New_York"],
    ["EST5EDT", "America/New_York"],
    ["SystemV/EST5", "America/New_York"],
    ["CET", "Europe/Berlin"],
    ["MIT", "Pacific/Apia"],
    ["PDT", "America/Los_Angeles"],
    ["shanghai", "Asia/Shanghai"],
    ["Europe/Berln", "Europe/Berlin"],
    ["Mars/Phobos", "a name such as Asia/Shanghai"],
  ])("%s", (zone, words) => {
    const run = new ScheduleRun();
    const refused = { code: "InvalidCron", detail: expect.stringContaining(words) };
    expect(run.put("@daily", { timeZone: zone })).toMatchObject(refused);
    expect(run.put(`CRON_TZ=${zone} 0 0 * * *`)).toMatchObject(refused);
    expect(run.put(["@daily", `CRON_TZ=${zone} 0 0 * * *`])).toMatchObject({
      detail: expect.stringMatching(/^cron\[1\]: /),
    });
    const exclude = { crons: [`CRON_TZ=${zone} 0 0 * * *`] };
    expect(run.put("@daily", { exclude })).toMatchObject({
      detail: expect.stringMatching(/^exclude\.crons\[0\]: /),
    });
  });

  test.each([
    "UTC",
    "utc",
    "GMT",
    "GMT0",
    "Zulu",
    "Etc/GMT+5",
    "Etc/UTC",
    "Asia/Kolkata",
    "US/Pacific",
    "PRC",
    "Japan",
  ])("but not %s", (timeZone) => {
    expect(new ScheduleRun().put("@daily", { timeZone })).toMatchObject({ ok: true });
  });
});

describe("a zone before an expression that contradicts the schedule's is refused", () => {
  test.each(["CRON_TZ=UTC", "TZ=UTC"])("%s, in the words that were written", (zone) => {
    expect(new ScheduleRun().put(`${zone} 0 1 * * *`, { timeZone: "Asia/Shanghai" })).toMatchObject({
      code: "InvalidCron",
      detail: `${zone} contradicts timeZone Asia/Shanghai: keep one of them`,
    });
  });

  test("not one that is only written in other letters", () => {
    expect(new ScheduleRun().put("TZ=utc 0 1 * * *", { timeZone: "UTC" })).toMatchObject({ ok: true });
  });
});

describe("a schedule that was stored before its zone was refused", () => {
  /** As an older release let it in. */
  function stored(timeZone: string): ScheduleRun {
    const run = new ScheduleRun();
    run.put("0 * * * *", { timeZone: "Asia/Dhaka" });
    const key = "schedule:flow/nightly";
    run.cells.write(key, (run.cells.read(key) ?? "").replace("Asia/Dhaka", timeZone));
    run.restart();
    return run;
  }

  test("goes on, and says what would be refused now", () => {
    const run = stored("BST");
    run.pass(120 * MINUTE);
    expect(run.verdicts).toEqual(["06:00:00 started", "05:00:00 started"]);
    expect(run.machine.get("flow", "nightly")).toMatchObject({
      refusedToday: expect.stringContaining("Europe/London"),
    });
  });

  test("can be changed and paused, but gets no other such zone", () => {
    const run = stored("BST");
    const changed = { timeZone: "BST", description: "changed", enabled: false };
    expect(run.put("30 * * * *", changed)).toMatchObject({ ok: true });
    expect(run.put("30 * * * *", { timeZone: "CST" })).toMatchObject({ code: "InvalidCron" });
    expect(run.put("30 * * * *", { timeZone: "Europe/London" })).toMatchObject({ ok: true });
    expect(run.machine.get("flow", "nightly")).not.toHaveProperty("refusedToday");
  });

  test.each(["BST", "Mars/Phobos"])("can be patched where it says nothing of times: %s", (timeZone) => {
    const run = stored(timeZone);
    const patch = (changes: SchedulePatch) => run.ask({ type: "patch", patch: changes });
    expect(patch({ description: "changed", payload: { n: 2 } })).toMatchObject({
      ok: true,
      schedule: { timeZone, payload: { n: 2 }, refusedToday: expect.stringContaining(timeZone) },
    });
    expect(patch({ enabled: false })).toMatchObject({ ok: true });
    expect(patch({ timeZone: "PST" })).toMatchObject({ code: "InvalidCron" });
    expect(patch({ timeZone: "Asia/Dhaka" })).toMatchObject({ ok: true });
    expect(run.machine.get("flow", "nightly")).not.toHaveProperty("refusedToday");
  });

  test("of which the platform knows nothing any more harms no other, and goes on where it stopped", () => {
    const run = stored("Mars/Phobos");
    run.put("0 * * * *", {}, "other");
    expect(run.machine.get("flow", "nightly")).toMatchObject({
      refusedToday: expect.stringContaining("Mars/Phobos"),
    });
    run.pass(60 * MINUTE);
    expect(run.executions.size).toBe(1);
    run.cells.write(
      "schedule:flow/nightly",
      (run.cells.read("schedule:flow/nightly") ?? "").replace("Mars/Phobos", "Asia/Dhaka"),
    );
    run.restart();
    run.pass(60 * MINUTE);
    expect(run.verdicts).toEqual(["06:00:00 started", "05:00:00 started"]);
  });
});

describe("a weekday by number, where the first field is seconds, is warned of", () => {
  test.each([
    ["0 0 11 ? * 5", '"5" is Friday here, and Thursday in Quartz: write FRI to be sure'],
    [
      "0 0 11 ? * 1-5",
      '"1-5" is Monday to Friday here, and Sunday to Thursday in Quartz: write MON-FRI to be sure',
    ],
    ["0 0 11 ? * 1,3-5/2 2027", "write MON,WED-FRI/2 to be sure"],
    ["CRON_TZ=Asia/Tokyo 0 0 11 ? * 7", '"7" is Sunday here, and Saturday in Quartz: write SUN to be sure'],
    ["0 0 11 ? * 0", '"0" is Sunday here: write SUN to be sure'],
    ["0 0 11 ? * 5#2", "write FRI#2 to be sure"],
    ["0 0 11 ? * 5L", "write FRI#L to be sure"],
    ["0 0 11 1 * +1", "write MON to be sure"],
  ])("%s", (cron, words) => {
    expect(warningsOf({ cron })).toEqual([expect.stringContaining(words)]);
    expect(warningsOf({ cron: "@daily", exclude: { crons: [cron] } })).toHaveLength(1);
  });

  test.each(["0 11 * * 5", "0 0 11 ? * FRI", "0 0 11 ? * *", "0 0 11 ? * MON-FRI", "@daily"])(
    "but not in %s",
    (cron) => {
      expect(warningsOf({ cron })).toEqual([]);
    },
  );
});
