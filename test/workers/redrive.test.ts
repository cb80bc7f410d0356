import { describe, expect, test } from "vitest";
import { flowOf, taskStep } from "../support/flows.ts";
import { call, flow, unique, until } from "./call.ts";

const TOKEN =
  "inputMappings: [{target: token, source: $context.task.token}, {target: one, source: $input.one}]";

/** A task on a queue of its own; its token lies in the body of its message. */
function taskOn(queue: string, name: string): string {
  return taskStep(name, TOKEN).replace("queues/work/", `queues/${queue}/`);
}

async function newQueue(): Promise<string> {
  const queue = unique("q");
  await call("PUT", `/v1/queues/${queue}`, {});
  return queue;
}

async function take(queue: string): Promise<{ token: string; one?: number }> {
  const { body } = await call("POST", `/v1/queues/${queue}/receive`, { waitSeconds: 10 });
  return JSON.parse(body.messages[0].body) as { token: string; one?: number };
}

const succeed = (token: string, output = {}) => call("POST", "/v1/tasks/succeed", { token, output });
const fail = (token: string) => call("POST", "/v1/tasks/fail", { token, error: "Bad", cause: "no disk" });

function ended(path: string): Promise<{ status: string; [key: string]: unknown }> {
  return until(async () => {
    const { body } = await call("GET", path);
    return body.endedAt === undefined ? undefined : body;
  });
}

