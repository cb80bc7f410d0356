import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { executionObjectName } from "../../src/core/names.ts";
import { DAY_MS } from "../../src/core/time.ts";
import * as executionShapes from "../../src/http/contract/executions.ts";
import * as flowShapes from "../../src/http/contract/flows.ts";
import { FAN_OUT, fanOutInput, flowOf } from "../support/flows.ts";
import { call, unique } from "./call.ts";

const PASS = flowOf("{type: pass, name: p}");

async function flow(): Promise<string> {
  const name = unique("flow");
  expect((await call("PUT", `/v1/flows/${name}`, PASS)).status).toBe(201);
  return name;
}

async function run(name: string, execution: string, more: object = {}) {
  const path = `/v1/flows/${name}/executions?wait=10`;
  const { status, body } = await call("POST", path, { name: execution, ...more });
  expect(status).toBe(201);
  return executionShapes.executionHead.parse(body);
}

async function list(query: string) {
  const { status, body } = await call("GET", `/v1/executions${query}`);
  expect([status, body]).toEqual([200, expect.anything()]);
  return executionShapes.executionsAnswer.parse(body);
}

describe("labels", () => {
  test("go with an execution wherever it is shown, and find it", async () => {
    const name = await flow();
    const labels = { team: "night shift", "app/env": "prod: eu", lines: "one\ntwo: 2" };
    expect(await run(name, "labelled", { labels })).toMatchObject({ labels });
    await run(name, "other", { labels: { team: "day shift" } });
    await run(name, "plain");
    const path = `/v1/flows/${name}/executions`;
    expect((await call("GET", `${path}/labelled`)).body.labels).toEqual(labels);
    for (const [label, names] of [
      ["team:night shift", ["labelled"]],
      ["app/env:prod: eu", ["labelled"]],
      ["lines:one\ntwo: 2", ["labelled"]],
      ["lines:one", []],
      ["team:", []],
      ["toString:x", []],
    ] as const) {
      const { body } = await call("GET", `${path}?label=${encodeURIComponent(label)}`);
      const { items } = executionShapes.executionsAnswer.parse(body);
      expect(items.map((item) => item.name)).toEqual(names);
    }
  });

  test.each([
    { "": "x" },
    { "a b": "x" },
    { a: 1 },
    { a: "x".repeat(257) },
    Object.fromEntries(Array.from({ length: 21 }, (_, nth) => [`k${nth}`, ""])),
  ])("%j are refused", async (labels) => {
    const { status, body } = await call("POST", `/v1/flows/${await flow()}/executions`, { labels });
    expect([status, body.code]).toEqual([400, "InvalidRequest"]);
    expect(body.errors[0].path).toMatch(/^body\.labels/);
  });
});

describe("versions", () => {
  test("are listed newest first, in pages, without their definitions", async () => {
    const name = unique("flow");
    for (const nth of [1, 2, 3, 4, 5]) {
      const definition = flowOf(`{type: pass, name: p${nth}}`);
      await call("PUT", `/v1/flows/${name}`, { definition, description: `the ${nth}.` });
    }
    const pages = [];
    for (let cursor = ""; ;) {
      const { body } = await call("GET", `/v1/flows/${name}/versions?limit=2${cursor}`);
      const page = flowShapes.versionsAnswer.parse(body);
      pages.push(page.items.map(({ version, description }) => [version, description]));
      if (page.cursor === undefined) break;
      cursor = `&cursor=${page.cursor}`;
    }
    expect(pages).toEqual([
      [
        [5, "the 5."],
        [4, "the 4."],
      ],
      [
        [3, "the 3."],
        [2, "the 2."],
      ],
      [[1, "the 1."]],
    ]);
    expect((await call("GET", `/v1/flows/${unique("flow")}/versions`)).body.code).toBe("FlowNotExists");
  });
});

