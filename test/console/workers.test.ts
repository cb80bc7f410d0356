import { describe, expect, test } from "vitest";
import type { Worker } from "../../src/console/api/types.ts";
import { badInARow, dayOf, mostInAnHour, rowsOf, usualVersion } from "../../src/console/model/workers.ts";

function worker(name: string, more: Partial<Worker> = {}): Worker {
  return {
    queue: "gpu",
    name,
    session: `of ${name}`,
    state: "live",
    draining: false,
    since: "2026-11-26T00:00:00.000Z",
    lastSeenAt: "2026-11-26T02:00:00.000Z",
    leases: 0,
    running: [],
    done: 1,
    failed: 0,
    lost: 0,
    ...more,
  };
}

describe("rows of workers", () => {
  test("begin with problems and end with who is gone, by name in between", () => {
    const rows = rowsOf([
      worker("gpu-10"),
      worker("gpu-old", { state: "gone", trouble: "failing" }),
      worker("gpu-2"),
      worker("gpu-4", { draining: true, trouble: "failing" }),
      worker("gpu-5", { trouble: "slow" }),
      worker("gpu-6", { state: "late" }),
      worker("gpu-3", { trouble: "failing" }),
    ]);
    expect(rows.map(({ name, condition }) => `${name} ${condition}`)).toEqual([
      "gpu-3 failing",
      "gpu-6 late",
      "gpu-5 slow",
      "gpu-4 draining",
      "gpu-2 well",
      "gpu-10 well",
      "gpu-old gone",
    ]);
  });

  test("take all processes of a name together, as the one that called last is", () => {
    const [row, ...others] = rowsOf([
      worker("a", { session: "1", state: "gone", lastSeenAt: "2026-11-26T01:00:00.000Z", failed: 2 }),
      worker("a", { session: "2", leases: 1 }),
      worker("a", { session: "3", lastSeenAt: "2026-11-26T01:30:00.000Z", leases: 2 }),
    ]);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ condition: "well", processes: 2, leases: 3, done: 3, failed: 2 });
    expect(row?.newest.session).toBe("2");
  });

  test("tell what all processes of a machine reported in each of the last 24 hours", () => {
    const at = (hour: number) => `2026-11-26T0${hour}:00:00.000Z`;
    const [row] = rowsOf([
      worker("a", { session: "1", hours: [{ at: at(0), done: 2, failed: 1 }] }),
      worker("a", {
        session: "2",
        hours: [
          { at: at(0), done: 3, failed: 0 },
          { at: at(1), done: 1, failed: 0 },
        ],
      }),
    ]);
    const day = dayOf(row?.hours ?? [], Date.parse("2026-11-26T02:30:00.000Z"));
    expect(day).toHaveLength(24);
    expect(day.slice(-3).map(({ done, failed }) => [done, failed])).toEqual([
      [5, 1],
      [1, 0],
      [0, 0],
    ]);
    expect(mostInAnHour(row ? [row] : [])).toBe(6);
  });

  test("keep the same name at two queues, and those without a name, apart", () => {
    const { name: _, ...unnamed } = worker("x");
    const rows = rowsOf([
      worker("a"),
      worker("a", { queue: "mail" }),
      { ...unnamed, session: "1" },
      { ...unnamed, session: "2" },
    ]);
    expect(rows).toHaveLength(4);
  });
});

test("what is bad at the end of the last verdicts is counted", () => {
  expect(["", "ss", "sfff", "sfl", "fs"].map(badInARow)).toEqual([0, 0, 3, 2, 0]);
});

test("the version that most run is the usual one; who is gone does not count", () => {
  const rows = rowsOf([
    worker("a", { version: "2" }),
    worker("b", { version: "2" }),
    worker("c", { version: "1" }),
    worker("d", { version: "1", state: "gone" }),
    worker("e", { version: "1", state: "gone" }),
  ]);
  expect(usualVersion(rows)).toBe("2");
});
