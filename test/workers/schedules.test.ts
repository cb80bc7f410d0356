import { beforeEach, describe, expect, test } from "vitest";
import { flowOf } from "../support/flows.ts";
import { call, unique } from "./call.ts";

const FLOW = flowOf("{type: wait, name: w, duration: $input.payload.seconds}");
const HOUR_MS = 3_600_000;

let path: string;
let flow: string;

beforeEach(async () => {
  flow = unique("timed");
  path = `/v1/flows/${flow}/schedules/nightly`;
  await call("PUT", `/v1/flows/${flow}`, FLOW);
});

function instants({ items }: { items: { at: string }[] }): string[] {
  return items.map(({ at }) => at);
}

/** The last full hour, so many hours ago. */
function hoursAgo(hours: number): string {
  return new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - hours * HOUR_MS).toISOString();
}

describe("a schedule over REST", () => {
  test("keeps every field, and is the same when it is put again", async () => {
    const fields = {
      cron: ["0 9 * * MON-FRI", "0 12 * * SAT"],
      timeZone: "Europe/Berlin",
      payload: { seconds: 0 },
      description: "all of it",
      startAt: "2030-01-01T00:00:00.000Z",
      endAt: "2031-01-01T00:00:00.000Z",
      jitterSeconds: 30,
      exclude: { dates: ["2030-12-25"], crons: ["* 12 24 12 *"] },
      daylightSaving: { gap: "skip", overlap: "both" },
      overlap: "bufferAll",
      bufferLimit: 5,
      catchUp: { mode: "all", windowSeconds: 3600, max: 3 },
      expect: { startWithinSeconds: 60, endWithinSeconds: 600 },
      notify: { on: ["missed", "failed", "late"] },
    };
    const put = await call("PUT", path, fields);
    expect(put).toMatchObject({ status: 201, body: { ...fields, enabled: true, counts: {} } });
    expect((await call("GET", path)).body).toMatchObject({ ...fields, nextAt: "2030-01-01T08:00:00.000Z" });
    const again = await call("PUT", path, fields);
    expect([again.status, again.body.updatedAt]).toEqual([200, put.body.updatedAt]);
  });

  test("shows what comes, before it is stored and after, with odd days marked", async () => {
    const spec = { cron: "30 2 * * *", timeZone: "Europe/Berlin" };
    const before = await call("POST", "/v1/schedules/preview", {
      ...spec,
      from: "2026-03-28T12:00:00Z",
      count: 2,
    });
    expect(before.body).toEqual({
      items: [
        {
          at: "2026-03-29T01:00:00.000Z",
          local: "2026-03-29T03:00:00",
          weekday: "Sunday",
          offset: "+02:00",
          mark: "gap",
        },
        { at: "2026-03-30T00:30:00.000Z", local: "2026-03-30T02:30:00", weekday: "Monday", offset: "+02:00" },
      ],
      warnings: [],
    });
    await call("PUT", path, spec);
    const after = await call("GET", `${path}/preview?from=2026-03-28T12:00:00Z&count=2`);
    expect(after.body).toEqual(before.body);
    expect((await call("POST", "/v1/schedules/preview", { cron: "0 0 30 2 *" })).body).toMatchObject({
      items: [],
      warnings: [expect.any(String)],
    });
    expect(await call("POST", "/v1/schedules/preview", { cron: ["@daily", "0 25 * * *"] })).toMatchObject({
      status: 400,
      body: { code: "InvalidCron", detail: expect.stringContaining('cron[1]: hour: "25"') },
    });
  });

  test("refuses in a preview what it would refuse to store, and tells no delay of what has no name", async () => {
    for (const spec of [{ cron: "@at 2020-01-01T00:00:00Z" }, { cron: "@daily", timeZone: "BST" }]) {
      const [stored, previewed] = await Promise.all([
        call("PUT", path, spec),
        call("POST", "/v1/schedules/preview", spec),
      ]);
      expect(stored).toMatchObject({ status: 400, body: { code: "InvalidCron" } });
      expect([previewed.status, previewed.body.detail]).toEqual([400, stored.body.detail]);
    }
    const delayed = { cron: "@daily", jitterSeconds: 3600, count: 1 };
    const { body } = await call("POST", "/v1/schedules/preview", delayed);
    expect(body.items[0]).not.toHaveProperty("startsAt");
  });

  test("skips exactly one coming instant, or does not after all", async () => {
    await call("PUT", path, { cron: "@yearly" });
    const { body } = await call("GET", `${path}/preview?count=2`);
    const [at] = instants(body);
    expect((await call("POST", `${path}/skip`, { at, reason: "holidays" })).body.skips).toEqual([
      { at, by: expect.stringMatching(/^key:/), reason: "holidays" },
    ]);
    expect((await call("GET", `${path}/preview?count=2`)).body.items).toMatchObject([
      { at, isSkipped: true },
      {},
    ]);
    const { body: left } = await call("GET", `/v1/flows/${flow}/schedules`);
    const next = { nextAt: instants(body)[1], leftOut: { at, verdict: "skipped", reason: "holidays" } };
    expect(left.items).toMatchObject([next]);
    expect((await call("POST", `${path}/unskip`, { at })).body.skips).toBeUndefined();
    expect(await call("POST", `${path}/skip`, { at: "2030-05-05T05:05:05Z" })).toMatchObject({
      status: 404,
      body: { code: "InstantNotExists" },
    });
  });

  test("says when it is stored that nothing of it starts, if all is excluded", async () => {
    const spec = { cron: "@yearly", exclude: { crons: ["* * 1 JAN *"] } };
    const { body } = await call("PUT", path, spec);
    expect([body.nextAt, body.warnings]).toEqual([
      undefined,
      [expect.stringContaining("excluded or skipped")],
    ]);
    expect(body.leftOut).toMatchObject({ verdict: "excluded" });
  });

  test("says why it rests, and what a resume would start", async () => {
    await call("PUT", path, { cron: "@yearly" });
    const paused = await call("POST", `${path}/pause`, { reason: "maintenance" });
    expect(paused.body).toMatchObject({
      enabled: false,
      pauseReason: "maintenance",
      pausedAt: expect.any(String),
    });
    const catchUp = { mode: "all" };
    expect((await call("POST", `${path}/resume`, { catchUp, dryRun: true })).body).toEqual({ items: [] });
    expect((await call("GET", path)).body.enabled).toBe(false);
    expect((await call("POST", `${path}/resume`, { catchUp })).body).toMatchObject({ enabled: true });
  });

  test("runs for a stretch of the past: first dry, then for good, until it is stopped", async () => {
    await call("PUT", path, { cron: "@hourly", payload: { seconds: 0 } });
    const range = { from: hoursAgo(3), to: hoursAgo(1) };
    const dry = await call("POST", `${path}/backfill`, { ...range, dryRun: true });
    expect(dry).toMatchObject({ status: 200, body: { count: 3, alreadyRun: 0 } });
    expect(instants(dry.body)).toEqual([hoursAgo(3), hoursAgo(2), hoursAgo(1)]);
    const started = await call("POST", `${path}/backfill`, range);
    expect(started).toMatchObject({ status: 202, body: { id: "b1", count: 3, alreadyRun: 0 } });
    const backfill = async () => (await call("GET", `${path}/backfills/b1`)).body;
    await expect
      .poll(backfill, { timeout: 20_000 })
      .toMatchObject({ status: "done", ended: { Succeeded: 3 } });
    const { body } = await call("GET", `${path}/firings`);
    expect(body.items).toMatchObject(
      [1, 2, 3].map((hours) => ({
        at: hoursAgo(hours),
        kind: "backfill",
        verdict: "started",
        firedBy: "backfill:b1",
        executionStatus: "Succeeded",
      })),
    );
    expect((await call("POST", `${path}/backfill`, { ...range, dryRun: true })).body).toMatchObject({
      count: 0,
      alreadyRun: 3,
    });
    const slow = { ...range, force: true, payload: { seconds: 3600 } };
    expect((await call("POST", `${path}/backfill`, slow)).body).toMatchObject({ id: "b2", count: 3 });
    expect(await call("POST", `${path}/backfill`, slow)).toMatchObject({
      status: 409,
      body: { code: "BackfillRunning" },
    });
    expect((await call("POST", `${path}/backfills/b2/stop`, {})).body).toMatchObject({
      status: "stopped",
      started: 1,
    });
    expect((await call("GET", `${path}/backfills/b9`)).status).toBe(404);
  });

  test("shows how what it started has ended, and counts", async () => {
    await call("PUT", path, { cron: "@yearly", payload: { seconds: 0 } });
    await call("POST", `${path}/run`, {});
    const newest = async () => (await call("GET", `${path}/firings`)).body.items[0];
    await expect
      .poll(newest, { timeout: 10_000 })
      .toMatchObject({ kind: "manual", executionStatus: "Succeeded", startedAt: expect.any(String) });
    expect((await call("GET", path)).body.counts).toEqual({ started: 1 });
  });
});
