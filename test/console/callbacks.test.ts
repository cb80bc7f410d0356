import { describe, expect, test } from "vitest";
import type { BoardCallback } from "../../src/console/api/types.ts";
import { isNearEnd, nearFirst, pressingCallbacks } from "../../src/console/model/callbacks.ts";

const NOW = Date.parse("2026-11-26T12:00:00Z");

function callback(execution: string, since: string, dueAt: string): BoardCallback {
  const asked = { kind: "topic", name: "approvals" } as const;
  return { flow: "orders", execution, path: "approve", attempt: 1, since, dueAt, asked };
}

const OPEN = [
  callback("fresh", "2026-11-26T10:00:00Z", "2026-12-26T10:00:00Z"),
  callback("soon", "2026-11-26T06:00:00Z", "2026-11-26T13:00:00Z"),
  callback("next", "2026-11-26T11:59:00Z", "2026-11-26T12:00:10Z"),
];

describe("callbacks that are nearly out of time", () => {
  test("have a quarter of it left", () => {
    expect(OPEN.map((one) => isNearEnd(one, NOW))).toEqual([false, true, true]);
  });

  test("come first, the next of them before the others", () => {
    expect(nearFirst(OPEN, NOW).map(({ execution }) => execution)).toEqual(["next", "soon", "fresh"]);
  });
});

test("callbacks call for somebody until he says that he looks after them", () => {
  const need = (count: number, more: object = {}) => ({
    id: `callbacks:f${count}:1`,
    kind: "person" as const,
    since: "2026-11-26T12:00:00Z",
    text: { code: "callbackDue", values: { count } },
    ...more,
  });
  const acknowledged = { at: "2026-11-26T12:00:00Z", by: "key:ops" };
  expect(pressingCallbacks({ needs: [need(2), need(3), need(40, { acknowledged })] })).toBe(5);
});
