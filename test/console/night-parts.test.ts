import { describe, expect, test } from "vitest";
import { SCHEDULE_SHARDS } from "../../src/core/limits.ts";
import { scheduleShard } from "../../src/core/schedule/schedule.ts";
import type { BoardNeed, Night, NightItem } from "../../src/console/api/types.ts";
import {
  addressOf,
  besidesNight,
  boardNeedOf,
  placeOf,
  stateOfNeed,
} from "../../src/console/model/board-needs.ts";
import { movedShards, withPart } from "../../src/console/model/night-parts.ts";

const AT = "2026-11-25T18:00:00.000Z";
const SHARD = shardOf("nightly");
const OTHER_NAME = ["hourly", "weekly", "monthly"].find((name) => shardOf(name) !== SHARD) ?? "";
const OTHER = shardOf(OTHER_NAME);

function shardOf(schedule: string): number {
  return scheduleShard("media", schedule, SCHEDULE_SHARDS);
}

function item(schedule: string, worst: NightItem["worst"]): NightItem {
  return { flow: "media", schedule, worst, counts: { [worst]: 1 }, runs: [{ at: AT, verdict: worst }] };
}

function night(shards: Night["shards"], ...items: NightItem[]): Night {
  const counts: Record<string, number> = { schedules: items.length };
  for (const { worst } of items) counts[worst] = (counts[worst] ?? 0) + 1;
  const next = items.map(({ flow, schedule }) => ({ at: AT, flow, schedule }));
  return { from: AT, to: AT, counts: { ...counts, schedules: items.length }, items, next, shards };
}

describe("a night whose schedules go on", () => {
  const known = night(
    [
      [SHARD, 10],
      [OTHER, 20],
    ],
    item("nightly", "running"),
    item(OTHER_NAME, "well"),
  );

  test("is asked again of those shards that changed since, as the board tells", () => {
    const changes = Array.from({ length: SCHEDULE_SHARDS }, () => 0);
    changes[SHARD] = 11;
    changes[OTHER] = 20;
    expect(movedShards(known, changes)).toEqual([SHARD]);
    expect(movedShards(known)).toEqual([]);
  });

  test("has what they tell in the place of what they told, the worst first", () => {
    const part = night([[OTHER, 21]], item(OTHER_NAME, "failed"));
    const { counts, items, next, shards } = withPart(known, part);
    expect(items.map(({ schedule, worst }) => [schedule, worst])).toEqual([
      [OTHER_NAME, "failed"],
      ["nightly", "running"],
    ]);
    expect(counts).toEqual({ schedules: 2, failed: 1, running: 1 });
    expect(next).toHaveLength(2);
    expect(shards).toEqual([
      [SHARD, 10],
      [OTHER, 21],
    ]);
  });

  test("takes in nothing older, and no part where something is left out", () => {
    expect(withPart(known, night([[OTHER, 19]], item(OTHER_NAME, "failed")))).toBe(known);
    const cut = { ...known, counts: { ...known.counts, schedules: 700 } };
    expect(withPart(cut, night([[OTHER, 21]], item(OTHER_NAME, "failed")))).toBe(cut);
  });
});

describe("what needs somebody besides a night", () => {
  const need = (more: Partial<BoardNeed> & Pick<BoardNeed, "kind">): BoardNeed => ({
    id: "n",
    since: AT,
    text: { code: "executionFailed", values: {} },
    ...more,
  });

  test("is not told twice", () => {
    const told = [{ item: item("nightly", "failed") }];
    const own = need({ kind: "failed", flow: "media", schedule: "nightly" });
    const manual = need({ kind: "failed", flow: "media" });
    const parked = need({ kind: "schedule", flow: "media", schedule: "nightly" });
    expect(besidesNight([own, manual, parked], told)).toEqual([manual, parked]);
    expect(boardNeedOf([manual, parked, own], { item: item("nightly", "failed") })).toBe(own);
  });

  test("is not told twice where its schedule has not told yet whose execution failed", () => {
    const early = need({ kind: "failed", flow: "media", execution: "nightly-1" });
    const run = { executionName: "nightly-1" };
    expect(besidesNight([early], [{ item: item("nightly", "failed"), run }])).toEqual([]);
  });

  test.each([
    [need({ kind: "failed", flow: "a", execution: "x" }), ["a", "x"], "/executions/a/x", "failed"],
    [need({ kind: "schedule", flow: "a", schedule: "s" }), ["a", "s"], "/schedules/a/s", "missed"],
    [need({ kind: "deadLetters", queue: "q" }), ["q", ""], "/inboxes/q", "failed"],
    [need({ kind: "worker", queue: "q", worker: "北" }), ["北", "q"], "/workers/q/%E5%8C%97", "failed"],
  ] as const)("has a place, an address and a look: %o", (one, place, address, state) => {
    expect([placeOf(one), addressOf(one), stateOfNeed(one)]).toEqual([place, address, state]);
  });
});
