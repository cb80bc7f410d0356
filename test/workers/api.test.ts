import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import type { ExecutionRpc } from "../../src/core/objects.ts";
import * as executionShapes from "../../src/http/contract/executions.ts";
import * as flowShapes from "../../src/http/contract/flows.ts";
import * as queueShapes from "../../src/http/contract/queues.ts";
import { firingsAnswer } from "../../src/http/contract/firings.ts";
import * as scheduleShapes from "../../src/http/contract/schedules.ts";
import { FAN_OUT, fanOutInput, flowOf } from "../support/flows.ts";
import { call, unique } from "./call.ts";

const QUEUE = "workers";
const PASS = flowOf("{type: pass, name: p, outputMappings: [{target: seen, source: $input.x}]}");

beforeAll(async () => {
  await call("PUT", `/v1/queues/${QUEUE}`, {});
});

async function flow(definition = PASS): Promise<string> {
  const name = unique("flow");
  const { status } = await call("PUT", `/v1/flows/${name}`, definition);
  expect(status).toBe(201);
  return name;
}

interface Task {
  readonly token: string;
  readonly worker: string;
  readonly receipt: string;
}

async function take(max: number): Promise<Task[]> {
  const { body } = await call("POST", `/v1/queues/${QUEUE}/receive`, { max, waitSeconds: 10 });
  return body.messages.map((message: { body: string; receipt: string }) => {
    const { task_token: token, worker_name: worker } = JSON.parse(message.body) as {
      task_token: string;
      worker_name: string;
    };
    return { token, worker, receipt: message.receipt };
  });
}

async function takeAll(count: number): Promise<Task[]> {
  const tasks: Task[] = [];
  while (tasks.length < count) tasks.push(...(await take(count)));
  return tasks;
}

describe("the main job", () => {
  test("a started flow fans out, is reported, comes together and can be read", async () => {
    const name = await flow(FAN_OUT);
    const started = await call("POST", `/v1/flows/${name}/executions`, {
      name: "run",
      input: fanOutInput(3),
    });
    expect(started).toMatchObject({
      status: 201,
      body: { name: "run", version: 1, startedBy: "key:mradmin1" },
    });

    const tasks = await takeAll(3);
    const [first, second, third] = tasks as [Task, Task, Task];
    expect(
      await call("POST", "/v1/tasks/succeed", { token: first.token, output: { by: first.worker } }),
    ).toMatchObject({ status: 200 });
    const worked = await call("POST", `/v1/queues/${QUEUE}/work`, {
      reports: [
        { token: second.token, receipt: second.receipt, output: { by: second.worker } },
        { token: "nonsense", receipt: third.receipt, output: {} },
        { token: first.token, receipt: first.receipt, output: {} },
      ],
      max: 0,
    });
    expect(worked.body).toMatchObject({
      verdicts: [
        { ok: true },
        { ok: false, code: "InvalidToken" },
        { ok: false, code: "TaskAlreadyCompleted" },
      ],
      messages: [],
    });
    await call("POST", "/v1/tasks/report", {
      reports: [{ token: third.token, output: { by: third.worker } }],
    });

    const path = `/v1/flows/${name}/executions/run`;
    const ended = await call("GET", `${path}?wait=10`);
    executionShapes.executionHead.parse(ended.body);
    expect(ended.body).toMatchObject({ status: "Succeeded", counts: { events: 36, runningIterations: 0 } });
    expect(ended.body.output.results).toEqual([0, 1, 2].map((index) => ({ by: `worker${index}` })));

    const steps = await call("GET", `${path}/steps?parent=workersForeach`);
    executionShapes.stepsAnswer.parse(steps.body);
    expect(steps.body.items).toMatchObject(
      [0, 1, 2].map((index) => ({ index, item: `worker${index}`, status: "Succeeded" })),
    );
    const history = await call("GET", `${path}/history?limit=1000`);
    executionShapes.historyAnswer.parse(history.body);
    expect(history.body.items).toHaveLength(36);
    const everything = JSON.stringify([ended.body, steps.body, history.body]);
    for (const { token } of tasks) expect(everything).not.toContain(token);
    expect(everything).toContain(`mr1.…${first.token.slice(-6)}`);

    // The index hears of the end a moment later.
    const list = async () => (await call("GET", `/v1/flows/${name}/executions?status=Succeeded`)).body;
    await expect.poll(list).toMatchObject({ items: [{ name: "run", status: "Succeeded" }] });
    executionShapes.executionsAnswer.parse(await list());
  });

  test("a worker that echoes its message does not put the token into outputs", async () => {
    const name = await flow(FAN_OUT);
    await call("POST", `/v1/flows/${name}/executions`, { name: "run", input: fanOutInput(1) });
    const [task] = await takeAll(1);
    await call("POST", "/v1/tasks/succeed", { token: task?.token, output: { echo: task } });
    const { body } = await call("GET", `/v1/flows/${name}/executions/run?wait=10`);
    expect(body.output.results[0].echo.token).toMatch(/^mr1\.…[\w-]{6}$/);
  });
});

