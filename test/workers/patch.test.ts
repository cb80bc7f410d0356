import { beforeEach, describe, expect, test } from "vitest";
import { flowOf } from "../support/flows.ts";
import { call, unique } from "./call.ts";

const DEFINITION = flowOf("{type: pass, name: p}");

let flow: string;

beforeEach(async () => {
  flow = `/v1/flows/${unique("patched")}`;
  await call("PUT", flow, { definition: DEFINITION, description: "at first", retentionDays: 3 });
});

describe("a schedule that is patched", () => {
  const NIGHTLY = {
    cron: "30 2 * * *",
    timeZone: "Europe/Berlin",
    payload: { a: 1, b: 2 },
    catchUp: { mode: "all", max: 3 },
    expect: { startWithinSeconds: 60, endWithinSeconds: 600 },
  };
  const path = () => `${flow}/schedules/nightly`;
  const patch = (body: object) => call("PATCH", path(), body);

  beforeEach(() => call("PUT", path(), NIGHTLY));

  test("keeps what is not given, takes its default for null, and replaces objects whole", async () => {
    const cron = "0 4 * * *";
    expect(await patch({ cron })).toMatchObject({ status: 200, body: { ...NIGHTLY, cron, warnings: [] } });
    const { body } = await patch({ timeZone: null, payload: { b: 3 }, expect: { endWithinSeconds: 5 } });
    expect(body).not.toHaveProperty("timeZone");
    expect(body).toMatchObject({ cron, payload: { b: 3 }, catchUp: NIGHTLY.catchUp });
    expect([body.payload, body.expect]).toEqual([{ b: 3 }, { endWithinSeconds: 5 }]);
    expect((await call("GET", path())).body).toMatchObject({ payload: { b: 3 } });
  });

  test("is as it was when nothing is given", async () => {
    const before = await call("GET", path());
    const { warnings, ...after } = (await patch({})).body;
    expect([after, warnings]).toEqual([before.body, []]);
  });

  test("is paused and goes on by it; null is the default, too", async () => {
    expect((await patch({ enabled: false })).body).toMatchObject({ enabled: false });
    expect((await patch({ description: "while it rests" })).body).toMatchObject({ enabled: false });
    expect((await patch({ enabled: null })).body).toMatchObject({ enabled: true });
  });

  test("is refused what a put is refused, and stays as it was", async () => {
    const before = await call("GET", path());
    for (const [body, status, code] of [
      [{ cron: "* * *" }, 400, "InvalidCron"],
      [{ timeZone: "Mars/Olympus" }, 400, "InvalidCron"],
      [{ cron: null }, 400, "InvalidRequest"],
      [{ corn: "@daily" }, 400, "InvalidRequest"],
      [{ endAt: "2020-01-01T00:00:00Z", startAt: "2021-01-01T00:00:00Z" }, 400, "InvalidSchedule"],
    ] as const) {
      const refused = await patch(body);
      expect([body, refused.status, refused.body.code]).toEqual([body, status, code]);
    }
    expect((await call("GET", path())).body).toEqual(before.body);
  });

  test("is not made by it", async () => {
    const other = `${flow}/schedules/other`;
    expect(await call("PATCH", other, { cron: "@daily" })).toMatchObject({
      status: 404,
      body: { code: "ScheduleNotExists" },
    });
    expect(await call("PATCH", "/v1/flows/nobody/schedules/s", {})).toMatchObject({
      status: 404,
      body: { code: "FlowNotExists" },
    });
    expect((await call("GET", other)).status).toBe(404);
  });

  test.each([
    [{ timezone: "UTC" }, 'body.timezone: is not known here: did you mean "timeZone"?'],
    [{ cron: null }, "body.cron: must be text, not null"],
    [{ cron: [] }, "body.cron: must have at least 1 entry"],
    [{ catchUp: {} }, "body.catchUp.mode: is required here"],
    [[], "body: must be an object, not an array"],
  ])(
    "a patch that cannot be read is refused with its place and what may stand there: %j",
    async (body, detail) => {
      expect(await patch(body)).toMatchObject({ status: 400, body: { code: "InvalidRequest", detail } });
    },
  );

  test("is not that of a flow of the same name that is gone", async () => {
    await call("DELETE", flow);
    await call("PUT", flow, DEFINITION);
    expect(await patch({ description: "new" })).toMatchObject({ status: 404 });
  });
});

describe("a flow that is patched", () => {
  test("keeps its definition and what is not given; null restores a default", async () => {
    const kept = await call("PATCH", flow, { retentionDays: 5 });
    expect(kept).toMatchObject({
      status: 200,
      body: { version: 1, description: "at first", retentionDays: 5, diagnostics: [] },
    });
    const told = await call("PATCH", flow, { description: "in the end" });
    expect(told.body).toMatchObject({ version: 2, description: "in the end", retentionDays: 5 });
    const { body } = await call("PATCH", flow, { description: null, retentionDays: null });
    expect(body).toMatchObject({ retentionDays: 30 });
    expect(body).not.toHaveProperty("description");
    expect((await call("GET", flow)).body).toMatchObject({ definition: DEFINITION, retentionDays: 30 });
  });

  test("is as it was when nothing is given, or the same", async () => {
    const { definition: _, ...before } = (await call("GET", flow)).body;
    for (const body of [{}, { description: "at first" }, { retentionDays: 3 }])
      expect((await call("PATCH", flow, body)).body).toEqual({ ...before, diagnostics: [] });
  });

  test("is not made by it, and takes no definition", async () => {
    expect(await call("PATCH", "/v1/flows/nobody", {})).toMatchObject({
      status: 404,
      body: { code: "FlowNotExists" },
    });
    expect(await call("PATCH", flow, { definition: DEFINITION })).toMatchObject({ status: 400 });
  });
});

describe("a queue that is patched", () => {
  test("keeps what is not given, and takes its default for null", async () => {
    const queue = `/v1/queues/${unique("patched")}`;
    expect(await call("PATCH", queue, {})).toMatchObject({ status: 404, body: { code: "QueueNotExist" } });
    const { body: fresh } = await call("PUT", queue, {});
    await call("PUT", queue, { leaseSeconds: 77, maxDeliveries: 3, delaySeconds: 1 });
    const changed = await call("PATCH", queue, { leaseSeconds: 78, maxDeliveries: null });
    expect(changed).toMatchObject({
      status: 200,
      body: { attributes: { ...fresh.attributes, leaseSeconds: 78, delaySeconds: 1 } },
    });
    expect(changed.body.attributes).not.toHaveProperty("maxDeliveries");
    const restored = await call("PATCH", queue, { leaseSeconds: null, delaySeconds: null });
    expect(restored.body.attributes).toEqual(fresh.attributes);
    expect((await call("PATCH", queue, {})).body.updatedAt).toBe(restored.body.updatedAt);
  });
});

test("a patch is taken under its own media type, and stands in the audit log", async () => {
  const type = { "content-type": "application/merge-patch+json" };
  expect((await call("PATCH", flow, { retentionDays: 9 }, type)).body.retentionDays).toBe(9);
  const { body } = await call("GET", "/v1/audit?limit=1");
  expect(body.items).toMatchObject([{ action: "PATCH /v1/flows/{flow}", status: 200 }]);
});
