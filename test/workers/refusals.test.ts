import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { scheduleObjectName } from "../../src/core/names.ts";
import { scheduleShard } from "../../src/core/schedule/schedule.ts";
import { SCHEDULE_SHARDS } from "../../src/core/limits.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import { call, unique } from "./call.ts";

const TOKEN = "inputMappings: [{target: token, source: $context.task.token}]";

beforeAll(async () => {
  await call("PUT", "/v1/queues/work", {});
});

async function flow(...steps: string[]): Promise<string> {
  const name = unique("flow");
  await call("PUT", `/v1/flows/${name}`, flowOf(...steps));
  return name;
}

async function takeTask(): Promise<{ token: string; receipt: string }> {
  const { body } = await call("POST", "/v1/queues/work/receive", { waitSeconds: 10 });
  const [{ body: text, receipt }] = body.messages;
  return { token: (JSON.parse(text) as { token: string }).token, receipt };
}

describe("reports that come together", () => {
  test("have a verdict each: one that cannot be read does not keep the others", async () => {
    const name = await flow(
      `{type: foreach, name: f, iterationMapping: {collection: [1, 2], item: i}, outputMappings: [], steps: [${taskStep("t", TOKEN)}]}`,
    );
    await call("POST", `/v1/flows/${name}/executions`, { name: "run" });
    const [one, two] = [await takeTask(), await takeTask()];
    const { status, body } = await call("POST", "/v1/queues/work/work", {
      reports: [
        { ...one, output: {} },
        { ...two, error: "E", cause: "c".repeat(5000) },
        { ...two, output: "text" },
        "nonsense",
        { ...two, output: {} },
      ],
      max: 0,
    });
    expect(status).toBe(200);
    expect(body.verdicts).toMatchObject([
      { ok: true },
      { ok: false, code: "InvalidRequest", detail: expect.stringMatching(/^cause: .*4096/) },
      { ok: false, code: "InvalidOutput" },
      { ok: false, code: "InvalidRequest" },
      { ok: true },
    ]);
    const { body: head } = await call("GET", `/v1/flows/${name}/executions/run?wait=10`);
    expect(head.status).toBe("Succeeded");
  });

  test("a token in an error or a cause is seen by nobody", async () => {
    const name = await flow(taskStep("t", TOKEN));
    await call("POST", `/v1/flows/${name}/executions`, { name: "run" });
    const { token } = await takeTask();
    await call("POST", "/v1/tasks/fail", {
      token,
      error: token.slice(0, 128),
      cause: `POST with ${token} failed`,
    });
    for (const view of ["", "/steps", "/history"]) {
      const text = JSON.stringify((await call("GET", `/v1/flows/${name}/executions/run${view}`)).body);
      expect(text).not.toContain(token);
    }
    await call("POST", `/v1/flows/${name}/executions`, { name: "next" });
    const { token: next } = await takeTask();
    await call("POST", `/v1/flows/${name}/executions/next/stop`, { cause: `stopped because of ${next}` });
    expect(JSON.stringify((await call("GET", `/v1/flows/${name}/executions/next`)).body)).not.toContain(next);
  });
});

describe("a message that nobody reports", () => {
  test("stays in its queue when the execution that sent it is over", async () => {
    const queue = unique("q");
    await call("PUT", `/v1/queues/${queue}`, {});
    const name = await flow(
      `{type: task, name: notice, resourceArn: "acs:mns:::/queues/${queue}/messages", serviceParams: {MessageBody: hello}}`,
    );
    const { body: head } = await call("POST", `/v1/flows/${name}/executions?wait=10`, {});
    expect(head).toMatchObject({ status: "Succeeded", output: { MessageId: expect.any(String) } });
    const { body } = await call("POST", `/v1/queues/${queue}/receive`, { waitSeconds: 1 });
    expect(body.messages).toMatchObject([{ body: "hello" }]);
  });
});

