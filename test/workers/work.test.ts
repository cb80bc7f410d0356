import { describe, expect, test } from "vitest";
import { call, unique } from "./call.ts";

/** A flow of one task on a queue of its own, which no token is mapped for. */
async function newFlow(
  more = "",
  params = "",
): Promise<{ flow: string; queue: string; run: (name: string) => string }> {
  const [flow, queue] = [unique("flow"), unique("queue")];
  await call("PUT", `/v1/queues/${queue}`, {});
  const task = `{type: task, name: job, resourceArn: "acs:mns:::/queues/${queue}/messages", pattern: waitForCallback, serviceParams: {MessageBody: $${params}}${more}}`;
  await call("PUT", `/v1/flows/${flow}`, `version: v1\ntype: flow\nsteps: [${task}]`);
  return { flow, queue, run: (name) => `/v1/flows/${flow}/executions/${name}` };
}

async function start(flow: string, name: string): Promise<void> {
  await call("POST", `/v1/flows/${flow}/executions`, { name, input: { x: 1 } });
}

const SESSION = { worker: "north", session: "0123456789abcdef", waitSeconds: 20, leaseSeconds: 60 };

describe("a turn of a runner", () => {
  test("takes a task with the token that reports it, though the flow maps none", async () => {
    const { flow, queue, run } = await newFlow(", timeoutSeconds: 100, heartbeatSeconds: 30");
    const work = (body: object) => call("POST", `/v1/queues/${queue}/work`, { ...SESSION, ...body });
    await start(flow, "one");
    const { messages } = (await work({})).body;
    expect(messages).toMatchObject([
      {
        body: '{"x":1}',
        leaseSeconds: 15,
        task: { flow, execution: "one", step: "job", path: "job", attempt: 1, heartbeatSeconds: 30 },
      },
    ]);
    const [{ receipt, task }] = messages;
    expect(task.remainingSeconds).toBeGreaterThan(90);
    const { body } = await work({ reports: [{ token: task.token, receipt, output: { y: 2 } }], max: 0 });
    expect(body).toMatchObject({ verdicts: [{ ok: true, eventId: expect.anything() }], messages: [] });
    expect((await call("GET", run("one"))).body).toMatchObject({ status: "Succeeded", output: { y: 2 } });
  });

  test("has a verdict on each entry: a bad one costs no other", async () => {
    const { flow, queue } = await newFlow();
    const work = (body: object) => call("POST", `/v1/queues/${queue}/work`, { ...SESSION, ...body });
    await Promise.all(["a", "b", "c"].map((name) => start(flow, name)));
    await call("POST", `/v1/queues/${queue}/send`, { messages: [{ body: "no task" }] });
    const taken: { receipt: string; task?: { token: string } }[] = [];
    while (taken.length < 4) taken.push(...(await work({ max: 4 })).body.messages);
    const [a, b, c] = taken.filter(({ task }) => task);
    const other = taken.find(({ task }) => !task);
    const { status, body } = await work({
      reports: [{ token: a?.task?.token, receipt: a?.receipt, output: {} }, { token: "?", output: {} }, 7],
      beats: [
        { receipt: b?.receipt, progress: { done: 1 } },
        { receipt: b?.receipt, progress: "x".repeat(5000) },
        "?",
      ],
      delete: ["x".repeat(1000), "?", 7],
      release: [
        { receipt: c?.receipt, delaySeconds: 60 },
        { receipt: c?.receipt, lost: "yes" },
      ],
      bury: [
        { receipt: other?.receipt, reason: "not JSON" },
        { receipt: b?.receipt, reason: "no" },
      ],
      max: 4,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      verdicts: [{ ok: true }, { code: "InvalidToken" }, { code: "InvalidRequest" }],
      beats: [{ ok: true, leaseSeconds: 60 }, { code: "InvalidRequest" }, { code: "InvalidRequest" }],
      refused: [
        { list: "delete", position: 0, code: "InvalidRequest" },
        { list: "delete", position: 1, code: "InvalidReceipt" },
        { list: "delete", position: 2, code: "InvalidRequest" },
        { list: "release", position: 1, code: "InvalidRequest" },
        { list: "bury", position: 1, code: "InvalidRequest" },
      ],
      messages: [],
    });
    const { depth } = (await call("GET", `/v1/queues/${queue}`)).body;
    expect(depth).toEqual({ ready: 0, readyForNamed: 0, inFlight: 1, delayed: 1, deadLetters: 1 });
  });

  test("is told at once, while its call waits, that what it works on is over", async () => {
    const { flow, queue, run } = await newFlow();
    const work = (body: object) => call("POST", `/v1/queues/${queue}/work`, { ...SESSION, ...body });
    await start(flow, "stopped");
    const [{ receipt }] = (await work({})).body.messages;
    const held = work({ beats: [{ receipt }], max: 0 });
    await expect.poll(async () => (await call("GET", `/v1/queues/${queue}`)).body.waitingPolls).toBe(1);
    await call("POST", `${run("stopped")}/stop`, {});
    expect((await held).body).toMatchObject({ stop: [{ receipt, code: "TaskOver" }], messages: [] });
    expect((await work({ beats: [{ receipt }] })).body).toMatchObject({ beats: [{ code: "TaskOver" }] });
  });

  test("shows progress with the step, and a call that waits does not hold it back", async () => {
    const { flow, queue, run } = await newFlow();
    const work = (body: object) => call("POST", `/v1/queues/${queue}/work`, { ...SESSION, ...body });
    await start(flow, "long");
    const [{ receipt }] = (await work({})).body.messages;
    const held = work({ beats: [{ receipt, progress: { done: 3, of: 9 } }], max: 1 });
    const progress = async () => (await call("GET", `${run("long")}/steps`)).body.items[0].progress;
    await expect.poll(progress).toEqual({ done: 3, of: 9 });
    await work({ bye: true, max: 0 });
    expect((await held).body).toMatchObject({ beats: [{ ok: true }], messages: [] });
  });

  test("tells who it is when it is asked", async () => {
    const { queue } = await newFlow();
    const work = (body: object) =>
      call("POST", `/v1/queues/${queue}/work`, { ...SESSION, waitSeconds: 0, ...body });
    expect((await work({})).body).toMatchObject({ notices: ["TellAbout"] });
    const about = {
      version: "1.0.0",
      host: "h",
      os: "linux",
      pid: 1,
      slots: 4,
      startedAt: "2026-11-26T00:00:00Z",
    };
    expect((await work({ about })).body).toEqual({ verdicts: [], messages: [] });
    expect((await work({})).body).toEqual({ verdicts: [], messages: [] });
    expect(await work({ about: { pid: "one" } })).toMatchObject({ status: 400 });
  });
});

