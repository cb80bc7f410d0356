import { afterEach, expect } from "vitest";
import { SCHEDULE_SHARDS } from "../../src/core/limits.ts";
import { scheduleObjectName } from "../../src/core/names.ts";
import { scheduleShard } from "../../src/core/schedule/schedule.ts";
import { flowOf } from "../support/flows.ts";
import { NO_FAULTS } from "../support/platform/faults.ts";
import type { Platform } from "../support/platform/platform.ts";
import { SEEDS, begin, eachSeed, end } from "./seeds.ts";
import { FAULTS, insist, tell } from "./story.ts";
import { rest } from "./worker.ts";

/** Waits for as many seconds as its payload says, and is over at once without one. */
const FLOW = flowOf("{type: wait, name: w, duration: $input.payload.seconds}");
const FLOW_PATH = "/v1/flows/timed";
const SCHEDULE = `${FLOW_PATH}/schedules/each-minute`;
const MINUTES = 15;
const MINUTE_MS = 60_000;

let platform: Platform;
afterEach(end);

interface Firing {
  readonly at: string;
  readonly firedAt?: string;
  readonly kind: string;
  readonly verdict: string;
  readonly executionName?: string;
  readonly executionStatus?: string;
}

interface Execution {
  readonly name: string;
  readonly status: string;
  readonly startedAt: string;
  readonly endedAt: string;
}

interface Told {
  readonly firings: readonly Firing[];
  readonly executions: readonly Execution[];
  readonly counts: Readonly<Record<string, number>>;
}

/** Runs a schedule under all faults, objects killed and alarms lost, then lets everything come to rest. */
async function run(
  seed: number,
  spec: object,
  before: () => Promise<void> = async () => {},
  aheadMs = 0,
): Promise<Told> {
  platform = begin(seed, FAULTS);
  await tell(platform, async () => {
    await insist(platform, "PUT", FLOW_PATH, FLOW);
    if (aheadMs > 0) platform.jump(aheadMs);
    await insist(platform, "PUT", SCHEDULE, { cron: "* * * * *", ...spec });
    if (aheadMs > 0) platform.jump(-aheadMs);
    await before();
    for (let minute = 0; minute < MINUTES; minute++) {
      await rest(platform.random.between(20_000, 90_000));
      platform.kill(0.5);
      // The clock of the machine jumps; what was asked to happen at a time happens when it is reached.
      if (platform.random.chance(0.1)) platform.jump(platform.random.between(-90_000, 90_000));
    }
  });
  platform.faults = NO_FAULTS;
  return tell(platform, async () => {
    await insist(platform, "PUT", SCHEDULE, { cron: "@yearly", ...spec });
    await rest(10 * MINUTE_MS);
    const list = () => insist<{ items: Execution[] }>(platform, "GET", `${FLOW_PATH}/executions?limit=1000`);
    // An execution whose alarm was lost is healed by whoever looks at it.
    for (const { name } of (await list()).items)
      await insist(platform, "GET", `${FLOW_PATH}/executions/${name}`);
    await rest(20 * MINUTE_MS);
    const { items: firings } = await insist<{ items: Firing[] }>(
      platform,
      "GET",
      `${SCHEDULE}/firings?limit=1000`,
    );
    const { counts } = await insist<{ counts: Record<string, number> }>(platform, "GET", SCHEDULE);
    return { firings, executions: (await list()).items, counts };
  });
}

/** One verdict an instant, one execution a start, nothing else; what the ledger tells has happened. */
function expectWhole({ firings, executions, counts }: Told): void {
  const instants = firings.filter(({ kind }) => kind === "scheduled").map(({ at }) => Date.parse(at));
  const [newest = 0] = instants;
  expect(instants).toEqual(instants.map((_, row) => newest - row * MINUTE_MS));
  const started = firings.filter(({ verdict }) => verdict === "started");
  const names = started.map(({ executionName }) => executionName);
  expect(new Set(names).size).toBe(names.length);
  expect(executions).toHaveLength(names.length);
  expect(new Set(executions.map(({ name }) => name))).toEqual(new Set(names));
  const statuses = new Map(executions.map(({ name, status }) => [name, status]));
  expect(started.map((row) => row.executionStatus)).toEqual(names.map((name) => statuses.get(name ?? "")));
  const counted = new Map<string, number>();
  for (const { verdict } of firings) counted.set(verdict, (counted.get(verdict) ?? 0) + 1);
  expect(counts).toEqual(Object.fromEntries(counted));
  expect(firings.filter(({ verdict }) => verdict === "buffered" || verdict === "failedToStart")).toEqual([]);
}