describe("starting", () => {
  test("waits for the end when asked to", async () => {
    const name = await flow();
    const { status, body } = await call("POST", `/v1/flows/${name}/executions?wait=10`, { input: { x: 5 } });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { status: "Succeeded", output: { seen: 5 } },
    });
  });

  test("a running name gives the running one, an ended name is refused", async () => {
    const name = await flow(FAN_OUT);
    const path = `/v1/flows/${name}/executions`;
    await call("POST", path, { name: "run", input: fanOutInput(1) });
    expect(await call("POST", path, { name: "run", input: fanOutInput(2) })).toMatchObject({
      status: 200,
      body: { name: "run" },
    });
    const stopped = await call("POST", `${path}/run/stop`, { error: "Enough", cause: "for now" });
    expect(stopped).toMatchObject({
      status: 200,
      body: { status: "Stopped", error: "Enough", cause: "for now" },
    });
    expect(await call("POST", `${path}/run/stop`, {})).toMatchObject({
      status: 409,
      body: { code: "ExecutionAlreadyCompleted" },
    });
    expect(await call("POST", path, { name: "run" })).toMatchObject({
      status: 409,
      body: { code: "ExecutionAlreadyExists" },
    });
  });

  test("with an Idempotency-Key is done once; another body with the key is refused", async () => {
    const name = await flow();
    const path = `/v1/flows/${name}/executions?wait=10`;
    const key = { "idempotency-key": "order-7" };
    const first = await call("POST", path, { input: { x: 1 } }, key);
    const again = await call("POST", path, { input: { x: 1 } }, key);
    expect(again).toMatchObject({ status: 201, body: { name: first.body.name, output: { seen: 1 } } });
    expect(await call("POST", path, { input: { x: 2 } }, key)).toMatchObject({
      status: 409,
      body: { code: "IdempotencyConflict" },
    });
    expect(await call("POST", path, {}, { "idempotency-key": "with space" })).toMatchObject({ status: 400 });
  });

  test("runs an older version when asked to", async () => {
    const name = await flow();
    await call("PUT", `/v1/flows/${name}`, PASS.replace("seen", "other"));
    const { body } = await call("POST", `/v1/flows/${name}/executions?wait=10`, {
      input: { x: 1 },
      version: 1,
    });
    expect(body).toMatchObject({ version: 1, output: { seen: 1 } });
  });
});

