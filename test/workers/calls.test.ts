import { beforeAll, describe, expect, test } from "vitest";
import { flowOf, taskStep } from "../support/flows.ts";
import { call, flow, run, unique, until } from "./call.ts";

beforeAll(async () => {
  await call("PUT", "/v1/queues/work", {});
});

async function receive() {
  const { body } = await call("POST", "/v1/queues/work/receive", { max: 1, waitSeconds: 10 });
  const [message] = body.messages;
  await call("POST", "/v1/queues/work/delete", { receipts: [message.receipt] });
  return JSON.parse(message.body);
}

const childTask = (child: string, more = "") =>
  `{type: task, name: child, resourceArn: "acs:fnf:::flow/${child}", ${more}}`;

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