describe("a sign of life by a task's token", () => {
  test("makes the lease of its message longer, and tells how long it is", async () => {
    const { flow, queue } = await newFlow();
    await start(flow, "one");
    const asked = { max: 1, leaseSeconds: 40, waitSeconds: 20 };
    const [{ task, receipt }] = (await call("POST", `/v1/queues/${queue}/receive`, asked)).body.messages;
    const beat = (more = {}) => call("POST", "/v1/tasks/heartbeat", { token: task.token, ...more });
    expect(await beat()).toMatchObject({ status: 200, body: { leaseSeconds: 40 } });
    expect(await beat({ leaseSeconds: 1 })).toMatchObject({ status: 200, body: { leaseSeconds: 1 } });
    const again = { max: 1, waitSeconds: 20 };
    const taken = await call("POST", `/v1/queues/${queue}/receive`, again);
    expect(taken.body.messages).toMatchObject([{ dequeueCount: 2 }]);
    await call("POST", `/v1/queues/${queue}/release`, { receipts: [taken.body.messages[0].receipt] });
    expect((await beat()).body).toEqual({});
    await call("POST", `/v1/queues/${queue}/delete`, { receipts: [receipt] });
  });

  test("is not missed while the message lies in its queue", async () => {
    const { flow, queue, run } = await newFlow(", heartbeatSeconds: 1");
    await start(flow, "waits");
    await start(flow, "silent");
    const asked = { max: 1, waitSeconds: 20, leaseSeconds: 60 };
    const [{ task }] = (await call("POST", `/v1/queues/${queue}/receive`, asked)).body.messages;
    const other = task.execution === "silent" ? "waits" : "silent";
    const silent = await call("GET", `${run(task.execution)}?wait=30`);
    expect(silent.body).toMatchObject({ status: "Failed", error: "FnF.TaskHeartbeatTimeout" });
    expect((await call("GET", run(other))).body).toMatchObject({ status: "Running" });
  });

  test("does not come from a worker that there is not: the task that nobody takes in time fails", async () => {
    const { flow, queue, run } = await newFlow("", ", TakenWithinSeconds: 1");
    await start(flow, "lone");
    const ended = await call("GET", `${run("lone")}?wait=30`);
    expect(ended.body).toMatchObject({ status: "Failed", error: "Worker.NotTaken" });
    await expect.poll(async () => (await call("GET", `/v1/queues/${queue}`)).body.depth.ready).toBe(0);
    const named = await newFlow("", ", TakenWithinSeconds: 1, Worker: far-away");
    await start(named.flow, "lone");
    expect((await call("GET", `${named.run("lone")}?wait=30`)).body).toMatchObject({
      error: "Worker.NotTaken",
      cause: 'worker "far-away" did not take the task in time: it was not seen lately',
    });
  });
});

