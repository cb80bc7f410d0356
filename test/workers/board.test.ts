import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { BOARD_OBJECT_NAME } from "../../src/core/names.ts";
import {
  boardAnswer,
  boardExecutionsAnswer,
  boardFlowsAnswer,
  boardHoursAnswer,
  searchAnswer,
} from "../../src/http/contract/board.ts";
import {
  boardQueuesAnswer,
  boardTopicsAnswer,
  boardWorkersAnswer,
} from "../../src/http/contract/board-queues.ts";
import { readUnits } from "../bench/units.ts";
import { flowOf } from "../support/flows.ts";
import { call, unique } from "./call.ts";

const PASS = flowOf("{type: pass, name: p}");
const FAIL = flowOf("{type: fail, name: f, error: Broken, cause: the disk is full}");

async function flows(contains: string) {
  return boardFlowsAnswer.parse((await call("GET", `/v1/board/flows?contains=${contains}`)).body);
}

async function executions(query: string) {
  return boardExecutionsAnswer.parse((await call("GET", `/v1/board/executions?${query}`)).body);
}

async function frame() {
  return boardAnswer.parse((await call("GET", "/v1/board")).body);
}

async function run(flow: string, name: string, more: object = {}) {
  await call("POST", `/v1/flows/${flow}/executions?wait=10`, { name, ...more });
}

/** Stores a flow that runs such names, and has the board ask how it stands: nobody waits for the end of a pause. */
async function told(definition: string, ...names: string[]): Promise<string> {
  const flow = unique("told");
  await call("PUT", `/v1/flows/${flow}`, definition);
  for (const name of names) await run(flow, name);
  await rebuilt(flow, names.length);
  return flow;
}

async function rebuilt(flow: string, ends: number): Promise<void> {
  await vi.waitFor(
    async () => {
      await call("POST", "/v1/board/rebuild");
      expect((await flows(flow)).items).toMatchObject([{ name: flow, ends: { length: ends } }]);
    },
    { timeout: 10_000 },
  );
}

