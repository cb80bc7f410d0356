import { describe, expect, test } from "vitest";
import type { HistoryEvent } from "../../src/console/api/types.ts";
import { attemptsOf } from "../../src/console/model/attempts.ts";

function at(seconds: number): string {
  return new Date(Date.UTC(2026, 10, 26, 2, 0, seconds)).toISOString();
}

function event(
  eventId: number,
  type: HistoryEvent["type"],
  more: Partial<HistoryEvent> = {},
  stepPath = "send",
): HistoryEvent {
  return {
    eventId,
    scheduleEventId: eventId - 1,
    type,
    stepName: "send",
    stepPath,
    time: at(eventId),
    ...more,
  };
}

const FAILED_TWICE = [
  event(1, "StepEntered"),
  event(2, "TaskScheduled"),
  event(3, "TaskStarted"),
  event(5, "TaskFailed", { worker: "gpu-3", takenAt: at(4), detail: { error: "DiskFull", cause: "0 B" } }),
  event(6, "TaskScheduled"),
  event(9, "TaskTimedOut", { detail: { error: "FnF.TaskTimeout" } }),
  event(10, "TaskScheduled"),
];

describe("the tries of a step", () => {
  test("are told one by one: whose work each was, when it began, was taken and ended, and how", () => {
    expect(attemptsOf(FAILED_TWICE, false)).toMatchObject([
      {
        nth: 1,
        state: "failed",
        worker: "gpu-3",
        startedAt: Date.parse(at(2)),
        takenAt: Date.parse(at(4)),
        endedAt: Date.parse(at(5)),
        error: "DiskFull",
        cause: "0 B",
      },
      { nth: 2, state: "timedOut", error: "FnF.TaskTimeout" },
      { nth: 3, state: "running", startedAt: Date.parse(at(10)) },
    ]);
  });

  test("that was under way when the execution ended was stopped", () => {
    expect(attemptsOf(FAILED_TWICE, true).at(-1)).toMatchObject({ nth: 3, state: "stopped" });
  });

  test("are counted anew for each visit", () => {
    const events = [
      event(2, "TaskScheduled"),
      event(3, "TaskSucceeded"),
      event(4, "TaskScheduled", {}, "send#2"),
    ];
    expect(attemptsOf(events, false).map(({ nth, visit }) => [nth, visit])).toEqual([
      [1, "send"],
      [1, "send#2"],
    ]);
  });

  test("are none where nothing is handed out", () => {
    expect(attemptsOf([event(1, "StepEntered"), event(2, "StepSucceeded")], true)).toEqual([]);
  });
});
