import { describe, expect, test } from "vitest";
import { flowOf } from "../support/flows.ts";
import { call, unique, until } from "./call.ts";

const HOUR_MS = 3_600_000;
const FAILS = flowOf("{type: fail, name: f, error: DiskFull, cause: no room}");

interface Run {
  readonly verdict: string;
}

function time(offset: number): string {
  return new Date(Date.now() + offset).toISOString();
}

/** Of the schedule of a flow. */
async function nightOf(flow: string, more = "") {
  const { status, body } = await call("GET", `/v1/night?from=${time(-HOUR_MS)}&to=${time(HOUR_MS)}${more}`);
  expect(status).toBe(200);
  return { night: body, item: body.items.find((one: { flow: string }) => one.flow === flow) };
}

describe("how all schedules went", () => {
  test("tells who failed and why, with the execution, and when it ended", async () => {
    const flow = unique("fails");
    const schedule = `/v1/flows/${flow}/schedules/nightly`;
    await call("PUT", `/v1/flows/${flow}`, FAILS);
    await call("PUT", schedule, { cron: "0 0 1 1 *" });
    const { body: started } = await call("POST", `${schedule}/run`, {});
    const { item, night } = await until(async () => {
      const found = await nightOf(flow);
      const [run] = (found.item?.runs ?? []) as Run[];
      return run?.verdict === "failed" ? found : undefined;
    });
    expect(item).toMatchObject({
      schedule: "nightly",
      worst: "failed",
      counts: { failed: 1 },
      runs: [
        {
          kind: "manual",
          status: "Failed",
          error: "DiskFull",
          executionName: started.executionName,
          endedAt: expect.any(String),
        },
      ],
    });
    expect(night.counts).toMatchObject({ failed: expect.any(Number), schedules: expect.any(Number) });
    const { body: unwell } = await call("GET", `${schedule}/firings?unwell=true`);
    expect(unwell.items).toMatchObject([{ error: "DiskFull", executionEndedAt: item.runs[0].endedAt }]);
  });

  test("asks only the shards that are named, each of which has a number that changes with it", async () => {
    const flow = unique("fine");
    await call("PUT", `/v1/flows/${flow}`, flowOf("{type: pass, name: p}"));
    const before = (await nightOf(flow)).night.shards as [number, number][];
    expect(before.map(([shard]) => shard)).toEqual(Array.from({ length: 16 }, (_, shard) => shard));
    await call("PUT", `/v1/flows/${flow}/schedules/nightly`, { cron: "0 0 1 1 *" });
    const after = (await nightOf(flow)).night.shards as [number, number][];
    const moved = after.filter(([shard, change]) => before[shard]?.[1] !== change);
    expect(moved).toHaveLength(1);
    const [shard] = moved[0] ?? [];
    expect((await nightOf(flow, `&shards=${shard}`)).night.shards).toEqual(moved);
  });

  test("refuses a time that ends before it begins, and more than two days", async () => {
    const night = (from: number, to: number) => call("GET", `/v1/night?from=${time(from)}&to=${time(to)}`);
    for (const [from, to] of [
      [0, -HOUR_MS],
      [-49 * HOUR_MS, 0],
    ] as const) {
      expect(await night(from, to)).toMatchObject({
        status: 400,
        body: { code: "InvalidRange", detail: expect.stringContaining("two days") },
      });
    }
    expect(await call("GET", `/v1/night?from=${time(0)}&to=${time(0)}&shards=16`)).toMatchObject({
      status: 400,
      body: { errors: [{ path: "query.shards" }] },
    });
  });
});

describe("how one schedule went", () => {
  test("is told by days and hours of its zone, and its ledger by what did not go well and what was by hand", async () => {
    const flow = unique("mixed");
    const schedule = `/v1/flows/${flow}/schedules/nightly`;
    await call("PUT", `/v1/flows/${flow}`, FAILS);
    await call("PUT", schedule, { cron: "0 0 1 1 *", timeZone: "Asia/Shanghai" });
    const { body: started } = await call("POST", `${schedule}/run`, {});
    await call("GET", `/v1/flows/${flow}/executions/${started.executionName}?wait=10`);
    const cell = await until(async () => {
      const { body } = await call("GET", `${schedule}/calendar?from=${time(-HOUR_MS)}&to=${time(HOUR_MS)}`);
      return body.cells[0]?.failed === 1 ? body.cells[0] : undefined;
    });
    expect(cell).toMatchObject({ local: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/), worst: "failed" });
    const hours = `from=${time(-HOUR_MS)}&to=${time(HOUR_MS)}&by=hour`;
    expect((await call("GET", `${schedule}/calendar?${hours}`)).body).toMatchObject({
      timeZone: "Asia/Shanghai",
      cells: [{ local: expect.stringMatching(/T\d{2}:00$/), failed: 1 }],
    });
    expect((await call("GET", `${schedule}/firings?kind=manual&unwell=true`)).body.items).toHaveLength(1);
    expect((await call("GET", `${schedule}/firings?kind=scheduled`)).body.items).toEqual([]);
    const list = await call("GET", `/v1/flows/${flow}/schedules?include=recent`);
    expect(list.body.items).toMatchObject([{ recent: ["failed"] }]);
    expect(list.body.items[0]).not.toHaveProperty("recentAt");
    const timed = await call("GET", `/v1/flows/${flow}/schedules?include=recentAt`);
    expect(timed.body.items).toMatchObject([{ recent: ["failed"], recentAt: [expect.stringMatching(/Z$/)] }]);
    expect((await call("GET", `/v1/flows/${flow}/schedules`)).body.items[0]).not.toHaveProperty("recent");
    const odd = await call("GET", `${schedule}/preview?count=1&odd=3&from=2026-11-01T00:00:00Z`);
    expect(odd.body).toMatchObject({ items: [{}], odd: [] });
  });

  test("is refused for more time than a calendar has, and when there is no such schedule", async () => {
    const flow = unique("none");
    await call("PUT", `/v1/flows/${flow}`, FAILS);
    const base = `/v1/flows/${flow}/schedules/nightly/calendar`;
    const long = `${base}?from=2025-01-01T00:00:00Z&to=2026-11-01T00:00:00Z`;
    expect(await call("GET", long)).toMatchObject({ status: 400, body: { code: "InvalidRange" } });
    const none = `${base}?from=2026-01-01T00:00:00Z&to=2026-11-01T00:00:00Z`;
    expect(await call("GET", none)).toMatchObject({ status: 404, body: { code: "ScheduleNotExists" } });
  });
});