test("a receive of a session gives tasks as a turn does, and its first lease is short, too", async () => {
  const { flow, queue } = await newFlow();
  await start(flow, "one");
  const asked = { ...SESSION, max: 5 };
  const { messages } = (await call("POST", `/v1/queues/${queue}/receive`, asked)).body;
  expect(messages).toMatchObject([{ leaseSeconds: 15, task: { execution: "one" } }]);
  const { task } = messages[0];
  const report = await call("POST", "/v1/tasks/succeed", { token: task.token, output: {} });
  expect(report.status).toBe(200);
});

describe("work for a worker by name", () => {
  test("is taken by that worker alone, in one flow for all of them", async () => {
    const { flow, queue, run } = await newFlow("", ", Worker: $.machine");
    const path = `/v1/flows/${flow}/executions`;
    const names = ["north", "south", "east"];
    for (const machine of names) await call("POST", path, { name: machine, input: { machine } });
    for (const worker of names.toReversed()) {
      const { body } = await call("POST", `/v1/queues/${queue}/work`, { worker, max: 9, waitSeconds: 20 });
      expect(body.messages).toMatchObject([{ task: { execution: worker } }]);
    }
    await call("POST", path, { name: "west", input: { machine: "west" } });
    await expect
      .poll(async () => (await call("GET", run("west"))).body.waitingFor)
      .toMatchObject([{ waitsFor: "worker", worker: "west" }]);
    await call("POST", path, { name: "none", input: { machine: 7 } });
    const none = await call("GET", `${run("none")}?wait=20`);
    expect(none.body).toMatchObject({ status: "Failed", error: "MNS.InvalidArgument" });
  });

  test("is sent by hand, too, and a key can be good for some names only", async () => {
    const { queue } = await newFlow();
    await call("POST", `/v1/queues/${queue}/send`, {
      messages: [
        { body: "x", worker: "team-1" },
        { body: "y", worker: "west" },
      ],
    });
    const made = await call("POST", "/v1/keys", {
      role: "worker",
      queues: [queue],
      workers: ["north", "team-*"],
    });
    expect(made).toMatchObject({ status: 201, body: { workers: ["north", "team-*"] } });
    const authorization = `Bearer ${made.body.accessKeyId}.${made.body.accessKeySecret}`;
    const take = (action: string, worker?: string) =>
      call("POST", `/v1/queues/${queue}/${action}`, { ...(worker && { worker }) }, { authorization });
    expect(await take("work", "west")).toMatchObject({ status: 403, body: { code: "Forbidden" } });
    expect(await take("receive", "west")).toMatchObject({ status: 403, body: { code: "Forbidden" } });
    expect((await take("work", "team-1")).body.messages).toMatchObject([{ body: "x" }]);
    expect((await take("receive")).body.messages).toEqual([]);
    expect((await take("receive", "north")).body.messages).toEqual([]);
    const { body } = await call("GET", `/v1/queues/${queue}`);
    expect(body.depth).toMatchObject({ ready: 1, readyForNamed: 1, inFlight: 1 });
  });
});

