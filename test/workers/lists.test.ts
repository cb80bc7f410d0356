import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { PAGE_SIZE, SCHEDULE_PAYLOAD_SIZE } from "../../src/core/limits.ts";
import { DIRECTORY_OBJECT_NAME } from "../../src/core/names.ts";
import { schedulesAnswer } from "../../src/http/contract/schedules.ts";
import { flowsAnswer } from "../../src/http/contract/flows.ts";
import { readUnits } from "../bench/units.ts";
import { flowOf } from "../support/flows.ts";
import { call, unique } from "./call.ts";
import { post } from "./fnf-call.ts";

const PASS = flowOf("{type: pass, name: p}");

async function objectRequests(): Promise<number> {
  const { body } = await call("GET", "/metrics");
  return readUnits(body as string).objectRequests;
}

/** Names that follow each other in lists, and the cursor before them. */
async function flows(count: number, definition = PASS): Promise<{ before: string; names: string[] }> {
  const before = unique("listed");
  const names = Array.from({ length: count }, (_, index) => `${before}-${String(index).padStart(3, "0")}`);
  for (const name of names) expect((await call("PUT", `/v1/flows/${name}`, definition)).status).toBe(201);
  return { before, names };
}

async function list(cursor: string, limit: number) {
  const { status, body } = await call("GET", `/v1/flows?cursor=${cursor}&limit=${limit}`);
  expect([status, body]).toEqual([200, expect.anything()]);
  return flowsAnswer.parse(body);
}

/** An earlier release kept names alone. */
async function forgetSummaries(names: readonly string[]): Promise<void> {
  await runInDurableObject(env.DIRECTORY.getByName(DIRECTORY_OBJECT_NAME), (_, { storage }) => {
    for (const name of names) {
      const { body } = storage.sql
        .exec<{ body: string }>("SELECT body FROM cell WHERE key = ?", `flow:${name}`)
        .one();
      const { generation, exists } = JSON.parse(body) as { generation: number; exists: boolean };
      const older = JSON.stringify({ generation, exists });
      storage.sql.exec("UPDATE cell SET body = ? WHERE key = ?", older, `flow:${name}`);
    }
  });
}

describe("the list of flows", () => {
  test("costs as many calls of objects for many flows as for one", async () => {
    const { before, names } = await flows(20);
    const costs: number[] = [];
    for (const limit of [1, 20]) {
      const start = await objectRequests();
      expect((await list(before, limit)).items.map(({ name }) => name)).toEqual(names.slice(0, limit));
      costs.push((await objectRequests()) - start);
    }
    expect(costs[1]).toBe(costs[0]);
  });

  test("shows each change at once, as the flow itself does", async () => {
    const { before, names } = await flows(1);
    const [name] = names;
    const shown = async () => (await list(before, 1)).items[0];
    const itself = async () => {
      const { definition: _, ...head } = (await call("GET", `/v1/flows/${name}`)).body;
      return head;
    };
    expect(await shown()).toEqual(await itself());
    await call("PATCH", `/v1/flows/${name}`, { description: "in words", retentionDays: 7 });
    expect(await shown()).toMatchObject({ version: 2, description: "in words", retentionDays: 7 });
    await call("PATCH", `/v1/flows/${name}`, { retentionDays: null });
    expect(await shown()).toEqual(await itself());
    await call("DELETE", `/v1/flows/${name}`);
    await call("PUT", `/v1/flows/${name}`, PASS);
    expect(await shown()).toEqual(await itself());
    expect(await shown()).toMatchObject({ version: 1 });
  });

  test("asks a flow that an earlier release registered, once", async () => {
    const { before, names } = await flows(3);
    await call("PATCH", `/v1/flows/${names[1]}`, { description: "kept by itself" });
    await forgetSummaries(names);
    const costs: number[] = [];
    for (let turn = 0; turn < 3; turn++) {
      const start = await objectRequests();
      expect((await list(before, 3)).items.map(({ description }) => description)).toEqual([
        undefined,
        "kept by itself",
        undefined,
      ]);
      costs.push((await objectRequests()) - start);
    }
    expect(costs[0]).toBeGreaterThan(costs[1] ?? 0);
    expect(costs[2]).toBe(costs[1]);
  });

  test("comes to its end, and so does FnF's with the definitions, however large they are", async () => {
    const large = `${flowOf("{type: pass, name: p}")}\n# ${"é".repeat(400_000)}\n`;
    const { before, names } = await flows(8, large);
    const listed: string[] = [];
    let pages = 0;
    for (let next: string | undefined = before; next !== undefined && listed.length < names.length; pages++) {
      const { status, body } = await post("ListFlows", { Limit: "1000", NextToken: next });
      expect(status).toBe(200);
      expect(JSON.stringify(body.Flows).length).toBeLessThan(PAGE_SIZE);
      for (const { Name, Definition } of body.Flows) {
        listed.push(Name);
        if (names.includes(Name)) expect(Definition).toBe(large);
      }
      next = body.NextToken;
    }
    expect(listed.slice(0, names.length)).toEqual(names);
    expect(pages).toBeGreaterThan(1);
    expect((await list(before, 8)).items.map(({ name }) => name)).toEqual(names);
  });
});

