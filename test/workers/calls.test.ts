import { beforeAll, describe, expect, test } from "vitest";
import { flowOf, taskStep } from "../support/flows.ts";
import { call, unique } from "./call.ts";

beforeAll(async () => {
  await call("PUT", "/v1/queues/work", {});
});

async function flow(...steps: string[]): Promise<string> {
  const name = unique("flow");
  const { status, body } = await call("PUT", `/v1/flows/${name}`, flowOf(...steps));
  expect([status, body.diagnostics]).toEqual([201, expect.anything()]);
  return name;
}

/** Runs a flow to its end, and gives its head. */
async function run(name: string, input: object = {}) {
  const { body } = await call("POST", `/v1/flows/${name}/executions?wait=30`, { input });
  return body;
}

async function receive() {
  const { body } = await call("POST", "/v1/queues/work/receive", { max: 1, waitSeconds: 10 });
  const [message] = body.messages;
  await call("POST", "/v1/queues/work/delete", { receipts: [message.receipt] });
  return JSON.parse(message.body);
}

const childTask = (child: string, more = "") =>
  `{type: task, name: child, resourceArn: "acs:fnf:::flow/${child}", ${more}}`;

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await scheduler.wait(10);
  }
}

describe("a child flow", () => {
  test("sync: its output is the task's; its failure is the task's, by name", async () => {
    const good = await flow("{type: pass, name: p, outputMappings: [{target: sum, source: $input.n}]}");
    const head = await run(await flow(childTask(good, "pattern: sync")), { n: 7 });
    expect(head).toMatchObject({ status: "Succeeded", output: { sum: 7 } });

    const bad = await flow("{type: fail, name: f, error: AuditFailed, cause: why}");
    const caught = await run(
      await flow(
        childTask(
          bad,
          "pattern: sync, catch: [{errors: [AuditFailed], goto: z}], errorMappings: [{target: cause, source: $local.cause}]",
        ),
        "{type: pass, name: z}",
      ),
    );
    expect(caught).toMatchObject({ status: "Succeeded", output: { cause: "why" } });
    expect(await run(await flow(childTask("nobody", "pattern: sync")))).toMatchObject({
      status: "Failed",
      error: "FnF.FlowNotExists",
    });
  });

  test("requestResponse goes on as soon as it has started, and says which one", async () => {
    const child = await flow("{type: wait, name: w, duration: 100}");
    const head = await run(await flow(childTask(child, "serviceParams: {Input: $, ExecutionName: one}")), {
      a: 1,
    });
    expect(head.output).toEqual({ FlowName: child, ExecutionName: "one", RequestId: expect.any(String) });
    const { body } = await call("GET", `/v1/flows/${child}/executions/one`);
    expect(body).toMatchObject({
      status: "Running",
      input: { a: 1 },
      startedBy: `execution:${head.flow}/${head.name}`,
    });
    const again = await flow(childTask(child, "serviceParams: {ExecutionName: one}"));
    expect(await run(again)).toMatchObject({ status: "Succeeded" });
    await call("POST", `/v1/flows/${child}/executions/one/stop`, {});
    expect(await run(again)).toMatchObject({ status: "Failed", error: "FnF.ExecutionAlreadyExists" });
  });

  test("waitForCallback: the token goes into the child and out again; reads show a mark in its place", async () => {
    const child = await flow(
      taskStep(
        "ask",
        "inputMappings: [{target: parent, source: $input.token}, {target: own, source: $context.task.token}]",
      ),
    );
    const parent = await flow(
      childTask(
        child,
        "pattern: waitForCallback, inputMappings: [{target: token, source: $context.task.token}], serviceParams: {Input: $, ExecutionName: $.none}",
      ),
    );
    await call("POST", `/v1/flows/${parent}/executions`, { name: "run" });
    const { parent: token, own } = await receive();
    expect((await call("POST", "/v1/tasks/succeed", { token, output: { by: "child" } })).status).toBe(200);
    const { body: head } = await call("GET", `/v1/flows/${parent}/executions/run?wait=30`);
    expect(head).toMatchObject({ status: "Succeeded", output: { by: "child" } });
    const { body: list } = await call("GET", `/v1/flows/${child}/executions`);
    const path = `/v1/flows/${child}/executions/${list.items[0].name}`;
    for (const view of ["", "/steps", "/history"]) {
      const text = JSON.stringify((await call("GET", `${path}${view}`)).body);
      expect(text).not.toContain(token);
      expect(text).not.toContain(own);
      expect(text).toContain(`mr1.…${token.slice(-6)}`);
    }
    await call("POST", "/v1/tasks/succeed", { token: own, output: {} });
  });

  test("is stopped with its parent, and when its task ran out of time; others who wait for it are told", async () => {
    const child = await flow("{type: wait, name: w, duration: 1000}");
    const parent = await flow(childTask(child, "pattern: sync, serviceParams: {ExecutionName: shared}"));
    await call("POST", `/v1/flows/${parent}/executions`, { name: "one" });
    const running = async () => {
      const { status, body } = await call("GET", `/v1/flows/${child}/executions/shared`);
      return status === 200 && body.status === "Running" ? true : undefined;
    };
    await until(running);
    const second = call("POST", `/v1/flows/${parent}/executions?wait=30`, { name: "two" });
    await until(async () => {
      const { body } = await call("GET", `/v1/flows/${parent}/executions/two/history?type=TaskSubmitted`);
      return body.items?.length === 1 ? true : undefined;
    });
    await call("POST", `/v1/flows/${parent}/executions/one/stop`, { error: "Enough" });
    const { body } = await call("GET", `/v1/flows/${child}/executions/shared?wait=30`);
    expect(body).toMatchObject({ status: "Stopped", error: "FnF.ParentStopped" });
    expect((await second).body).toMatchObject({ status: "Failed", error: "FnF.ParentStopped" });

    const hasty = await flow(
      childTask(child, "pattern: sync, timeoutSeconds: 1, serviceParams: {ExecutionName: slow}"),
    );
    expect(await run(hasty)).toMatchObject({ status: "Failed", error: "FnF.TaskTimeout" });
    const { body: slow } = await call("GET", `/v1/flows/${child}/executions/slow?wait=30`);
    expect(slow).toMatchObject({ status: "Stopped", error: "FnF.ParentStopped" });
  });

  test("can be named by the data, and by the name of its API", async () => {
    const good = await flow("{type: pass, name: p, outputMappings: [{target: sum, source: $input.n}]}");
    const task =
      "{type: task, name: child, action: 'fnf:StartExecution', pattern: sync, serviceParams: {FlowName: $.which, Input: $}}";
    expect(await run(await flow(task), { which: good, n: 7 })).toMatchObject({ output: { sum: 7 } });
    expect(await run(await flow(task), { which: 5 })).toMatchObject({ error: "fnf.FlowNotExists" });
    expect(await run(await flow(task), { which: "nobody" })).toMatchObject({ error: "fnf.FlowNotExists" });
    const named = task.replace("Input: $", "Input: $, ExecutionName: same");
    expect(await run(await flow(named), { which: good, n: 1 })).toMatchObject({ status: "Succeeded" });
    expect(await run(await flow(named), { which: good, n: 1 })).toMatchObject({
      error: "fnf.ExecutionAlreadyExists",
    });
  });

  test("may be itself: a recursion ends when its flow says so", async () => {
    const name = unique("flow");
    const counted = `inputMappings: [{target: rest, source: "$input.rest[0]"}]`;
    await call(
      "PUT",
      `/v1/flows/${name}`,
      flowOf(
        "{type: choice, name: more, choices: [{condition: $.rest == null, goto: end}]}",
        `{type: task, name: child, resourceArn: "acs:fnf:::flow/${name}", pattern: sync, ${counted}}`,
        "{type: pass, name: end, outputMappings: [{target: depth, source: $local.depth}]}",
      ),
    );
    expect(await run(name, { rest: [[[[]]]] })).toMatchObject({ status: "Succeeded" });
    const { body } = await call("GET", `/v1/flows/${name}/executions`);
    expect(body.items).toHaveLength(5);
  });
});