describe("executions of all flows", () => {
  test("come newest first; pages show each once, whichever flow it is of", async () => {
    const label = unique("listed");
    const flows = [await flow(), await flow(), await flow()];
    const started: string[] = [];
    for (let nth = 0; nth < 12; nth++) {
      const name = flows[nth % 5 === 0 ? 0 : nth % 3] ?? "";
      await run(name, `run${nth}`, { labels: { in: label } });
      started.unshift(`${name}/run${nth}`);
    }
    const all = await list(`?label=in:${label}`);
    const times = all.items.map(({ startedAt }) => startedAt);
    expect(times).toEqual(times.toSorted().toReversed());
    expect(all.items.map((item) => `${item.flow}/${item.name}`).toSorted()).toEqual(started.toSorted());
    for (const limit of [1, 2, 5]) {
      const seen = [];
      for (let cursor = ""; ;) {
        const page = await list(`?label=in:${label}&limit=${limit}${cursor}`);
        seen.push(...page.items);
        if (page.cursor === undefined) break;
        cursor = `&cursor=${page.cursor}`;
      }
      expect(seen).toEqual(all.items);
    }
    expect((await list(`?label=in:${label}&prefix=run11`)).items).toMatchObject([{ name: "run11" }]);
    expect((await list(`?label=in:${label}&status=Failed`)).items).toEqual([]);
  });

  test("are those of flows that exist", async () => {
    const name = await flow();
    await run(name, "gone");
    await call("DELETE", `/v1/flows/${name}`);
    const { items } = await list("?prefix=gone");
    expect(items.filter((item) => item.flow === name)).toEqual([]);
  });
});

describe("an execution that was kept long enough", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  test("is removed with its object, and its name is free again", async () => {
    const name = await flow();
    await run(name, "old", { input: { secret: "of long ago" } });
    vi.setSystemTime(Date.now() + 20 * DAY_MS);
    await run(name, "young");
    const changed = await call("PUT", `/v1/flows/${name}`, { definition: PASS, retentionDays: 10 });
    expect(changed.body).toMatchObject({ version: 1, retentionDays: 10 });
    const id = { flow: name, generation: 1, name: "old" };
    const object = env.EXECUTIONS.getByName(executionObjectName(id)) as unknown as DurableObjectStub;
    await vi.waitFor(async () => {
      const { body } = await call("GET", `/v1/flows/${name}/executions/old`);
      expect(body.code).toBe("ExecutionNotExists");
    });
    await runInDurableObject(object, async (_, { storage }) => {
      expect(storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'journal'").toArray()).toEqual([]);
      expect(await storage.getAlarm()).toBeNull();
    });
    const { body } = await call("GET", `/v1/flows/${name}/executions`);
    expect(body.items.map((item: { name: string }) => item.name)).toEqual(["young"]);
    expect(await run(name, "old")).toMatchObject({ status: "Succeeded", input: {} });
  });
});

test("of those that run it is told how many items are how far, also when they are looked at again", async () => {
  const name = unique("flow");
  const queue = unique("queue");
  await call("PUT", `/v1/queues/${queue}`, {});
  await call("PUT", `/v1/flows/${name}`, FAN_OUT.replace("queues/workers/", `queues/${queue}/`));
  await call("POST", `/v1/flows/${name}/executions`, { name: "one", input: fanOutInput(3) });
  const peek = async () => (await call("GET", `/v1/executions/peek?of=${name}/one`)).body.items;
  await vi.waitFor(async () =>
    expect(await peek()).toMatchObject([
      { items: { total: 3, running: 3 }, waits: { path: "workersForeach[0]/workerTask", queue } },
    ]),
  );
  await call("POST", `/v1/flows/${name}/executions/one/stop`, {});
  expect(await peek()).toMatchObject([
    { status: "Stopped", items: { total: 3, succeeded: 0, failed: 0 }, endedAt: expect.any(String) },
  ]);
  expect((await peek())[0]).not.toHaveProperty("waits");
});

test("a few executions are told as they are now, and those that there are not left out", async () => {
  const name = await flow();
  await run(name, "one");
  const peek = (of: string) => call("GET", `/v1/executions/peek?of=${of}`);
  // The flow hears of the end a moment after whoever waited for it.
  await vi.waitFor(async () => {
    const { status, body } = await peek(`${name}/one,${name}/none,no-such-flow/one`);
    expect(status).toBe(200);
    expect(executionShapes.peekExecutionsAnswer.parse(body).items).toMatchObject([
      { flow: name, name: "one", status: "Succeeded" },
    ]);
  });
  for (const bad of ["", name, `${name}/one,`, Array.from({ length: 9 }, () => "f/e").join(",")]) {
    const refused = await peek(bad);
    expect([refused.status, refused.body.detail]).toEqual([
      400,
      "query.of: must be 1 to 8 of FLOW/EXECUTION, with commas between",
    ]);
  }
});