describe("flows", () => {
  test("are stored in versions, listed, read and deleted", async () => {
    const name = unique("flow");
    const put = await call("PUT", `/v1/flows/${name}`, PASS);
    flowShapes.putFlowAnswer.parse(put.body);
    expect(put).toMatchObject({ status: 201, body: { version: 1, diagnostics: [] } });
    expect(await call("PUT", `/v1/flows/${name}`, PASS)).toMatchObject({ status: 200, body: { version: 1 } });
    const described = await call("PUT", `/v1/flows/${name}`, { definition: PASS, description: "in words" });
    expect(described).toMatchObject({ status: 200, body: { version: 2, description: "in words" } });
    const read = await call("GET", `/v1/flows/${name}`);
    flowShapes.flowWithDefinition.parse(read.body);
    expect(read.body).toMatchObject({ version: 2, definition: PASS });
    expect(await call("GET", `/v1/flows/${name}?version=1`)).toMatchObject({
      status: 200,
      body: { version: 1 },
    });
    expect(await call("GET", `/v1/flows/${name}?version=9`)).toMatchObject({
      status: 404,
      body: { code: "VersionNotExists" },
    });
    const listed = await call("GET", "/v1/flows?limit=1000");
    expect(listed.body.items.map((item: { name: string }) => item.name)).toContain(name);
    expect(await call("DELETE", `/v1/flows/${name}`)).toMatchObject({ status: 204, body: "" });
    expect(await call("GET", `/v1/flows/${name}`)).toMatchObject({
      status: 404,
      body: { code: "FlowNotExists" },
    });
    expect(await call("DELETE", `/v1/flows/${name}`)).toMatchObject({ status: 404 });
    const after = await call("GET", "/v1/flows?limit=1000");
    expect(after.body.items.map((item: { name: string }) => item.name)).not.toContain(name);
  });

  test("with mistakes are refused with every diagnostic at its place, and nothing is stored", async () => {
    const name = unique("flow");
    const broken =
      "version: v1\ntype: flow\nsteps:\n  - {type: nap, name: a}\n  - {type: pass, name: b, x: 1}\n";
    const { status, body } = await call("PUT", `/v1/flows/${name}`, broken);
    expect(status).toBe(422);
    expect(body).toMatchObject({
      code: "InvalidDefinition",
      diagnostics: [
        { code: "UnknownStepType", severity: "error", line: 4, column: 12, path: "steps[0].type" },
        { code: "UnknownKey", severity: "error", line: 5, column: 27, path: "steps[1].x" },
      ],
    });
    expect(await call("GET", `/v1/flows/${name}`)).toMatchObject({ status: 404 });
    expect(await call("POST", "/v1/flows/validate", broken)).toMatchObject({
      status: 200,
      body: { valid: false },
    });
    expect(await call("POST", "/v1/flows/validate", { definition: PASS })).toMatchObject({
      body: { valid: true, diagnostics: [] },
    });
    expect(await call("PUT", `/v1/flows/${name}`, `name: another\n${PASS}`)).toMatchObject({ status: 422 });
  });

  test("take what runs of them and their schedules along when they are deleted", async () => {
    const name = await flow(FAN_OUT);
    await call("POST", `/v1/flows/${name}/executions`, { name: "run", input: fanOutInput(1) });
    await call("PUT", `/v1/flows/${name}/schedules/yearly`, { cron: "@yearly" });
    await takeAll(1);
    await call("DELETE", `/v1/flows/${name}`);
    // The platform's own type of a stub would unfold JSON without end.
    const stub = env.EXECUTIONS.getByName(`${name}~1~run`) as unknown as ExecutionRpc;
    await expect.poll(async () => (await stub.head())?.status, { timeout: 10_000 }).toBe("Stopped");
    await call("PUT", `/v1/flows/${name}`, FAN_OUT);
    expect(await call("GET", `/v1/flows/${name}/executions`)).toMatchObject({ body: { items: [] } });
    expect(await call("GET", `/v1/flows/${name}/schedules`)).toMatchObject({ body: { items: [] } });
  });
});