describe("the list of schedules", () => {
  const COUNT = 24;
  const payload = { text: "x".repeat(SCHEDULE_PAYLOAD_SIZE - 100) };
  const names = Array.from({ length: COUNT }, (_, index) => `s${String(index).padStart(2, "0")}`);

  async function schedules(): Promise<string> {
    const {
      names: [flow = ""],
    } = await flows(1);
    for (const name of names) {
      const { status } = await call("PUT", `/v1/flows/${flow}/schedules/${name}`, {
        cron: "@daily",
        payload,
      });
      expect(status).toBe(201);
    }
    return flow;
  }

  /** All pages, with the most bytes that one had. */
  async function pages(
    path: string,
  ): Promise<{ items: { name: string; payload?: unknown }[]; most: number }> {
    const items: { name: string; payload?: unknown }[] = [];
    let most = 0;
    for (let cursor: string | undefined = ""; cursor !== undefined;) {
      const { status, body } = await call("GET", `${path}${cursor && `&cursor=${cursor}`}`);
      expect([status, body]).toEqual([200, expect.anything()]);
      most = Math.max(most, JSON.stringify(body).length);
      items.push(...schedulesAnswer.parse(body).items);
      ({ cursor } = schedulesAnswer.parse(body));
    }
    return { items, most };
  }

  test("leaves payloads out, which the schedule itself shows; with them a page stops at 4 MiB", async () => {
    const flow = await schedules();
    const path = `/v1/flows/${flow}/schedules?limit=1000`;
    const plain = await pages(path);
    expect(plain.items.map(({ name }) => name)).toEqual(names);
    expect(plain.items.every((one) => one.payload === undefined)).toBe(true);
    expect(plain.most).toBeLessThan(COUNT * 1000);
    const whole = await pages(`${path}&include=payload`);
    expect(whole.items.map(({ name }) => name)).toEqual(names);
    expect(whole.items.every((one) => JSON.stringify(one.payload) === JSON.stringify(payload))).toBe(true);
    expect(whole.most).toBeLessThan(PAGE_SIZE + 1000);
    expect((await call("GET", `/v1/flows/${flow}/schedules/${names[0]}`)).body.payload).toEqual(payload);
    const listed: string[] = [];
    for (let next: object | undefined = {}; next;) {
      const { body } = await post("ListSchedules", { FlowName: flow, Limit: "1000", ...next });
      expect(JSON.stringify(body.Schedules).length).toBeLessThan(PAGE_SIZE * 1.1);
      for (const { ScheduleName, Payload } of body.Schedules) {
        expect(JSON.parse(Payload)).toEqual(payload);
        listed.push(ScheduleName);
      }
      next = body.NextToken && { NextToken: body.NextToken };
    }
    expect(listed).toEqual(names);
  });

  test("a payload that is too large is refused wherever it comes from", async () => {
    const {
      names: [flow = ""],
    } = await flows(1);
    const path = `/v1/flows/${flow}/schedules/large`;
    const large = { text: "x".repeat(SCHEDULE_PAYLOAD_SIZE) };
    const refused = { status: 413, body: { code: "PayloadTooLarge" } };
    expect(await call("PUT", path, { cron: "@daily", payload: large })).toMatchObject(refused);
    await call("PUT", path, { cron: "@daily" });
    expect(await call("PATCH", path, { payload: large })).toMatchObject(refused);
    expect(await call("POST", `${path}/run`, { payload: large })).toMatchObject(refused);
    const past = { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" };
    expect(await call("POST", `${path}/backfill`, { ...past, payload: large })).toMatchObject(refused);
    const own = { FlowName: flow, ScheduleName: "fnf", CronExpression: "@every 90m" };
    const answer = await post("CreateSchedule", { ...own, Payload: JSON.stringify(large) });
    expect([answer.status, answer.body.Code]).toEqual([400, "InvalidArgument"]);
  });
});
