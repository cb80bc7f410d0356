import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import * as executionShapes from "../../src/http/contract/executions.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import { call, unique } from "./call.ts";

const TOKEN = "inputMappings: [{target: token, source: $context.task.token}]";

async function start(...steps: string[]): Promise<string> {
  const flow = unique("flow");
  expect((await call("PUT", `/v1/flows/${flow}`, flowOf(...steps))).status).toBe(201);
  await call("POST", `/v1/flows/${flow}/executions`, { name: "run" });
  return `/v1/flows/${flow}/executions/run`;
}

/** Once the execution has taken its start. */
async function waiting(path: string) {
  const head = await vi.waitFor(async () => {
    const { body } = await call("GET", path);
    expect(body.status).not.toBe("Starting");
    return executionShapes.executionHead.parse(body);
  });
  return head.waitingFor;
}

async function queue(): Promise<string> {
  const name = unique("q");
  await call("PUT", `/v1/queues/${name}`, {});
  return name;
}

async function take(name: string, more: object = {}) {
  const { body } = await call("POST", `/v1/queues/${name}/receive`, { waitSeconds: 10, ...more });
  const [message] = body.messages;
  const { token } = JSON.parse(message.body) as { token: string };
  return { token, ...message };
}

const onQueue = (name: string, step: string, more = TOKEN) =>
  taskStep(step, more).replace("queues/work/", `queues/${name}/`);

describe("an execution that runs tells for each open step", () => {
  test("that no worker has taken its message, then which one has, and until when", async () => {
    const name = await queue();
    const path = await start(onQueue(name, "job", `timeoutSeconds: 600, ${TOKEN}`));
    // The message is taken and given back: so it has come to its queue.
    const first = await take(name, { max: 1 });
    await call("POST", `/v1/queues/${name}/release`, { receipts: [first.receipt] });
    const lying = await waiting(path);
    expect(lying).toEqual([
      {
        path: "job",
        waitsFor: "worker",
        queue: name,
        attempt: 1,
        since: first.enqueuedAt,
        timesOutAt: expect.any(String),
      },
    ]);
    const taken = await take(name, { worker: "host-7", leaseSeconds: 100 });
    const held = { waitsFor: "report", queue: name, worker: "host-7", until: taken.leaseUntil };
    expect(await waiting(path)).toMatchObject([held]);
    await evictDurableObject(env.QUEUES.getByName(name));
    expect(await waiting(path)).toMatchObject([held]);
    await call("POST", "/v1/tasks/succeed", { token: taken.token, output: {} });
    expect(await waiting(path)).toBeUndefined();
  });

  test("that its message is delayed, and until when", async () => {
    const name = await queue();
    const delayed = onQueue(name, "job").replace("MessageBody: $", "MessageBody: $, DelaySeconds: 500");
    const path = await start(delayed);
    await vi.waitFor(async () => {
      expect(await waiting(path)).toMatchObject([
        { waitsFor: "delay", queue: name, since: expect.any(String), until: expect.any(String) },
      ]);
    });
    expect((await waiting(path))?.[0]).not.toHaveProperty("unaskedSince");
  });

  test("that nobody gets its message any more, and why; delivered too often, its task fails", async () => {
    const name = await queue();
    await call("PUT", `/v1/queues/${name}`, { maxDeliveries: 1 });
    const dead = await start(onQueue(name, "job"));
    const { receipt } = await take(name);
    await call("POST", `/v1/queues/${name}/release`, { receipts: [receipt] });
    await expect
      .poll(async () => (await call("GET", dead)).body)
      .toMatchObject({ status: "Failed", error: "Worker.Lost" });
    const nobody = { waitsFor: "nobody", queue: name };
    const lost = await start(onQueue(name, "job"));
    const { token } = await take(name);
    expect(await waiting(lost)).toMatchObject([{ waitsFor: "report" }]);
    await call("DELETE", `/v1/queues/${name}`);
    expect(await waiting(lost)).toMatchObject([{ ...nobody, why: "queueDeleted" }]);
    await call("PUT", `/v1/queues/${name}`, {});
    expect(await waiting(lost)).toMatchObject([{ ...nobody, why: "queueRemade" }]);
    expect((await call("POST", "/v1/tasks/succeed", { token, output: {} })).status).toBe(200);
  });

  test("that its worker has deleted the message, and works on", async () => {
    const name = await queue();
    const path = await start(onQueue(name, "job"));
    const { receipt } = await take(name);
    await call("POST", `/v1/queues/${name}/delete`, { receipts: [receipt] });
    expect(await waiting(path)).toMatchObject([{ waitsFor: "report", since: expect.any(String) }]);
  });

  test("the iterations that hold their slots, and how many wait for one", async () => {
    const name = await queue();
    const path = await start(
      `{type: foreach, name: all, concurrency: 2, iterationMapping: {collection: [1, 2, 3, 4, 5], item: i}, outputMappings: [], steps: [${onQueue(name, "job")}]}`,
    );
    await take(name, { worker: "one" });
    expect(await waiting(path)).toEqual([
      { path: "all", waitsFor: "slot", iterations: 3 },
      expect.objectContaining({ path: "all[0]/job", waitsFor: "report", worker: "one" }),
      expect.objectContaining({ path: "all[1]/job", waitsFor: "worker" }),
    ]);
  });

  test("a timer, a retry, a child", async () => {
    const name = await queue();
    const slow = await start("{type: wait, name: pause, duration: 1000}");
    expect(await waiting(slow)).toMatchObject([
      { path: "pause", waitsFor: "timer", until: expect.any(String) },
    ]);
    const retried = await start(
      onQueue(name, "job", `retry: [{errors: [E], intervalSeconds: 500, maxAttempts: 2}], ${TOKEN}`),
    );
    const { token } = await take(name);
    await call("POST", "/v1/tasks/fail", { token, error: "E" });
    expect(await waiting(retried)).toMatchObject([
      { path: "job", waitsFor: "retry", until: expect.any(String) },
    ]);
    const child = unique("child");
    await call("PUT", `/v1/flows/${child}`, flowOf("{type: wait, name: pause, duration: 1000}"));
    const parent = await start(
      `{type: task, name: sub, resourceArn: "acs:fnf:::flow/${child}", pattern: sync, serviceParams: {ExecutionName: inner}}`,
    );
    expect(await waiting(parent)).toMatchObject([
      { path: "sub", waitsFor: "execution", flow: child, execution: "inner" },
    ]);
  });
});

