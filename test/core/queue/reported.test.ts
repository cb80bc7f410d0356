import { expect, test } from "vitest";
import { afterVerdicts } from "../../../src/core/queue/reported.ts";
import { reject } from "../../../src/core/result.ts";
import type { PassedReport, TaskVerdict } from "../../../src/core/task-reports.ts";

const OK: TaskVerdict = { ok: true, eventId: 7 };

function success(path: string, receipt?: string): PassedReport {
  const report = { type: "reportSucceeded", path, attempt: 1, output: {} } as const;
  return { execution: "e", report, ...(receipt !== undefined && { receipt }) };
}

function failure(path: string, receipt: string): PassedReport {
  const report = { type: "reportFailed", path, attempt: 2, error: "Exit.1", cause: "" } as const;
  return { execution: "e", report, receipt };
}

test("a message goes when its task is over, whoever reported it, and stays when it is to be reported again", () => {
  const codes = ["TaskAlreadyCompleted", "TaskSuperseded", "TaskTimedOut", "ExecutionEnded"];
  const stays = ["Overloaded", "InternalError", "InvalidOutput", "RecordUnreadable"];
  const reports = [...codes, ...stays].map((code) => success(code, `receipt of ${code}`));
  const verdicts = reports.map(({ report }) => reject(report.path, ""));
  const done = afterVerdicts([...reports, success("a", "receipt"), success("b")], [...verdicts, OK, OK]);
  expect(done.removeDone).toEqual([...codes.map((code) => `receipt of ${code}`), "receipt"]);
});

test("those who look at workers see what was accepted, with when it was taken and how it failed", () => {
  const taken = "1-2-3-1-0-rs";
  const reports = [success("a", taken), failure("b", "1-2-4"), failure("c", "1-2-5"), success("d")];
  const { reported } = afterVerdicts(reports, [OK, OK, reject("TaskTimedOut", ""), OK]);
  expect(reported).toEqual({
    done: 2,
    failed: 1,
    tasks: [
      { execution: "e", path: "a", attempt: 1, takenAt: 1000 },
      { execution: "e", path: "b", attempt: 2, error: "Exit.1" },
      { execution: "e", path: "d", attempt: 1 },
    ],
  });
});
