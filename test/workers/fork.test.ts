import { beforeAll, describe, expect, test } from "vitest";
import { executionHead } from "../../src/http/contract/executions.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import { call, unique } from "./call.ts";

const PREPARE =
  "{type: pass, name: prepare, outputMappings: [{target: sum, source: $input.one}, {target: by, source: prepare}]}";
const SEND = "{type: fail, name: send, error: DiskFull, cause: no space left}";
const MENDED = "{type: pass, name: send, outputMappings: [{target: sent, source: $input.sum}]}";

async function newFlow(...steps: string[]): Promise<string> {
  const flow = unique("forked");
  await call("PUT", `/v1/flows/${flow}`, flowOf(...steps));
  return flow;
}

function path(flow: string, name: string): string {
  return `/v1/flows/${flow}/executions/${name}`;
}

async function ended(flow: string, name: string) {
  return executionHead.parse((await call("GET", `${path(flow, name)}?wait=10`)).body);
}

async function run(flow: string, name: string, more: object = {}) {
  await call("POST", `/v1/flows/${flow}/executions`, { name, ...more });
  return ended(flow, name);
}

async function fork(flow: string, name: string, body: object = {}, headers?: Record<string, string>) {
  return call("POST", `${path(flow, name)}/fork`, body, headers);
}

let flow: string;

/** A flow that failed at its second step, and was mended since. */
beforeAll(async () => {
  flow = await newFlow(PREPARE, SEND);
  const labels = { site: "hangzhou" };
  expect(await run(flow, "night", { input: { one: 1 }, labels })).toMatchObject({ status: "Failed" });
  await call("PUT", `/v1/flows/${flow}`, flowOf(PREPARE, MENDED));
});

