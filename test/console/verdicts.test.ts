import { describe, expect, test } from "vitest";
import type { Firing } from "../../src/console/api/types.ts";
import { withoutFresh } from "../../src/console/model/fresh.ts";
import { starterOf } from "../../src/console/model/started-by.ts";
import { verdictOf } from "../../src/console/model/verdicts.ts";

const FIRING: Firing = {
  at: "2026-11-26T01:30:00.000Z",
  kind: "scheduled",
  verdict: "started",
  firedBy: "alarm",
};

describe("a firing", () => {
  test.each<[Partial<Firing>, string]>([
    [{}, "running"],
    [{ executionStatus: "Succeeded" }, "succeeded"],
    [{ executionStatus: "Succeeded", missedEnd: true }, "late"],
    [{ executionStatus: "Succeeded", firedBy: "catchUp" }, "late"],
    [{ executionStatus: "Failed", missedEnd: true }, "failed"],
    [{ executionStatus: "TimedOut" }, "timedOut"],
    [{ executionStatus: "Stopped" }, "stopped"],
    [{ verdict: "expired" }, "missed"],
    [{ verdict: "skippedOverlap" }, "missed"],
    [{ verdict: "bufferFull" }, "missed"],
    [{ verdict: "failedToStart" }, "missed"],
    [{ verdict: "buffered" }, "line"],
    [{ verdict: "paused" }, "paused"],
    [{ verdict: "excluded" }, "skipped"],
    [{ verdict: "skipped" }, "skipped"],
  ])("%o is %s", (part, state) => {
    expect(verdictOf({ ...FIRING, ...part })).toBe(state);
  });
});

describe("newer entries of a list", () => {
  const keyOf = (name: string) => name;

  test("wait above those that were shown", () => {
    expect(withoutFresh(["d", "c", "b"], keyOf, new Set(["b", "a"]))).toEqual({ rows: ["b"], fresh: 2 });
  });

  test("show when all are new, or none", () => {
    expect(withoutFresh(["d", "c"], keyOf, new Set())).toEqual({ rows: ["d", "c"], fresh: 0 });
    expect(withoutFresh(["b", "a"], keyOf, new Set(["b"]))).toEqual({ rows: ["b", "a"], fresh: 0 });
  });
});

test.each([
  ["schedule:nightly", "schedule", "nightly"],
  ["key:mradmin1", "key", "mradmin1"],
  ["somebody", "other", "somebody"],
  ["x:y", "other", "x:y"],
])("%s is a %s with the name %s", (startedBy, kind, name) => {
  expect(starterOf(startedBy)).toEqual({ kind, name });
});