describe("a schedule", () => {
  test.each(["Nowhere/X", "GMT+8", "../etc/passwd", "__proto__", "Europe/Berlin\u0000"])(
    "is refused with the time zone %j",
    async (timeZone) => {
      const name = await flow("{type: pass, name: p}");
      const path = `/v1/flows/${name}/schedules/s`;
      for (const cron of ["0 0 * * *", "@every 5m"]) {
        const { status, body } = await call("PUT", path, { cron, timeZone, enabled: false });
        expect([status, body.code, body.detail]).toEqual([
          400,
          "InvalidCron",
          expect.stringContaining("timeZone"),
        ]);
      }
    },
  );

  test("the first write of a shard that fails spoils nothing for the next one", async () => {
    const name = await flow("{type: pass, name: p}");
    const shard = scheduleShard(name, "s", SCHEDULE_SHARDS);
    const stub = env.SCHEDULES.getByName(`${scheduleObjectName(shard)}-fresh`);
    const spec = { cron: "0 0 * * *" };
    await runInDurableObject(stub, async (object, state) => {
      const { exec } = state.storage.sql;
      let isBroken = true;
      Object.defineProperty(state.storage.sql, "exec", {
        configurable: true,
        value: (query: string, ...rest: never[]) => {
          if (isBroken && query.includes("INTO cell")) throw new Error("the disk is full");
          return exec.call(state.storage.sql, query, ...rest);
        },
      });
      await expect(object.put(name, "s", spec)).rejects.toThrow("the disk is full");
      isBroken = false;
      expect(await object.put(name, "s", spec)).toMatchObject({ ok: true, created: true });
    });
  });

  test("an idempotency key stands for a run of its own schedule only", async () => {
    const name = await flow("{type: pass, name: p}");
    const run = async (schedule: string, body = {}) => {
      await call("PUT", `/v1/flows/${name}/schedules/${schedule}`, {
        cron: "@yearly",
        payload: { schedule },
      });
      return call("POST", `/v1/flows/${name}/schedules/${schedule}/run`, body, { "idempotency-key": "k" });
    };
    const [one, two, again] = [await run("one"), await run("two"), await run("one")];
    expect([one.status, two.status, again.status]).toEqual([202, 202, 202]);
    expect(two.body.executionName).not.toBe(one.body.executionName);
    expect(again.body).toEqual(one.body);
    expect(await run("one", { payload: { other: 1 } })).toMatchObject({
      status: 409,
      body: { code: "IdempotencyConflict" },
    });
  });
});

describe("a cursor", () => {
  test.each([
    "/v1/flows?cursor=a/b",
    "/v1/queues?cursor=..",
    "/v1/schedules?cursor=zzz",
    "/v1/flows/FLOW/executions?cursor=zzz",
    "/v1/flows/FLOW/executions?cursor=",
    "/v1/flows/FLOW/executions?cursor=0001795474081520:manual",
    "/v1/flows/FLOW/schedules/s/firings?cursor=0001795474081520",
  ])("that no list gave is refused: %s", async (path) => {
    const name = await flow("{type: pass, name: p}");
    await call("PUT", `/v1/flows/${name}/schedules/s`, { cron: "@yearly" });
    const { status, body } = await call("GET", path.replace("FLOW", name));
    expect([status, body.code, body.detail]).toEqual([
      400,
      "InvalidRequest",
      expect.stringContaining("query.cursor: must be the cursor of an earlier page of this list"),
    ]);
  });
});

test("values that grow too deep end their execution; it can still be read", async () => {
  const steps = Array.from(
    { length: 300 },
    (_, n) => `{type: pass, name: p${n}, outputMappings: [{target: a, source: $input}]}`,
  );
  const name = await flow(...steps);
  const { body } = await call("POST", `/v1/flows/${name}/executions?wait=10`, { input: { x: 1 } });
  expect(body).toMatchObject({
    status: "Failed",
    error: "FnF.DataLimitExceeded",
    cause: expect.stringContaining("200 levels"),
  });
  expect((await call("GET", `/v1/flows/${name}/executions/${body.name}/history`)).status).toBe(200);
});

test("a body over the limit is refused as JSON, whether or not it says how long it is", async () => {
  const { status, body } = await call("POST", "/v1/flows/x/executions", {
    input: { x: "y".repeat(17 * 2 ** 20) },
  });
  expect([status, body.code]).toEqual([413, "BodyTooLarge"]);
});

test("an execution that is as large as it may be can be read", async () => {
  const name = await flow("{type: pass, name: p, outputMappings: [{target: a, source: $input.x}]}");
  const x = "字".repeat(5_300_000);
  const { body } = await call("POST", `/v1/flows/${name}/executions?wait=20`, {
    name: "large",
    input: { x },
  });
  expect(body.status).toBe("Succeeded");
  expect((await call("GET", `/v1/flows/${name}/executions/large`)).status).toBe(200);
});