describe("a worker's progress", () => {
  test("is shown with its step, the last one, also where no sign of life is asked for", async () => {
    const name = await queue();
    const path = await start(
      `{type: foreach, name: all, iterationMapping: {collection: [1, 2], item: i}, outputMappings: [], steps: [${onQueue(name, "job")}]}`,
    );
    const { token } = await take(name);
    for (const progress of [{ percent: 10 }, { percent: 70, echo: token }]) {
      expect((await call("POST", "/v1/tasks/heartbeat", { token, progress })).status).toBe(200);
    }
    const { body } = await call("GET", `${path}/steps?parent=${encodeURIComponent("all[0]")}`);
    const { items } = executionShapes.stepsAnswer.parse(body);
    expect(items).toMatchObject([{ name: "job", progress: { percent: 70 }, progressAt: expect.any(String) }]);
    expect(JSON.stringify(body)).not.toContain(token);
    expect((await call("POST", "/v1/tasks/succeed", { token, output: {} })).status).toBe(200);
    const after = await call("GET", `${path}/steps?parent=${encodeURIComponent("all[0]")}`);
    expect(after.body.items[0]).not.toHaveProperty("progress");
  });

  test("is refused when it is too large; the task goes on", async () => {
    const name = await queue();
    await start(onQueue(name, "job"));
    const { token } = await take(name);
    const { status, body } = await call("POST", "/v1/tasks/heartbeat", { token, progress: "x".repeat(5000) });
    expect([status, body.code]).toEqual([400, "InvalidOutput"]);
    expect((await call("POST", "/v1/tasks/succeed", { token, output: {} })).status).toBe(200);
  });
});