const SHARD = `SCHEDULES:${scheduleObjectName(scheduleShard("timed", "each-minute", SCHEDULE_SHARDS))}`;

/** An instant expired only because its shard was not woken before the next one was due, too, and something held that up. */
function expectCauses({ firings }: Told): void {
  for (const { at, firedAt = "", verdict } of firings) {
    if (verdict !== "expired") continue;
    const [instant, wokenAt] = [Date.parse(at), Date.parse(firedAt)];
    const causes = platform.trace.causesOfMissing(SHARD, instant, wokenAt);
    expect({ at, firedAt, causes: causes ?? "none: it was woken in between" }).toEqual({
      at,
      firedAt,
      causes: expect.arrayContaining([expect.any(String)]),
    });
    expect(wokenAt).toBeGreaterThanOrEqual(instant + MINUTE_MS);
  }
}

/** Executions in the order of their starts, no two of which ran at the same time. */
function expectNoOverlap(executions: readonly Execution[]): void {
  const sorted = executions.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  const overlaps = sorted.slice(1).filter(({ startedAt }, index) => {
    const before = sorted[index];
    return before && Date.parse(startedAt) < Date.parse(before.endedAt);
  });
  expect(overlaps).toEqual([]);
}

eachSeed(
  "each instant has one row and at most one execution, whatever is killed, lost or late",
  SEEDS,
  async (seed) => {
    const told = await run(seed, { payload: { seconds: 0 } });
    expectWhole(told);
    expect(told.executions.every(({ status }) => status === "Succeeded")).toBe(true);
    expect(told.firings.every(({ verdict }) => verdict === "started" || verdict === "expired")).toBe(true);
    expectCauses(told);
  },
);

eachSeed("a schedule that was made by a clock of next month fires today", SEEDS, async (seed) => {
  const told = await run(seed, { payload: { seconds: 0 } }, undefined, 20 * 24 * 60 * MINUTE_MS);
  expectWhole(told);
  expectCauses(told);
});

const POLICIES = ["skip", "bufferOne", "bufferAll", "cancelOther"] as const;

eachSeed("executions that last longer than a minute keep to the policy", SEEDS, async (seed) => {
  const overlap = POLICIES[seed % POLICIES.length];
  const told = await run(seed, { payload: { seconds: 100 }, overlap, catchUp: { mode: "all" } });
  expectWhole(told);
  const allowed = overlap === "cancelOther" ? ["Succeeded", "Stopped"] : ["Succeeded"];
  expect(told.executions.filter(({ status }) => !allowed.includes(status))).toEqual([]);
  if (!platform.hasJumped) expectNoOverlap(told.executions);
  if (overlap === "bufferAll") expect(told.executions).toHaveLength(told.firings.length);
});

eachSeed("a backfill starts each of its instants once", SEEDS, async (seed) => {
  let id = "";
  const before = async () => {
    const from = new Date(Date.now() - 3 * 3600_000).toISOString();
    const to = new Date(Date.now() - 2.7 * 3600_000).toISOString();
    const body = { from, to, parallelism: 3, payload: { seconds: 20 } };
    // With a key a repeat of the request, after a lost answer, finds its own backfill.
    ({ id } = await insist<{ id: string }>(platform, "POST", `${SCHEDULE}/backfill`, body, "the-key"));
  };
  const told = await run(seed, { payload: { seconds: 0 } }, before);
  const rows = told.firings.filter(({ kind }) => kind === "backfill");
  expect(rows).toHaveLength(18);
  expectWhole(told);
  const view = await tell(platform, () => insist(platform, "GET", `${SCHEDULE}/backfills/${id}`));
  expect(view).toMatchObject({ status: "done", count: 18, started: 18, ended: { Succeeded: 18 } });
});
