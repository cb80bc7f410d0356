import { expect, test } from "vitest";
import type { ExecutionSummary } from "../../src/console/api/types.ts";
import { runningOf, withNewest } from "../../src/console/model/newest.ts";

function one(name: string, status: ExecutionSummary["status"]): ExecutionSummary {
  return { flow: "f", name, version: 1, status, startedBy: "key:a", startedAt: "2026-11-26T02:00:00.000Z" };
}

const LIST = [one("a", "Running"), one("b", "Succeeded"), one("c", "Running"), one("d", "Running")];

test("of a list those that run are looked at, the first ones", () => {
  expect(runningOf(LIST, 2)).toBe("f/a,f/c");
  expect(runningOf([one("b", "Failed")], 2)).toBeUndefined();
});

test("a row shows what is known since, in its place", () => {
  const ended = { ...one("c", "Failed"), endedAt: "2026-11-26T02:00:09.000Z", error: "Broken" };
  expect(withNewest(LIST, [ended]).map(({ name, status, error }) => [name, status, error])).toEqual([
    ["a", "Running", undefined],
    ["b", "Succeeded", undefined],
    ["c", "Failed", "Broken"],
    ["d", "Running", undefined],
  ]);
});

test("a row of one that runs shows how far it is", () => {
  const items = { total: 12, succeeded: 7, failed: 1, running: 4 };
  expect(withNewest(LIST, [{ ...one("c", "Running"), items }])[2]).toMatchObject({
    status: "Running",
    items,
  });
});

test("what was asked for a while ago takes nothing back", () => {
  expect(withNewest([one("c", "Failed")], [one("c", "Running")])).toEqual([one("c", "Failed")]);
});