describe("a function", () => {
  const task = (more: string) => `{type: task, name: call, ${more}}`;
  const fn = (name: string, more = "") =>
    task(`resourceArn: "acs:fc:::services/shop/functions/${name}"${more}`);

  test("gets the step's input, and its answer is the output", async () => {
    const { output } = await run(await flow(fn("echo")), { amount: 5 });
    expect(output).toMatchObject({ method: "POST", body: '{"amount":5}' });
    expect(output.headers["idempotency-key"]).toContain("/call/1");
    const far = await run(await flow(fn("far", ", pattern: sync")), {});
    expect(far.output).toMatchObject({ host: "functions.example", pathname: "/far" });
  });

  test("an action is one, too: its parameters are what it gets", async () => {
    const { output } = await run(
      await flow(task('action: "ocr:Read", serviceParams: {Image: $.url, Side: face}')),
      { url: "https://img" },
    );
    expect(output.body).toBe('{"Image":"https://img","Side":"face"}');
  });

  test("that is not in the table is not found", async () => {
    expect(await run(await flow(fn("nobody")))).toMatchObject({
      status: "Failed",
      error: "FC.FunctionNotFound",
    });
  });

  test("answers with its platform's code, or cannot be called with such parameters", async () => {
    const codes = await flow(fn("codes"));
    expect(await run(codes)).toMatchObject({ status: "Failed", error: "FC.FunctionNotFound" });
    const odd = fn("echo", ', serviceParams: {StatefulAsyncInvocationID: "a\\nb"}');
    expect(await run(await flow(odd))).toMatchObject({ error: "FC.InvalidArgument" });
  });

  test("called asynchronously, it only has to take the call", async () => {
    const { output } = await run(await flow(fn("echo", ", serviceParams: {InvocationType: Async}")));
    expect(output).toEqual({});
  });
});