describe("a fork", () => {
  test("is the same start again, with the newest version", async () => {
    const { status, body } = await fork(flow, "night", { name: "again" });
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: "again", forkedFrom: { name: "night" } });
    expect(await ended(flow, "again")).toMatchObject({
      status: "Succeeded",
      version: 2,
      input: { one: 1 },
      output: { sum: 1, by: "prepare", sent: 1 },
      labels: { site: "hangzhou" },
      forkedFrom: { name: "night" },
    });
  });

  test("tells the task whose token it was given of its end, and refuses any other text", async () => {
    const queue = unique("asks");
    await call("PUT", `/v1/queues/${queue}`, {});
    const mapped = "inputMappings: [{target: token, source: $context.task.token}]";
    const waiting = await newFlow(taskStep("ask", mapped).replace(/queues\/[^/]+\//, `queues/${queue}/`));
    await call("POST", `/v1/flows/${waiting}/executions`, { name: "asks" });
    const { body: got } = await call("POST", `/v1/queues/${queue}/receive`, {
      waitSeconds: 20,
      leaseSeconds: 60,
    });
    const { token } = JSON.parse(got.messages[0].body) as { token: string };
    expect(await fork(flow, "night", { callback: "mr1.a.b.c" })).toMatchObject({
      status: 400,
      body: { code: "InvalidToken" },
    });
    const { status } = await fork(flow, "night", { name: "answers", callback: token });
    expect(status).toBe(201);
    expect(await ended(waiting, "asks")).toMatchObject({ status: "Succeeded" });
    const { body: log } = await call("GET", "/v1/audit?limit=50");
    expect(JSON.stringify(log)).not.toContain(token);
  });

  test("takes another input, version and labels", async () => {
    const { body } = await fork(flow, "night", { input: { one: 5 }, version: 1, labels: { by: "hand" } });
    expect(await ended(flow, body.name)).toMatchObject({
      status: "Failed",
      version: 1,
      input: { one: 5 },
      labels: { by: "hand" },
    });
  });

  test("begins with a step, which finds what it found", async () => {
    const { body } = await fork(flow, "night", { fromStep: "send", reason: "the disk was full" });
    const head = await ended(flow, body.name);
    expect(head).toMatchObject({
      status: "Succeeded",
      output: { sum: 1, by: "prepare", sent: 1 },
      forkedFrom: { name: "night", step: "send", event: 6 },
    });
    const { body: steps } = await call("GET", `${path(flow, body.name)}/steps`);
    expect(steps.items).toMatchObject([{ path: "send", input: { one: 1, sum: 1 } }]);
    const { body: history } = await call("GET", `${path(flow, body.name)}/history?limit=1`);
    expect(history.items).toMatchObject([
      { type: "ExecutionStarted", detail: { forkedFrom: { name: "night", step: "send" } } },
    ]);
    const { body: audit } = await call("GET", "/v1/audit?limit=20");
    expect(audit.items).toContainEqual(
      expect.objectContaining({
        action: "POST /v1/flows/{flow}/executions/{name}/fork",
        reason: "the disk was full",
      }),
    );
  });

  test("begins with a step that finds what is given", async () => {
    const { body } = await fork(flow, "night", { fromStep: "send", local: { sum: 7 } });
    expect((await ended(flow, body.name)).output).toEqual({ sum: 7, sent: 7 });
  });

  test("can be made of one that runs", async () => {
    const waits = await newFlow(PREPARE, "{type: wait, name: nap, duration: 3600}", MENDED);
    await call("POST", `/v1/flows/${waits}/executions`, { name: "long", input: { one: 2 } });
    const { status, body } = await fork(waits, "long", { fromStep: "nap", input: { one: 3 } });
    expect([status, body.input]).toEqual([201, { one: 3 }]);
    await call("POST", `${path(waits, body.name)}/stop`, {});
    await call("POST", `${path(waits, "long")}/stop`, {});
  });

  test("that is asked for twice with one key is one", async () => {
    const headers = { "idempotency-key": unique("key") };
    const [first, second] = [await fork(flow, "night", {}, headers), await fork(flow, "night", {}, headers)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.name).toBe(first.body.name);
    const other = await fork(flow, "night", { input: {} }, headers);
    expect(other.body.code).toBe("IdempotencyConflict");
  });

  test("has marks where the original has a task's token: it cannot answer for it", async () => {
    const queue = unique("queue");
    await call("PUT", `/v1/queues/${queue}`, {});
    const take = async () =>
      (await call("POST", `/v1/queues/${queue}/receive`, { waitSeconds: 10 })).body.messages[0];
    const parent = await newFlow(
      taskStep("ask", "inputMappings: [{target: token, source: $context.task.token}]").replace(
        /queues\/[^/]+\//,
        `queues/${queue}/`,
      ),
    );
    await call("POST", `/v1/flows/${parent}/executions`, { name: "asks" });
    const { token } = JSON.parse((await take()).body) as { token: string };
    const child = await newFlow(taskStep("tell").replace(/queues\/[^/]+\//, `queues/${queue}/`));
    await call("POST", `/v1/flows/${child}/executions`, { name: "original", input: { token } });
    expect(JSON.parse((await take()).body)).toMatchObject({ token });
    await fork(child, "original");
    const given = JSON.parse((await take()).body) as { token: string };
    expect(given.token).not.toBe(token);
    expect((await call("POST", "/v1/tasks/succeed", { token: given.token, output: {} })).status).toBe(400);
  });

  test.each([
    ["of a step that was not entered", { fromStep: "nobody" }, 404, "StepNotExists"],
    ["of a visit that is none of the step", { fromStep: "send", event: 2 }, 404, "StepNotExists"],
    ["of a version that there is not", { version: 9 }, 404, "VersionNotExists"],
    ["of a step of a version that there is not", { fromStep: "send", version: 9 }, 404, "VersionNotExists"],
    ["with a local variable, but no step", { local: {} }, 400, "InvalidRequest"],
    ["under a name that has ended", { name: "night" }, 409, "ExecutionAlreadyExists"],
  ])("%s is refused", async (_, body, status, code) => {
    const refused = await fork(flow, "night", body);
    expect([refused.status, refused.body.code]).toEqual([status, code]);
  });

  test("of a step that the version does not have any more is refused, and says which one", async () => {
    const moved = await newFlow(PREPARE, SEND);
    await run(moved, "night", { input: { one: 1 } });
    await call("PUT", `/v1/flows/${moved}`, flowOf(PREPARE, MENDED.replace("name: send", "name: sendAll")));
    const { status, body } = await fork(moved, "night", { fromStep: "send" });
    expect([status, body.code]).toEqual([404, "StepNotExists"]);
    expect(body.detail).toContain("version 2");
    expect((await fork(moved, "night", { fromStep: "send", version: 1 })).status).toBe(201);
  });
});