describe("queues", () => {
  test("keep messages until they are deleted, and say what lies in them", async () => {
    const name = unique("queue").replaceAll("_", "-");
    const path = `/v1/queues/${name}`;
    const put = await call("PUT", path, { leaseSeconds: 60 });
    queueShapes.queueAnswer.parse(put.body);
    expect(put).toMatchObject({
      status: 201,
      body: { attributes: { leaseSeconds: 60, retentionSeconds: 345_600 } },
    });
    expect(await call("PUT", path, { delaySeconds: 0 })).toMatchObject({
      status: 200,
      body: { attributes: { leaseSeconds: 60 } },
    });
    const sent = await call("POST", `${path}/send`, {
      messages: [{ body: "a" }, { body: "b", priority: 1 }, { body: "c", delaySeconds: 600 }],
    });
    expect(sent.status).toBe(201);
    expect(queueShapes.sendAnswer.parse(sent.body).ids).toHaveLength(3);
    const received = await call("POST", `${path}/receive`, { max: 10 });
    const { messages } = queueShapes.receiveAnswer.parse(received.body);
    expect(messages.map(({ body }) => body)).toEqual(["b", "a"]);
    const receipts = messages.map(({ receipt }) => receipt);
    expect(await call("GET", path)).toMatchObject({
      body: { depth: { ready: 0, inFlight: 2, delayed: 1, deadLetters: 0 } },
    });
    expect(await call("POST", `${path}/extend`, { receipts, leaseSeconds: 90 })).toMatchObject({
      body: { verdicts: [{ ok: true }, { ok: true }] },
    });
    expect(await call("POST", `${path}/release`, { receipts: receipts.slice(0, 1) })).toMatchObject({
      body: { verdicts: [{ ok: true }] },
    });
    expect(await call("POST", `${path}/delete`, { receipts })).toMatchObject({
      body: { verdicts: [{ ok: false, code: "LeaseExpired" }, { ok: true }] },
    });
    expect(await call("DELETE", path)).toMatchObject({ status: 204 });
    expect(await call("GET", path)).toMatchObject({ status: 404, body: { code: "QueueNotExist" } });
    expect(await call("POST", `${path}/send`, { messages: [{ body: "a" }] })).toMatchObject({ status: 404 });
  });

  test("are listed by name, in pages", async () => {
    const names = ["p", "q", "r"].map((letter) => unique(`zz-${letter}`));
    for (const name of names) await call("PUT", `/v1/queues/${name}`, {});
    const first = await call("GET", `/v1/queues?limit=2&cursor=zz-`);
    queueShapes.queuesAnswer.parse(first.body);
    const second = await call("GET", `/v1/queues?limit=2&cursor=${first.body.cursor}`);
    const listed = [...first.body.items, ...second.body.items].map((item: { name: string }) => item.name);
    expect(listed.filter((name) => names.includes(name))).toEqual(names);
  });

  test("answer a waiting poll the moment a message arrives, and an empty one when its time is up", async () => {
    const name = unique("queue");
    await call("PUT", `/v1/queues/${name}`, {});
    const waiting = call("POST", `/v1/queues/${name}/receive`, { waitSeconds: 20, worker: "w" });
    await expect.poll(async () => (await call("GET", `/v1/queues/${name}`)).body.waitingPolls).toBe(1);
    await call("POST", `/v1/queues/${name}/send`, { messages: [{ body: "now" }] });
    expect((await waiting).body.messages).toMatchObject([{ body: "now" }]);
    expect(await call("POST", `/v1/queues/${name}/receive`, { waitSeconds: 1 })).toMatchObject({
      status: 200,
      body: { messages: [] },
    });
  });

  test("a task for a queue that does not exist fails with MNS.QueueNotExist", async () => {
    const name = await flow(FAN_OUT.replace("queues/workers/", "queues/nowhere/"));
    const { body } = await call("POST", `/v1/flows/${name}/executions?wait=20`, { input: fanOutInput(1) });
    expect(body).toMatchObject({ status: "Failed", error: "MNS.QueueNotExist" });
  });

  test("a message over 64 KiB fails its task, and is refused when it is sent", async () => {
    const name = await flow(FAN_OUT);
    const input = { payload: { workers: ["x".repeat(70_000)] } };
    const { body } = await call("POST", `/v1/flows/${name}/executions?wait=20`, { input });
    expect(body).toMatchObject({ status: "Failed", error: "MNS.MessageBodyTooLarge" });
    const sent = await call("POST", `/v1/queues/${QUEUE}/send`, { messages: [{ body: "ä".repeat(40_000) }] });
    expect(sent).toMatchObject({ status: 413, body: { code: "MessageTooLarge" } });
  });

  test("that were only asked about leave nothing behind", async () => {
    const name = unique("nobody");
    await call("GET", `/v1/queues/${name}`);
    await runInDurableObject(env.QUEUES.getByName(name), (_, state) => {
      expect(
        state.storage.sql
          .exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE '\\'")
          .toArray(),
      ).toEqual([]);
    });
  });
});