describe("a call that is not answered in time", () => {
  test("times out as any task does, whatever the call says later", async () => {
    const head = await run(
      await flow('{type: task, name: slow, timeoutSeconds: 1, resourceArn: "https://api.example/slow"}'),
    );
    expect(head).toMatchObject({ status: "Failed", error: "FnF.TaskTimeout" });
    const { body } = await call("GET", `/v1/flows/${head.flow}/executions/${head.name}/history?step=slow`);
    const types = body.items.map(({ type }: { type: string }) => type);
    expect(types).toEqual([
      "StepEntered",
      "StepStarted",
      "TaskScheduled",
      "TaskStarted",
      "TaskTimedOut",
      "StepFailed",
    ]);
  });
});

describe("an HTTP task", () => {
  const http = (url: string, more = "") => `{type: task, name: call, resourceArn: "${url}"${more}}`;

  test("calls as its parameters say, and gives status, headers and body", async () => {
    const params = "{Method: put, Headers: {x-one: 1}, Query: $.query, Body: {a: 1}, ExpectedStatus: [201]}";
    const { output } = await run(
      await flow(http("https://api.example/status/201", `, serviceParams: ${params}`)),
      { query: { q: "a b&c" } },
    );
    expect(output).toMatchObject({
      status: 201,
      body: { method: "PUT", search: "?q=a+b%26c", body: '{"a":1}', headers: { "x-one": "1" } },
    });
    const plain = await run(await flow(http("https://api.example/x")), { n: 1 });
    expect(plain.output.body).toMatchObject({ method: "POST", body: '{"n":1}' });
    const text = await run(await flow(http("https://api.example/text", ", serviceParams: {Method: GET}")));
    expect(text.output).toMatchObject({ status: 200, body: "only text" });
  });

  test("is told from others by its own Idempotency-Key, or by ours of each attempt or visit", async () => {
    const keyOf = async (params: string, name = "/call") => {
      const { output } = await run(await flow(http("https://api.example/", `, serviceParams: ${params}`)));
      const key = output.body.headers["idempotency-key"];
      return key.slice(key.indexOf(name));
    };
    expect(await keyOf("{Headers: {IDEMPOTENCY-Key: order-17}}", "")).toBe("order-17");
    expect(await keyOf("{Headers: {x-other: 1}}")).toBe("/call/1");
    expect(await keyOf("{Idempotency: attempt}")).toBe("/call/1");
    expect(await keyOf("{Idempotency: visit}")).toBe("/call");
  });

  test("that is retried keeps its key where one was given, or asked for each visit", async () => {
    const keysOf = async (params: string) => {
      const head = await run(
        await flow(
          http(
            "https://api.example/status/500",
            `, retry: [{errors: [HTTP.500], intervalSeconds: 0, maxAttempts: 1}], serviceParams: ${params}`,
          ),
        ),
      );
      const path = `/v1/flows/${head.flow}/executions/${head.name}/history?type=TaskFailed`;
      const { body } = await call("GET", path);
      return body.items.map(
        ({ detail }: { detail: { cause: string } }) =>
          JSON.parse(detail.cause).headers["idempotency-key"] as string,
      );
    };
    expect(await keysOf("{Headers: {Idempotency-Key: order-17}}")).toEqual(["order-17", "order-17"]);
    const [first, second, third] = await keysOf("{Idempotency: visit}");
    expect([first, third]).toEqual([second, undefined]);
    const [one, two] = await keysOf("{Idempotency: attempt}");
    expect(one).not.toBe(two);
  });

  test("gives several cookies one by one, and a single one as a text", async () => {
    const cookies = async (query: string) => {
      const url = `https://api.example/cookies?${query}`;
      return (await run(await flow(http(url)))).output.headers["set-cookie"];
    };
    expect(await cookies("a=x%3D1%3B+Path%3D/")).toBe("x=1; Path=/");
    expect(await cookies("a=x%3D1%3B+Path%3D/&b=y%3D2,3&c=z%3D4")).toEqual(["x=1; Path=/", "y=2,3", "z=4"]);
  });

  test("fails by its status, which can be retried and caught", async () => {
    const failing = await run(await flow(http("https://api.example/status/503")));
    expect(failing).toMatchObject({ status: "Failed", error: "HTTP.503" });
    expect(await run(await flow(http("https://api.example/redirect")))).toMatchObject({ error: "HTTP.302" });
    const { body } = await call(
      "GET",
      `/v1/flows/${failing.flow}/executions/${failing.name}/history?type=TaskFailed`,
    );
    expect(body.items).toHaveLength(1);
  });

  test.each([
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://[::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://localhost:8787/",
    "http://169.254.169.254/latest/",
    "http://192.168.1.1/",
    "http://db.internal/",
  ])("does not call %s", async (url) => {
    expect(await run(await flow(http(url)))).toMatchObject({ error: "HTTP.AddressNotAllowed" });
  });

  test.each(["https://example.com:99999/", "https://[1/"])("refuses the address %s at once", async (url) => {
    expect(await run(await flow(http(url)))).toMatchObject({ error: "FnF.InvalidArgument" });
  });

  test.each([
    ["Method: FETCH", "Method"],
    ["Method: GET, Body: x", "Body"],
    ["Headers: 5", "Headers"],
    ['Headers: {"bad name": 1}', "Headers"],
    ["ExpectedStatus: [ok]", "ExpectedStatus"],
    ["Idempotency: always", "Idempotency"],
  ])("refuses serviceParams {%s}", async (params, what) => {
    const head = await run(await flow(http("https://api.example/", `, serviceParams: {${params}}`)));
    expect(head).toMatchObject({ error: "FnF.InvalidArgument", cause: expect.stringContaining(what) });
  });
});

test("a topic does not exist yet", async () => {
  const topic =
    "{type: task, name: t, resourceArn: 'acs:mns:::/topics/news/messages', serviceParams: {MessageBody: $}}";
  expect(await run(await flow(topic))).toMatchObject({ status: "Failed", error: "MNS.TopicNotExist" });
});

test("a task whose worker is silent for too long times out; signs of life put that off", async () => {
  const name = await flow(
    taskStep("job", "heartbeatSeconds: 2, inputMappings: [{target: token, source: $context.task.token}]"),
  );
  const { body: started } = await call("POST", `/v1/flows/${name}/executions`, {});
  const { token } = await receive();
  for (let beat = 0; beat < 3; beat++) {
    await scheduler.wait(800);
    expect(await call("POST", "/v1/tasks/heartbeat", { token })).toMatchObject({ status: 200, body: {} });
  }
  const { body } = await call("GET", `/v1/flows/${name}/executions/${started.name}?wait=30`);
  expect(body).toMatchObject({ status: "Failed", error: "FnF.TaskHeartbeatTimeout" });
  const late = await call("POST", "/v1/tasks/heartbeat", { token });
  expect(late).toMatchObject({ status: 409, body: { code: "ExecutionEnded" } });
});
