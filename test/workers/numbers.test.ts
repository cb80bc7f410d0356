import { describe, expect, test } from "vitest";
import { parseOwn } from "../../src/core/json.ts";
import { JSON_DIGITS_MAX } from "../../src/core/limits.ts";
import { flowOf } from "../support/flows.ts";
import { ask, bearer, call, unique } from "./call.ts";
import { post } from "./fnf-call.ts";

const ID = "1234567890123456789";

/** The body as it was sent: a reader that knows doubles alone would lose what these tests are about. */
async function send(method: string, path: string, body?: string): Promise<{ status: number; text: string }> {
  const response = await ask(path, {
    method,
    headers: { authorization: await bearer(), "content-type": "application/json" },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, text: await response.text() };
}

async function stored(...steps: string[]): Promise<string> {
  const name = unique("flow");
  expect((await call("PUT", `/v1/flows/${name}`, flowOf(...steps))).status).toBe(201);
  return name;
}

async function runWith(input: string, ...steps: string[]): Promise<string> {
  const flow = await stored(...steps);
  return (await send("POST", `/v1/flows/${flow}/executions?wait=30`, `{"input":${input}}`)).text;
}

describe("a whole number of 19 digits", () => {
  test("comes back from input, mapping, condition and output with all of them", async () => {
    const head = await runWith(
      `{"id":${ID},"list":[{"id":-${ID}}]}`,
      `{type: choice, name: which, choices: [
        {condition: $.id == 1234567890123456788, steps: [{type: fail, name: near, error: Near}]},
        {condition: $.id == ${ID}, goto: pass}], default: {goto: pass}}`,
      `{type: pass, name: pass, outputMappings: [
        {target: id, source: $input.id}, {target: all, source: "$input.list[*].id"}, {target: written, source: ${ID}}]}`,
    );
    expect(head).toContain('"status":"Succeeded"');
    expect(head).toContain(`"input":{"id":${ID},"list":[{"id":-${ID}}]}`);
    expect(head).toContain(`"output":{"id":${ID},"all":[-${ID}],"written":${ID}}`);
  });

  test("goes to a worker and comes back with a report; history and steps show it", async () => {
    const queue = unique("q");
    await call("PUT", `/v1/queues/${queue}`, {});
    const flow = await stored(
      `{type: task, name: t, resourceArn: acs:mns:::/queues/${queue}/messages, pattern: waitForCallback,
        inputMappings: [{target: id, source: $input.id}, {target: token, source: $context.task.token}],
        outputMappings: [{target: got, source: $local.id}], serviceParams: {MessageBody: $}}`,
    );
    await send("POST", `/v1/flows/${flow}/executions`, `{"name":"e","input":{"id":${ID}}}`);
    const { body } = await call("POST", `/v1/queues/${queue}/receive`, { waitSeconds: 10 });
    const message: string = body.messages[0].body;
    expect(message).toContain(`"id":${ID}`);
    const { token } = parseOwn<{ token: string }>(message);
    const report = await send("POST", "/v1/tasks/succeed", `{"token":"${token}","output":{"id":${ID}}}`);
    expect(report.status).toBe(200);
    const path = `/v1/flows/${flow}/executions/e`;
    expect((await send("GET", `${path}?wait=10`)).text).toContain(`"output":{"got":${ID}}`);
    expect((await send("GET", `${path}/history`)).text.split(ID).length).toBeGreaterThan(3);
    expect((await send("GET", `${path}/steps`)).text).toContain(ID);
  });

  test("is answered by HTTP and by functions", async () => {
    const url = `"https://api.example/body?${encodeURIComponent(`{"id":${ID}}`)}"`;
    expect(
      await runWith(
        "{}",
        `{type: task, name: call, resourceArn: ${url}, outputMappings: [
      {target: id, source: $local.body.id}]}`,
      ),
    ).toContain(`"output":{"id":${ID}}`);
  });

  test("stands in the payload of a schedule, and in FnF's texts", async () => {
    const flow = await stored("{type: pass, name: p, outputMappings: [{target: id, source: $input.id}]}");
    const path = `/v1/flows/${flow}/schedules/s`;
    await send("PUT", path, `{"cron":"@daily","payload":{"id":${ID}}}`);
    expect((await send("GET", path)).text).toContain(`"payload":{"id":${ID}}`);
    await post("StartExecution", { FlowName: flow, ExecutionName: "e", Input: `{"id":${ID}}` });
    await send("GET", `/v1/flows/${flow}/executions/e?wait=10`);
    const { body } = await post("DescribeExecution", { FlowName: flow, ExecutionName: "e" });
    expect([body.Input, body.Output]).toEqual([`{"id":${ID}}`, `{"id":${ID}}`]);
  });
});

describe("a number that nothing can hold", () => {
  const TOO_LARGE = ["1e999", "-1e400", "9".repeat(JSON_DIGITS_MAX + 1)];

  test.each(TOO_LARGE)("is refused with its path in a request: %.20s", async (number) => {
    const flow = await stored("{type: pass, name: p}");
    const { status, text } = await send(
      "POST",
      `/v1/flows/${flow}/executions`,
      `{"input":{"a":[${number}]}}`,
    );
    expect([status, text]).toEqual([400, expect.stringContaining("body: input.a[0] is larger than")]);
    const fnf = await post("StartExecution", { FlowName: flow, Input: `{"a":[${number}]}` });
    expect([fnf.status, JSON.stringify(fnf.body)]).toEqual([
      400,
      expect.stringContaining("a[0] is larger than"),
    ]);
  });

  test.each(TOO_LARGE)("is refused in a definition, at its place: %.20s", async (number) => {
    const text = flowOf(`{type: pass, name: p, outputMappings: [{target: a, source: ${number}}]}`);
    const { status, body } = await call("PUT", `/v1/flows/${unique("flow")}`, text);
    expect([status, body.diagnostics]).toEqual([
      422,
      [
        expect.objectContaining({
          code: "InvalidValue",
          line: text.slice(0, text.indexOf(number)).split("\n").length,
        }),
      ],
    ]);
    const condition = flowOf(
      `{type: choice, name: c, choices: [{condition: $.a == ${number.replace("-", "")}, steps: [{type: pass, name: p}]}]}`,
    );
    expect((await call("PUT", `/v1/flows/${unique("flow")}`, condition)).body.diagnostics[0]).toMatchObject({
      code: "InvalidCondition",
    });
  });

  test("fails the task whose call was answered with it", async () => {
    const url = `"https://api.example/body?${encodeURIComponent('{"id":1e999}')}"`;
    expect(await runWith("{}", `{type: task, name: call, resourceArn: ${url}}`)).toContain(
      "body: id is larger than any number",
    );
  });
});
