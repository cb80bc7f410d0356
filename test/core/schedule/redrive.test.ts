import { expect, test } from "vitest";
import { MINUTE, ScheduleRun } from "../../support/schedule-run.ts";

const FIRST = "nightly-20261123T040100Z";

function again(run: ScheduleRun, redrives: number, more: object = {}) {
  const firing = run.rows.find(({ executionName }) => executionName === FIRST);
  if (!firing) throw new Error("the first instant has no row");
  const { at, kind } = firing;
  return run.ask({ type: "executionAgain", at, kind, executionName: FIRST, redrives, ...more });
}

test("an execution that goes on counts as one that runs, and an end of before changes nothing", () => {
  const run = new ScheduleRun();
  run.put("* * * * *", { overlap: "skip" });
  run.pass(MINUTE);
  run.end(FIRST, "Failed");
  const [row] = run.rows;
  expect(row).toMatchObject({ executionStatus: "Failed" });
  expect(again(run, 1)).toMatchObject({ ok: true });
  expect(run.rows[0]).toMatchObject({ verdict: "started", redrives: 1 });
  expect(run.rows[0]).not.toHaveProperty("executionStatus");
  run.end(FIRST, "Failed");
  expect(run.rows[0]).not.toHaveProperty("executionStatus");
  run.pass(MINUTE);
  expect(run.rows[0]).toMatchObject({ verdict: "skippedOverlap", reason: `"${FIRST}" was running` });
});

test("one that must not overlap is refused while another runs, unless it is forced", () => {
  const run = new ScheduleRun();
  run.put("* * * * *", { overlap: "skip" });
  run.pass(MINUTE);
  run.end(FIRST, "Failed");
  run.pass(MINUTE);
  const refused = again(run, 1, { dryRun: true });
  expect(refused).toMatchObject({ ok: false, code: "OverlapRunning" });
  expect(again(run, 1)).toEqual(refused);
  expect(again(run, 1, { force: true, dryRun: true })).toMatchObject({ ok: true });
  expect(run.rows[1]).toMatchObject({ executionStatus: "Failed" });
  expect(again(run, 1, { force: true })).toMatchObject({ ok: true });
  expect(run.rows[1]).toMatchObject({ redrives: 1 });
});
