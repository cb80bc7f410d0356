import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { PAGE_SIZE } from "../../src/core/limits.ts";
import { DIRECTORY_OBJECT_NAME } from "../../src/core/names.ts";
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