describe("the board", () => {
  test("shows a new flow at once, and its executions as they ended", async () => {
    const flow = await told(PASS, "a", "b");
    const { items, isCut } = await flows(flow);
    expect(items).toMatchObject([
      {
        name: flow,
        version: 1,
        running: 0,
        day: { succeeded: 2, failed: 0, other: 0 },
        p50Ms: expect.any(Number),
      },
    ]);
    expect(items[0]?.ends).toMatchObject([
      { status: "Succeeded", execution: "a" },
      { status: "Succeeded", execution: "b" },
    ]);
    expect(isCut).toBe(false);
    const listed = await executions(`flow=${flow}`);
    expect(listed.items.map(({ name, status }) => [name, status])).toEqual([
      ["b", "Succeeded"],
      ["a", "Succeeded"],
    ]);
    expect(listed.cutFlows).not.toContain(flow);
  });

  test("tells what failed until something later succeeded", async () => {
    const flow = await told(FAIL, "broken");
    const ofFlow = async () => (await frame()).needs.filter((need) => need.flow === flow);
    expect(await ofFlow()).toMatchObject([
      {
        kind: "failed",
        execution: "broken",
        text: {
          code: "executionFailed",
          values: { count: 1, error: "Broken", cause: "the disk is full", path: "f" },
        },
      },
    ]);
    expect((await executions(`flow=${flow}&unwell=true`)).items).toMatchObject([{ error: "Broken" }]);
    await call("PUT", `/v1/flows/${flow}`, PASS);
    await run(flow, "mended");
    await rebuilt(flow, 2);
    expect(await ofFlow()).toEqual([]);
  });

  test("tells what starts next, and counts the changes of schedules as a night does", async () => {
    const flow = await told(PASS);
    const spec = { cron: "0 0 1 1 *" };
    await call("PUT", `/v1/flows/${flow}/schedules/yearly`, spec);
    const time = new Date().toISOString();
    await vi.waitFor(async () => {
      await call("POST", "/v1/board/rebuild");
      const { next, shards } = await frame();
      const { body } = await call("GET", `/v1/night?from=${time}&to=${time}`);
      expect(next).toContainEqual({ at: expect.any(String), flow, schedule: "yearly" });
      expect(shards).toEqual((body.shards as [number, number][]).map(([, change]) => change));
    });
  });

  test("tells who looks after what, until that is taken back or there is something new", async () => {
    const flow = await told(FAIL, "broken");
    const own = async () => (await frame()).needs.find((need) => need.flow === flow);
    const { id = "" } = (await own()) ?? {};
    const path = `/v1/board/needs/${encodeURIComponent(id)}/acknowledge`;
    const said = { by: expect.stringMatching(/^key:/), note: "磁盘正在更换", at: expect.any(String) };
    expect(await call("POST", path, { note: said.note })).toMatchObject({
      status: 200,
      body: { id, flow, acknowledged: said },
    });
    expect((await own())?.acknowledged).toEqual(said);
    await call("DELETE", path);
    expect((await own())?.acknowledged).toBeUndefined();
    await call("POST", path, {});
    await run(flow, "broken-again");
    await rebuilt(flow, 2);
    expect(await own()).toMatchObject({ execution: "broken-again" });
    expect((await own())?.acknowledged).toBeUndefined();
    expect(await call("POST", path, {})).toMatchObject({ status: 404, body: { code: "NeedNotExist" } });
  });

  test("shows topics with what is on its way", async () => {
    const topic = unique("told");
    await call("PUT", `/v1/topics/${topic}`, {});
    await call("PUT", `/v1/topics/${topic}/subscriptions/s`, { endpoint: { queue: unique("none") } });
    const shown = async () => {
      const { body } = await call("GET", `/v1/board/topics?contains=${topic}`);
      return boardTopicsAnswer.parse(body).items;
    };
    await vi.waitFor(async () => {
      await call("POST", "/v1/board/rebuild");
      expect(await shown()).toMatchObject([{ name: topic, messages: 0, subscriptions: 1 }]);
    });
    await call("DELETE", `/v1/topics/${topic}`);
    await vi.waitFor(async () => {
      await call("POST", "/v1/board/rebuild");
      expect(await shown()).toEqual([]);
    });
  });

  test("shows queues with what is in them, and who works at them", async () => {
    const queue = unique("told");
    await call("PUT", `/v1/queues/${queue}`, {});
    await call("POST", `/v1/queues/${queue}/send`, { messages: [{ body: "a" }, { body: "b" }] });
    await call("POST", `/v1/queues/${queue}/work`, { max: 1, worker: "north", session: "s1" });
    await vi.waitFor(async () => {
      await call("POST", "/v1/board/rebuild");
      const { body } = await call("GET", `/v1/board/queues?contains=${queue}`);
      expect(boardQueuesAnswer.parse(body).items).toMatchObject([
        { name: queue, depth: { ready: 1, inFlight: 1 }, workers: { all: 1, failing: 0 } },
      ]);
    });
    const { body } = await call("GET", `/v1/board/workers?contains=${queue}`);
    expect(boardWorkersAnswer.parse(body).items).toMatchObject([
      { queue, name: "north", session: "s1", state: "live", leases: 1 },
    ]);
    expect((await frame()).now.workers).toBeGreaterThan(0);
    await call("DELETE", `/v1/queues/${queue}`);
  });

  test("finds executions by their filters, page after page", async () => {
    const flow = await told(PASS, "one", "two", "three");
    await run(flow, "labelled", { labels: { team: "night" } });
    await rebuilt(flow, 4);
    const names = async (query: string) =>
      (await executions(`flow=${flow}&${query}`)).items.map(({ name }) => name);
    expect(await names("contains=HRE")).toEqual(["three"]);
    expect(await names("prefix=t")).toEqual(["three", "two"]);
    expect(await names("status=Failed")).toEqual([]);
    expect(await names("label=team:night")).toEqual(["labelled"]);
    expect(await names("startedBy=key:nobody")).toEqual([]);
    expect(await names("to=2020-01-01T00:00:00Z")).toEqual([]);
    const pages: string[] = [];
    for (let cursor = ""; ;) {
      const page = await executions(`flow=${flow}&limit=3${cursor}`);
      pages.push(...page.items.map(({ name }) => name));
      if (page.cursor === undefined) break;
      cursor = `&cursor=${page.cursor}`;
    }
    expect(pages).toEqual(["labelled", "three", "two", "one"]);
  });

  test("tells of an execution by which step it failed, and how many of its items are how far", async () => {
    const each =
      '{type: foreach, name: each, tolerance: {count: 1}, iterationMapping: {collection: $.items, item: one}, steps: [{type: choice, name: isBad, choices: [{condition: "$.one < 0", goto: refuse}], default: {goto: good}}, {type: fail, name: refuse, error: Broken}, {type: pass, name: good}]}';
    const flow = await told(flowOf(each));
    await run(flow, "well", { input: { items: [1, -2, 3] } });
    await run(flow, "bad", { input: { items: [1, 2, -3, -4] } });
    await rebuilt(flow, 2);
    const { items } = await executions(`flow=${flow}`);
    expect(items).toMatchObject([
      {
        name: "bad",
        items: { total: 4, succeeded: 2, failed: 2 },
        failedStep: { path: "each[3]/refuse" },
      },
      { name: "well", items: { total: 3, succeeded: 2, failed: 1 } },
    ]);
    expect(items[1]).not.toHaveProperty("failedStep");
    const [bad] = items;
    const ended = Date.parse(bad?.endedAt ?? "");
    const between = async (from: number, to: number) => {
      const bounds = `endedFrom=${new Date(from).toISOString()}&endedTo=${new Date(to).toISOString()}`;
      return (await executions(`flow=${flow}&contains=bad&${bounds}`)).items.map(({ name }) => name);
    };
    expect(await between(ended, ended + 1)).toEqual(["bad"]);
    expect(await between(ended - 1, ended)).toEqual([]);
  });

  test("counts what ended by the hour, of a flow and of all", async () => {
    const flow = await told(PASS, "a", "b", "c");
    const hours = async (query = "") =>
      boardHoursAnswer.parse((await call("GET", `/v1/board/hours?${query}`)).body).hours;
    const total = (found: Awaited<ReturnType<typeof hours>>) =>
      found.reduce((sum, { succeeded }) => sum + succeeded, 0);
    expect(total(await hours(`flow=${flow}`))).toBe(3);
    expect(total(await hours())).toBeGreaterThanOrEqual(3);
    expect(await hours(`flow=${flow}&to=2020-01-01T00:00:00Z`)).toEqual([]);
  });

  test("finds flows and executions by any part of their names, those that begin with it first", async () => {
    const flow = await told(PASS, "first-one", "a-first", "other");
    const { body } = await call("GET", "/v1/board/search?q=FIRST-");
    expect(searchAnswer.parse(body).executions).toMatchObject([
      { flow, name: "first-one", status: "Succeeded" },
    ]);
    const found = searchAnswer.parse((await call("GET", "/v1/board/search?q=first")).body);
    expect(found.executions.map(({ name }) => name)).toEqual(["first-one", "a-first"]);
    expect(searchAnswer.parse((await call("GET", `/v1/board/search?q=${flow}`)).body).flows).toEqual([flow]);
    expect((await call("GET", "/v1/board/search?q=")).status).toBe(400);
  });

  test("costs one call of an object, and nothing is sent where nothing changed", async () => {
    await told(PASS, "a");
    // The metrics themselves ask the directory for findings.
    const ofMetrics = 1;
    const units = async () => readUnits((await call("GET", "/metrics")).body as string).objectRequests;
    for (const path of [
      "",
      "/flows",
      "/executions",
      "/hours",
      "/search?q=a",
      "/queues",
      "/topics",
      "/workers",
    ]) {
      const first = await call("GET", `/v1/board${path}`);
      const before = await units();
      const again = await call("GET", `/v1/board${path}`, undefined, {
        "if-none-match": first.headers.get("etag") ?? "",
      });
      expect([path, again.status, (await units()) - before - ofMetrics]).toEqual([path, 304, 1]);
    }
  });

  test("forgets a flow that is deleted", async () => {
    const flow = await told(PASS, "a");
    await call("DELETE", `/v1/flows/${flow}`);
    await vi.waitFor(async () => {
      await call("POST", "/v1/board/rebuild");
      expect((await flows(flow)).items).toEqual([]);
    });
    expect((await executions(`flow=${flow}`)).items).toEqual([]);
  });

  test("asks around by itself when all that it knew is lost", async () => {
    const flow = await told(PASS, "a");
    const board = env.BOARD.getByName(BOARD_OBJECT_NAME);
    await runInDurableObject(board, (_, { storage }) => void storage.sql.exec("DELETE FROM cell"));
    await evictDurableObject(board);
    expect((await frame()).isWhole).toBe(false);
    await vi.waitFor(async () => {
      await board.tick();
      const { items, isWhole } = await flows(flow);
      expect([isWhole, items]).toMatchObject([true, [{ name: flow }]]);
    });
  });
});