describe("an execution that failed", () => {
  test("goes on with what failed alone, as its plan said; its index, its audit log and FnF's words tell of it", async () => {
    const queue = await newQueue();
    const each = `{type: foreach, name: each, concurrency: 1, iterationMapping: {collection: $.items, item: one}, outputMappings: [{target: results, source: "$local[*]"}], steps: [${taskOn(queue, "t")}]}`;
    const name = await flow(each, "{type: pass, name: publish}");
    const list = `/v1/flows/${name}/executions`;
    const path = `${list}/run`;
    await call("POST", list, { name: "run", input: { items: [0, 1, 2] } });
    await succeed((await take(queue)).token, { n: 0 });
    const second = await take(queue);
    expect((await call("POST", `${path}/redrive`, {})).body.code).toBe("ExecutionRunning");
    await fail(second.token);
    await ended(path);
    const plan = await call("POST", `${path}/redrive`, { dryRun: true });
    expect([plan.status, plan.body]).toEqual([
      200,
      {
        again: ["each[1]/t"],
        counts: { tasks: 1, iterations: 2, kept: 1, waiting: 0 },
        // oxlint-disable-next-line unicorn/no-thenable -- the contract's word for what comes behind
        then: ["publish"],
        children: [],
        warnings: [],
      },
    ]);
    const reason = "the disk has room again";
    const key = { "idempotency-key": unique("key") };
    const redriven = await call("POST", `${path}/redrive`, { reason }, key);
    expect(redriven.status).toBe(202);
    expect(redriven.body).toMatchObject({ status: "Running", redrives: 1, redrivenAt: expect.any(String) });
    expect(redriven.body).not.toHaveProperty("endedAt");
    expect((await call("POST", `${path}/redrive`, { reason }, key)).body).toMatchObject({ redrives: 1 });
    expect((await call("POST", `${path}/redrive`, {})).body.code).toBe("ExecutionRunning");
    expect((await succeed(second.token)).body.code).toBe("TaskSuperseded");
    expect((await call("GET", `${list}?status=Running`)).body.items).toMatchObject([
      { name: "run", redrives: 1 },
    ]);
    for (const one of [1, 2]) {
      const task = await take(queue);
      expect(task.one).toBe(one);
      await succeed(task.token, { n: one });
    }
    expect(await ended(path)).toMatchObject({
      status: "Succeeded",
      redrives: 1,
      output: { results: [{ n: 0 }, { n: 1 }, { n: 2 }] },
    });
    await until(async () => {
      const { items } = (await call("GET", `${list}?status=Succeeded`)).body;
      return items.length === 1 ? items : undefined;
    });
    expect((await call("POST", `${path}/redrive`, {})).body.code).toBe("NotRedrivable");
    const audit = (await call("GET", "/v1/audit?limit=100")).body.items;
    expect(audit).toContainEqual(
      expect.objectContaining({ reason, action: expect.stringMatching(/redrive$/) }),
    );
    const { items } = (await call("GET", `${path}/history?type=ExecutionRedriven`)).body;
    expect(items).toMatchObject([{ detail: { redrive: 1, reason, by: expect.stringMatching(/^key:/) } }]);
  });

  test("goes back to a step of before, or on with what was tolerated, which alone is dispatched", async () => {
    const queue = await newQueue();
    const items = Array.from({ length: 100 }, (_, index) => index);
    const each = `{type: foreach, name: each, concurrency: 100, tolerance: {count: 5}, iterationMapping: {collection: $.items, item: one}, outputMappings: [{target: results, source: "$local[*]"}], steps: [${taskOn(queue, "t")}]}`;
    const name = await flow(each, "{type: pass, name: sum}");
    const list = `/v1/flows/${name}/executions`;
    const path = `${list}/run`;
    await call("POST", list, { name: "run", input: { items } });
    for (let taken = 0; taken < items.length;) {
      const { body } = await call("POST", `/v1/queues/${queue}/receive`, { max: 16, waitSeconds: 10 });
      const tasks = body.messages.map((message: { body: string }) => JSON.parse(message.body));
      taken += tasks.length;
      for (const { token, one } of tasks)
        await ([17, 40, 41].includes(one) ? fail(token) : succeed(token, { n: one }));
    }
    expect(await ended(path)).toMatchObject({ status: "Succeeded" });
    const ask = (body: object) => call("POST", `${path}/redrive`, body);
    expect((await ask({ from: "sum" })).body.code).toBe("NotRedrivable");
    expect((await ask({ items: "sum" })).body.code).toBe("NotRedrivable");
    expect((await ask({ items: "other" })).body.code).toBe("StepNotExists");
    expect((await ask({ items: "each", from: "each" })).body.code).toBe("InvalidRequest");
    const planned = await ask({ items: "each", dryRun: true });
    expect(planned.body).toMatchObject({
      again: ["each#2"],
      counts: { iterations: 3, kept: 97 },
      // oxlint-disable-next-line unicorn/no-thenable -- the contract's word for what comes behind
      then: ["sum"],
    });
    expect((await ask({ items: "each" })).status).toBe(202);
    for (const one of [17, 40, 41]) {
      const task = await take(queue);
      expect(task.one).toBe(one);
      await succeed(task.token, { n: one });
    }
    expect(await ended(path)).toMatchObject({
      status: "Succeeded",
      redrives: 1,
      output: { results: items.map((n) => ({ n })) },
    });
    const scheduled = await call("GET", `${path}/history?type=TaskScheduled&limit=1000`);
    expect(scheduled.body.items).toHaveLength(103);
  });

  test("goes on with a corrected version, and keeps the one that it had until then for what was", async () => {
    const queue = await newQueue();
    const old = [taskOn(queue, "check"), `{type: fail, name: send, error: Full, cause: no disk}`];
    const name = await flow(...old);
    const list = `/v1/flows/${name}/executions`;
    const path = `${list}/run`;
    await call("POST", list, { name: "run" });
    await succeed((await take(queue)).token, { checked: 1 });
    await ended(path);
    const ask = (body: object) => call("POST", `${path}/redrive`, body);
    expect((await ask({ version: 2 })).body.code).toBe("VersionNotExists");
    await call("PUT", `/v1/flows/${name}`, flowOf("{type: pass, name: sent}"));
    const refused = await ask({ version: "latest", dryRun: true });
    expect([refused.status, refused.body]).toMatchObject([
      422,
      {
        code: "IncompatibleVersion",
        diagnostics: [{ code: "OpenStepMissing", path: "steps", line: expect.any(Number) }],
      },
    ]);
    expect((await ask({ version: 2 })).body.code).toBe("IncompatibleVersion");
    const mended = "{type: pass, name: send, outputMappings: [{target: sent, source: $input.checked}]}";
    await call("PUT", `/v1/flows/${name}`, flowOf("{type: pass, name: log}", taskOn(queue, "check"), mended));
    expect((await ask({ version: "latest" })).body).toMatchObject({
      version: 3,
      eras: [
        { fromEvent: 1, version: 1 },
        { fromEvent: expect.any(Number), version: 3 },
      ],
    });
    const head = await ended(path);
    expect(head).toMatchObject({ status: "Succeeded", version: 3, output: { checked: 1, sent: 1 } });
    const { items } = (await call("GET", `${path}/steps`)).body;
    expect(items.map((step: { path: string }) => step.path)).toEqual(["check", "send", "send#2"]);
    const listed = (await call("GET", `${list}?status=Succeeded`)).body.items;
    expect(listed).toMatchObject([{ name: "run", version: 3 }]);
  });

  test("takes along the execution that its task waited for, and what that gave meanwhile", async () => {
    const queue = await newQueue();
    const inner = await flow(taskOn(queue, "first"), taskOn(queue, "second"));
    const sub = `{type: task, name: sub, resourceArn: "acs:fnf:::flow/${inner}", pattern: sync, outputMappings: [{target: got, source: $local}]}`;
    const outer = await flow(sub);
    const path = `/v1/flows/${outer}/executions/run`;
    await call("POST", `/v1/flows/${outer}/executions`, { name: "run" });
    await succeed((await take(queue)).token, { first: 1 });
    await fail((await take(queue)).token);
    await ended(path);
    const { children } = (await call("POST", `${path}/redrive`, { dryRun: true })).body;
    expect(children).toMatchObject([{ flow: inner }]);
    const child = `/v1/flows/${inner}/executions/${children[0].name}`;
    await call("POST", `${path}/redrive`, {});
    await fail((await take(queue)).token);
    expect(await ended(path)).toMatchObject({ status: "Failed", redrives: 1 });
    await ended(child);
    // By itself: nobody is told of its end.
    await call("POST", `${child}/redrive`, {});
    await succeed((await take(queue)).token, { second: 2 });
    expect(await ended(child)).toMatchObject({ status: "Succeeded", redrives: 2 });
    expect((await call("GET", path)).body.status).toBe("Failed");
    await call("POST", `${path}/redrive`, {});
    expect(await ended(path)).toMatchObject({
      status: "Succeeded",
      redrives: 2,
      output: { got: { second: 2 } },
    });
    expect((await call("GET", `/v1/flows/${inner}/executions`)).body.items).toHaveLength(1);
  });

  test("counts for its schedule as one that runs: another one that must not overlap is in its way", async () => {
    const queue = await newQueue();
    const name = await flow(taskOn(queue, "t"));
    const schedule = `/v1/flows/${name}/schedules/nightly`;
    await call("PUT", schedule, { cron: "@yearly", overlap: "skip" });
    const runNow = async () => {
      const { body } = await call("POST", `${schedule}/run`, {});
      return `/v1/flows/${name}/executions/${body.executionName ?? body.name}`;
    };
    const first = await runNow();
    await fail((await take(queue)).token);
    await ended(first);
    const rows = async () => (await call("GET", `${schedule}/firings`)).body.items;
    await until(async () => ((await rows())[0].executionStatus === "Failed" ? true : undefined));
    expect((await call("POST", `${first}/redrive`, {})).status).toBe(202);
    expect((await rows())[0]).toMatchObject({ verdict: "started", redrives: 1 });
    expect((await rows())[0]).not.toHaveProperty("executionStatus");
    await fail((await take(queue)).token);
    await until(async () => ((await rows())[0].executionStatus === "Failed" ? true : undefined));
    const second = await runNow();
    const { token } = await take(queue);
    const refused = await call("POST", `${first}/redrive`, { dryRun: true });
    expect([refused.status, refused.body.code]).toEqual([409, "OverlapRunning"]);
    expect(refused.body.detail).toContain(second.split("/").at(-1));
    expect((await call("POST", `${first}/redrive`, { force: true })).status).toBe(202);
    await succeed(token);
    await succeed((await take(queue)).token);
    expect(await ended(first)).toMatchObject({ status: "Succeeded", redrives: 2 });
  });
});