describe("schedules", () => {
  test("are put, read, listed, paused, resumed, run, told of and deleted", async () => {
    const name = await flow();
    const path = `/v1/flows/${name}/schedules/nightly`;
    const put = await call("PUT", path, {
      cron: "0 0 4 * * *",
      timeZone: "Asia/Shanghai",
      payload: { x: 1 },
    });
    scheduleShapes.putScheduleAnswer.parse(put.body);
    expect(put).toMatchObject({ status: 201, body: { enabled: true, warnings: [] } });
    expect(put.body.nextAt).toMatch(/T20:00:00\.000Z$/);
    expect(await call("GET", path)).toMatchObject({ status: 200, body: { cron: "0 0 4 * * *" } });
    const listed = await call("GET", `/v1/flows/${name}/schedules`);
    expect(scheduleShapes.schedulesAnswer.parse(listed.body).items.map((item) => item.name)).toEqual([
      "nightly",
    ]);
    expect(await call("POST", `${path}/pause`, {})).toMatchObject({ body: { enabled: false } });
    expect((await call("GET", path)).body.nextAt).toBeUndefined();
    expect(await call("POST", `${path}/resume`, {})).toMatchObject({ body: { enabled: true } });
    const run = await call("POST", `${path}/run`, { payload: { x: 9 } });
    expect(run.status).toBe(202);
    const execution = `/v1/flows/${name}/executions/${run.body.executionName}`;
    await expect.poll(async () => (await call("GET", `${execution}?wait=5`)).body.status).toBe("Succeeded");
    expect((await call("GET", execution)).body).toMatchObject({
      startedBy: "schedule:nightly",
      input: { payload: { x: 9 } },
    });
    const firings = await call("GET", `${path}/firings`);
    expect(firingsAnswer.parse(firings.body).items).toMatchObject([{ kind: "manual", verdict: "started" }]);
    expect(await call("DELETE", path)).toMatchObject({ status: 204 });
    expect(await call("GET", path)).toMatchObject({ status: 404, body: { code: "ScheduleNotExists" } });
  });

  test("that cannot be are refused with the field and what is allowed; those that never fire are accepted with a warning", async () => {
    const name = await flow();
    const path = `/v1/flows/${name}/schedules/s`;
    expect(await call("PUT", path, { cron: "0 25 * * *" })).toMatchObject({
      status: 400,
      body: { code: "InvalidCron", detail: expect.stringContaining("hour") },
    });
    expect(await call("PUT", path, { cron: "0 0 30 2 *" })).toMatchObject({
      status: 201,
      body: { warnings: [expect.any(String)] },
    });
    expect(await call("PUT", "/v1/flows/nobody/schedules/s", { cron: "@daily" })).toMatchObject({
      status: 404,
      body: { code: "FlowNotExists" },
    });
    expect(await call("POST", `/v1/flows/${name}/schedules/none/run`, {})).toMatchObject({ status: 404 });
  });
});
