import { expect, test } from "vitest";
import type { Worker } from "../../src/console/api/types.ts";
import { placedMarks } from "../../src/console/model/depth-marks.ts";

const MINUTE_MS = 60_000;
const FROM = Date.parse("2026-11-26T00:00:00.000Z");
const TO = FROM + 100 * MINUTE_MS;
const WELL = {
  queue: "gpu",
  state: "live",
  draining: false,
  leases: 0,
  done: 1,
  failed: 0,
  lost: 0,
} as const;

function at(minute: number): string {
  return new Date(FROM + minute * MINUTE_MS).toISOString();
}

function failing(name: string, minute: number): Worker {
  return {
    ...WELL,
    running: [],
    name,
    since: at(0),
    lastSeenAt: at(99),
    trouble: "failing",
    failingSince: at(minute),
  };
}

test("what happened to a queue and its machines is told where it happened, the text where there is room", () => {
  const drained: Worker = {
    ...failing("gpu-5", 20),
    draining: true,
    drain: { since: at(60), reason: "disk is full" },
  };
  const marks = placedMarks(
    { paused: { at: at(80), by: "li.wei" } },
    [failing("gpu-3", 15), drained],
    [FROM, TO],
  );
  expect(marks).toMatchObject([
    { kind: "failing", worker: "gpu-3", left: 15, isLeft: false },
    { kind: "draining", worker: "gpu-5", left: 60, isLeft: true },
    { kind: "paused", left: 80, isLeft: true },
  ]);
});

test("processes of one machine are one event, and of many machines the newest are told", () => {
  expect(placedMarks({}, [failing("a", 5), failing("a", 6)], [FROM, TO])).toHaveLength(1);
  const many = Array.from({ length: 9 }, (_, nth) => failing(`gpu-${nth}`, nth));
  expect(placedMarks({}, many, [FROM, TO]).map(({ worker }) => worker)).toEqual([
    "gpu-5",
    "gpu-6",
    "gpu-7",
    "gpu-8",
  ]);
});

test("what was before the chart begins is not on it", () => {
  expect(placedMarks({}, [failing("gpu-3", -1)], [FROM, TO])).toEqual([]);
});
