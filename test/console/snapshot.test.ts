import { describe, expect, test } from "vitest";
import { applyDelta, readSnapshot } from "../../src/console/model/snapshot.ts";
import type { ExecutionDelta, ExecutionHead } from "../../src/console/api/types.ts";

const HEAD: ExecutionHead = {
  flow: "nightly",
  name: "n1",
  version: 1,
  status: "Running",
  startedBy: "key:a",
  startedAt: "2026-11-26T00:00:00.000Z",
  counts: { events: 4, runningIterations: 1 },
};

const KNOWN = readSnapshot({
  seq: 10,
  head: HEAD,
  steps: [
    ["list", "Succeeded", 1, 1000, 2000],
    ["each", "Running", 1, 2000, 0],
  ],
  foreach: { each: { n: 6, states: "s2r", body: { work: [1, 0, 2, 0, 0] } } },
});

function delta({ head, ...change }: { head?: { status: "Failed" } } & Partial<Omit<ExecutionDelta, "head">>) {
  const { status, counts } = HEAD;
  const nothing = { type: "delta" as const, since: 10, seq: 12, steps: [], gone: [], foreach: {} };
  return { ...nothing, head: { status, counts, ...head }, ...change };
}

describe("a snapshot", () => {
  test("has a letter for each item, also for those that nobody has told of", () => {
    expect(KNOWN.foreach.get("each")?.states).toBe("ssr...");
  });

  test("takes a delta that begins where it ends", () => {
    const next = applyDelta(
      KNOWN,
      delta({
        head: { status: "Failed" },
        steps: [["each", "Failed", 1, 2000, 9000]],
        foreach: { each: { n: 6, items: [[2, "f"]], body: { work: [0, 0, 2, 1, 0] } } },
      }),
    );
    if (next === "gap") throw new Error("a gap");
    expect(next.seq).toBe(12);
    expect(next.head).toMatchObject({ name: "n1", status: "Failed" });
    expect(next.steps.get("each")?.[1]).toBe("Failed");
    expect(next.steps.get("list")?.[1]).toBe("Succeeded");
    expect(next.foreach.get("each")).toEqual({ n: 6, states: "ssf...", body: { work: [0, 0, 2, 1, 0] } });
  });

  test("takes one that overlaps what it knows", () => {
    expect(applyDelta(KNOWN, delta({ since: 7, seq: 11 }))).toMatchObject({ seq: 11 });
  });

  test("goes on after its end, and has nothing of that any more", () => {
    const ended = {
      ...KNOWN,
      head: { ...HEAD, status: "Failed" as const, endedAt: HEAD.startedAt, error: "Disk" },
    };
    const told = delta({});
    const next = applyDelta(ended, { ...told, head: { ...told.head, redrives: 1 } });
    if (next === "gap") throw new Error("a gap");
    expect(next.head).toEqual({ ...HEAD, redrives: 1 });
  });

  test("drops what it knows already", () => {
    expect(applyDelta(KNOWN, delta({ since: 8, seq: 10, head: { status: "Failed" } }))).toBe(KNOWN);
  });

  test("says when something is missing", () => {
    expect(applyDelta(KNOWN, delta({ since: 11, seq: 12 }))).toBe("gap");
  });

  test("takes all items at once, and a foreach that is new", () => {
    const body: ExecutionDelta["foreach"][string]["body"] = { work: [0, 0, 6, 0, 0] };
    const next = applyDelta(
      KNOWN,
      delta({
        foreach: { each: { n: 6, states: "s6", body }, other: { n: 3, items: [[1, "r"]], body: {} } },
      }),
    );
    if (next === "gap") throw new Error("a gap");
    expect(next.foreach.get("each")).toMatchObject({ states: "ssssss", body });
    expect(next.foreach.get("other")).toEqual({ n: 3, states: ".r.", body: {} });
  });

  test("forgets what a step was in the round before, once it is to be visited anew", () => {
    const next = applyDelta(KNOWN, delta({ gone: ["list", "each"] }));
    if (next === "gap") throw new Error("a gap");
    expect([...next.steps.keys()]).toEqual([]);
    expect([...next.foreach.keys()]).toEqual([]);
  });
});