describe("what a command wrote", () => {
  test("is kept with its step, with who did the work, and tokens are masked in it", async () => {
    const { flow, queue, run } = await newFlow(
      ', retry: [{errors: ["Exit.*"], intervalSeconds: 0, maxAttempts: 1}]',
    );
    const work = (body: object) => call("POST", `/v1/queues/${queue}/work`, { ...SESSION, ...body });
    await start(flow, "one");
    const [first] = (await work({})).body.messages;
    await work({ beats: [{ receipt: first.receipt, log: "so far\n" }], max: 0, waitSeconds: 0 });
    const log = (query = "") => call("GET", `${run("one")}/log${query}`);
    await expect.poll(async () => (await log("?step=job&attempt=1")).body).toBe("so far\n");
    const text = `disk full, ${first.task.token}\n`;
    const failed = { token: first.task.token, receipt: first.receipt, error: "Exit.2", cause: "", log: text };
    await work({ reports: [failed], max: 0 });
    const [second] = (await work({})).body.messages;
    expect(second.task.attempt).toBe(2);
    await work({
      reports: [{ token: second.task.token, receipt: second.receipt, output: {}, log: "done" }],
      max: 0,
    });
    expect((await log("?step=job&attempt=1")).body).toMatch(/^disk full, mr1\.…/);
    expect((await log()).body).toMatch(/^== job#1\ndisk full, .*\n== job#2\ndone\n$/s);
    const { items } = (await call("GET", `${run("one")}/steps`)).body;
    expect(items).toMatchObject([
      { worker: "north", deliveries: 1, losses: 0, takenAt: expect.any(String), log: { attempts: 2 } },
    ]);
    expect(items[0].log.bytes).toBeGreaterThan(10);
  });
});

test("a task whose worker is lost fails by its name where it must not begin twice, and its flow can catch that", async () => {
  const caught =
    ", catch: [{errors: [Worker.Lost], goto: job2}], errorMappings: [{target: why, source: $local.cause}]";
  const [name, queue] = [unique("flow"), unique("queue")];
  await call("PUT", `/v1/queues/${queue}`, {});
  const task = `{type: task, name: job, resourceArn: "acs:mns:::/queues/${queue}/messages", pattern: waitForCallback, serviceParams: {MessageBody: $, LostAfter: 1}${caught}}`;
  await call(
    "PUT",
    `/v1/flows/${name}`,
    `version: v1\ntype: flow\nsteps: [${task}, {type: pass, name: job2}]`,
  );
  await start(name, "one");
  const work = (body: object) => call("POST", `/v1/queues/${queue}/work`, { ...SESSION, ...body });
  const [{ task: taken }] = (await work({})).body.messages;
  expect(taken).toMatchObject({ confirm: true });
  await work({ session: "fedcba9876543210", takesOver: SESSION.session, max: 0, waitSeconds: 0 });
  const { body } = await call("GET", `/v1/flows/${name}/executions/one?wait=30`);
  expect(body).toMatchObject({
    status: "Succeeded",
    output: { why: expect.stringMatching(/^lost once: north at /) },
  });
});
