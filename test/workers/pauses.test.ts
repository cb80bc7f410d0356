import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { flowOf, taskStep } from "../support/flows.ts";
import { call, flow, run, unique, until } from "./call.ts";
import { mns } from "./mns-call.ts";
import { expectError } from "./mns-expect.ts";

describe("a paused queue", () => {
  test("gives nothing to anybody, says so where its messages are waited for, and goes on when it is resumed", async () => {
    const queue = unique("q");
    const name = unique("flow");
    const path = `/v1/queues/${queue}`;
    await call("PUT", path, {});
    const step = taskStep("job", "timeoutSeconds: 600").replace("queues/work/", `queues/${queue}/`);
    await call("PUT", `/v1/flows/${name}`, flowOf(step));
    const reason = "the disk is full";
    const paused = { by: expect.stringMatching(/^key:./), reason, at: expect.any(String) };
    expect((await call("POST", `${path}/pause`, { reason })).body).toMatchObject({ paused, limited: 0 });
    await call("POST", `/v1/flows/${name}/executions`, { name: "run" });
    const waiting = await until(async () => {
      const { body } = await call("GET", `/v1/flows/${name}/executions/run`);
      return body.waitingFor?.find(({ queuePaused }: { queuePaused?: true }) => queuePaused);
    });
    expect(waiting).toMatchObject({ path: "job", waitsFor: "worker", queue });
    expect((await call("POST", `${path}/pause`, {})).body).toMatchObject({ paused, limited: 1 });
    await evictDurableObject(env.QUEUES.getByName(queue));
    expect((await call("POST", `${path}/receive`, { max: 1 })).body.messages).toEqual([]);
    expectError(await mns("GET", `/queues/${queue}/messages`), "MessageNotExist");
    expect((await call("GET", path)).body).toMatchObject({ paused, depth: { ready: 1 } });
    expect((await call("POST", `${path}/resume`, {})).body).not.toHaveProperty("paused");
    expect((await call("POST", `${path}/receive`, { max: 1 })).body.messages).toHaveLength(1);
    const { items } = (await call("GET", "/v1/audit?limit=100")).body;
    const reasons = items
      .filter(({ target }: { target: { queue?: string } }) => target.queue === queue)
      .map(({ reason: told }: { reason?: string }) => told);
    expect(reasons).toContain(reason);
  });

  test("that is not there cannot be paused or resumed", async () => {
    for (const action of ["pause", "resume"])
      expect((await call("POST", `/v1/queues/${unique("q")}/${action}`, {})).body.code).toBe("QueueNotExist");
  });
});

async function started(...steps: string[]): Promise<string> {
  const name = unique("flow");
  await call("PUT", `/v1/flows/${name}`, flowOf(...steps));
  await call("POST", `/v1/flows/${name}/executions`, { name: "run" });
  const path = `/v1/flows/${name}/executions/run`;
  await until(async () => (await call("GET", path)).body.status === "Running" || undefined);
  return path;
}

describe("a paused execution", () => {
  test("is Running and shown as paused, by itself, in lists and to the board, until it is resumed", async () => {
    const path = await started("{type: wait, name: w, duration: 3600}");
    const list = path.replace("/run", "");
    const reason = "the database is being moved";
    const told = { by: expect.stringMatching(/^key:./), reason, at: expect.any(String) };
    const answer = await call("POST", `${path}/pause`, { reason, until: "2100-01-01T00:00:00Z" });
    const paused = { ...told, until: "2100-01-01T00:00:00.000Z" };
    expect(answer).toMatchObject({ status: 200, body: { status: "Running", paused } });
    const listed = async (query: string) => (await call("GET", `${list}?paused=${query}`)).body.items;
    await until(async () => (await listed("true")).length === 1 || undefined);
    expect(await listed("true")).toMatchObject([{ name: "run", paused }]);
    expect(await listed("false")).toEqual([]);
    const { events } = { events: (await call("GET", `${path}/history`)).body.items };
    expect(events.at(-1)).toMatchObject({ type: "ExecutionPaused", detail: { reason } });
    expect((await call("POST", `${path}/resume`, {})).body).not.toHaveProperty("paused");
    await until(async () => (await listed("false")).length === 1 || undefined);
    await call("POST", `${path}/stop`, {});
    expect(await call("POST", `${path}/pause`, {})).toMatchObject({ status: 409 });
  });

  test("goes on by itself", async () => {
    const path = await started("{type: wait, name: w, duration: 1}", "{type: wait, name: v, duration: 3600}");
    const soon = new Date(Date.now() + 1500).toISOString();
    await call("POST", `${path}/pause`, { until: soon });
    const { body } = await call("GET", `${path}?wait=1`);
    expect(body.paused).toMatchObject({ until: soon });
    await until(async () => (await call("GET", `${path}/steps`)).body.items.length === 2 || undefined);
    const { body: over } = await call("POST", `${path}/pause`, { until: "2020-01-01T00:00:00Z" });
    expect(over.code).toBe("InvalidRange");
  });
});

describe("a paused flow", () => {
  const START = { input: { n: 1 } };

  test("holds what is started, shows it as Starting, and starts it when it is resumed", async () => {
    const name = await flow("{type: pass, name: p, outputMappings: [{target: n, source: $input.n}]}");
    const path = `/v1/flows/${name}`;
    const paused = { by: expect.stringMatching(/^key:./), starts: "hold", reason: "the disk is full" };
    const { body: told } = await call("POST", `${path}/pause`, { reason: "the disk is full" });
    expect(told).toMatchObject({ name, paused, held: 0 });
    const runs = `${path}/executions`;
    const held = { status: "Starting", held: "flowPaused" };
    expect(await call("POST", runs, { ...START, name: "first" })).toMatchObject({ status: 201, body: held });
    await call("POST", runs, { ...START, name: "second" });
    expect((await call("GET", `${runs}/first`)).body).toMatchObject(held);
    expect((await call("POST", `${runs}/second/stop`, {})).status).toBe(200);
    expect((await call("GET", `${runs}/second?wait=20`)).body).toMatchObject({ status: "Stopped" });
    await evictDurableObject(env.FLOWS.getByName(name));
    expect((await call("GET", path)).body).toMatchObject({ paused, held: 1 });
    const listed = (await call("GET", "/v1/flows?limit=1000")).body.items;
    expect(listed.find((one: { name: string }) => one.name === name).paused).toMatchObject({
      starts: "hold",
    });
    expect((await call("POST", `${path}/resume?dryRun=true`, {})).body).toMatchObject({ held: 1, paused });
    expect((await call("POST", `${path}/resume`, {})).body).not.toHaveProperty("paused");
    const { body } = await call("GET", `${runs}/first?wait=20`);
    expect(body).toMatchObject({ status: "Succeeded", output: { n: 1 } });
    expect(body).not.toHaveProperty("held");
  });

  test("that refuses fails the task that calls it, and says why", async () => {
    const inner = await flow("{type: pass, name: p}");
    const outer = await flow(`{type: task, name: t, resourceArn: "acs:fnf:::flow/${inner}", pattern: sync}`);
    await call("POST", `/v1/flows/${inner}/pause`, { starts: "refuse", reason: "the disk is full" });
    expect(await run(outer)).toMatchObject({ status: "Failed", error: "FnF.FlowPaused" });
  });
});
