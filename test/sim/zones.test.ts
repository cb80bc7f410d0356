import { afterEach, expect, vi } from "vitest";
import { SCHEDULE_SHARDS } from "../../src/core/limits.ts";
import { scheduleShard } from "../../src/core/schedule/schedule.ts";
import { flowOf } from "../support/flows.ts";
import type { Platform } from "../support/platform/platform.ts";
import { FEW_SEEDS, begin, eachSeed, end } from "./seeds.ts";
import { FAULTS, insist, tell } from "./story.ts";
import { rest } from "./worker.ts";

const FLOW = "/v1/flows/timed";
const ZONE = "Africa/Casablanca";
const HALF_HOUR_MS = 30 * 60_000;
/** In the same shard as "zoned", so that the one could hold up the other. */
const NEIGHBOUR = neighbourOf("zoned");

function neighbourOf(name: string): string {
  for (let number = 0; ; number++) {
    const other = `other${number}`;
    const [one, two] = [name, other].map((of) => scheduleShard("timed", of, SCHEDULE_SHARDS));
    if (one === two) return other;
  }
}

let platform: Platform;
afterEach(end);
afterEach(() => void vi.resetModules());

interface Firing {
  readonly at: string;
  readonly verdict: string;
  readonly executionName?: string;
}

interface Schedule {
  readonly parked?: { readonly reason: string };
}

/** Two hours with deaths in between; gives what the schedule is then, and the minutes that its instants of them had. */
function twoHours() {
  return tell(platform, async () => {
    const from = Date.now();
    for (let nth = 0; nth < 8; nth++) {
      await rest(HALF_HOUR_MS / 2);
      platform.kill(0.3);
    }
    const view = await insist<Schedule>(platform, "GET", `${FLOW}/schedules/zoned`);
    const firings = view.parked ? [] : (await firingsOf("zoned")).map(({ at }) => Date.parse(at));
    const minutes = firings.filter((at) => at >= from).map((at) => new Date(at).getUTCMinutes());
    return { view, minutes: new Set(minutes) };
  });
}

async function firingsOf(name: string): Promise<readonly Firing[]> {
  const path = `${FLOW}/schedules/${name}/firings?limit=1000`;
  return (await insist<{ items: Firing[] }>(platform, "GET", path)).items;
}

eachSeed("a zone whose data change, and are gone for a while", FEW_SEEDS, async (seed) => {
  platform = begin(seed, FAULTS);
  await platform.changeZone(ZONE, "UTC");
  await tell(platform, async () => {
    await insist(platform, "PUT", FLOW, flowOf("{type: pass, name: p}"));
    const spec = { cron: "0,30 * * * *" };
    await insist(platform, "PUT", `${FLOW}/schedules/zoned`, { ...spec, timeZone: ZONE });
    await insist(platform, "PUT", `${FLOW}/schedules/${NEIGHBOUR}`, spec);
  });
  const before = await twoHours();
  expect(before.minutes).toEqual(new Set([0, 30]));

  // Three quarters of an hour from a whole one: what was half past is a quarter past.
  await platform.changeZone(ZONE, "Asia/Kathmandu");
  const changed = await twoHours();
  expect(changed.minutes).toEqual(new Set([15, 45]));

  await platform.changeZone(ZONE, "Mars/Phobos");
  const gone = await twoHours();
  expect(gone.view).toMatchObject({ parked: { reason: expect.stringContaining("Casablanca") } });

  await platform.changeZone(ZONE, "UTC");
  const back = await twoHours();
  expect(back.view).not.toHaveProperty("parked");
  expect([...back.minutes]).toEqual(expect.arrayContaining([0, 30]));

  const { zoned, neighbour } = await tell(platform, async () => ({
    zoned: await firingsOf("zoned"),
    neighbour: await firingsOf(NEIGHBOUR),
  }));
  // One row an instant, one execution a start; and the neighbour never missed one.
  for (const rows of [zoned, neighbour]) {
    expect(new Set(rows.map(({ at }) => at)).size).toBe(rows.length);
    const names = rows.flatMap(({ executionName }) => executionName ?? []);
    expect(new Set(names).size).toBe(names.length);
  }
  const times = neighbour.map(({ at }) => Date.parse(at));
  expect(times).toEqual(times.map((_, row) => (times[0] ?? 0) - row * HALF_HOUR_MS));
  expect(times.length).toBeGreaterThanOrEqual(15);
});
