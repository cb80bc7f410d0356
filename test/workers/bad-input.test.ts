import { env } from "cloudflare:workers";
import { createExecutionContext } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { ROUTES } from "../../src/http/app.ts";
import worker from "../../src/index.ts";
import { flowOf } from "../support/flows.ts";
import { type Answer, ask, bearer, call, unique } from "./call.ts";

const flow = unique("flow");

beforeAll(async () => {
  await call("PUT", `/v1/flows/${flow}`, flowOf("{type: pass, name: p}"));
});

/** A clear problem, and never HTML or a stack. */
function expectProblem({ status, headers, body }: Answer, wanted: number, code: string): void {
  expect({ status, code: body.code }).toEqual({ status: wanted, code });
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(body).toMatchObject({ status: wanted, title: expect.any(String), detail: expect.any(String) });
  expect(body.requestId).toBe(headers.get("x-request-id"));
  expect(JSON.stringify(body)).not.toMatch(/<html|\.ts:\d|at async/);
}

async function raw(path: string, init: RequestInit): Promise<Answer> {
  const headers = new Headers(init.headers);
  headers.set("authorization", await bearer());
  const response = await ask(path, { ...init, headers });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const json = { "content-type": "application/json" };

describe("a request that", () => {
  test("is not JSON is told where", async () => {
    const answer = await raw(`/v1/flows/${flow}/executions`, {
      method: "POST",
      body: '{"input": nope}',
      headers: json,
    });
    expectProblem(answer, 400, "InvalidJson");
  });

  test("is not UTF-8 is told so", async () => {
    const answer = await raw(`/v1/flows/${flow}/executions`, {
      method: "POST",
      body: new Uint8Array([0x7b, 0xff, 0xfe]),
      headers: json,
    });
    expectProblem(answer, 400, "InvalidJson");
  });

  test("has a body of another type is told which are known", async () => {
    const answer = await raw(`/v1/flows/${flow}`, {
      method: "PUT",
      body: "x",
      headers: { "content-type": "image/png" },
    });
    expectProblem(answer, 415, "UnsupportedMediaType");
    expect(answer.body.detail).toContain("application/yaml");
  });

  test("is too large is cut off, announced or not", async () => {
    const body = "x".repeat(17 * 2 ** 20);
    expectProblem(
      await raw(`/v1/flows/${flow}`, { method: "PUT", body, headers: { "content-type": "text/yaml" } }),
      413,
      "BodyTooLarge",
    );
    const stream = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(2 ** 20).fill(120));
      },
    });
    const init = { method: "PUT", body: stream, headers: { "content-type": "text/yaml" } };
    expectProblem(await raw(`/v1/flows/${flow}`, init), 413, "BodyTooLarge");
  });

  test("is nested too deeply is refused", async () => {
    const body = `{"input":{"x":${"[".repeat(5000)}${"]".repeat(5000)}}}`;
    expectProblem(
      await raw(`/v1/flows/${flow}/executions`, { method: "POST", body, headers: json }),
      400,
      "InvalidRequest",
    );
  });

  test.each<[string, string, unknown, string]>([
    ["POST", "/executions", { input: 5 }, "body.input"],
    ["POST", "/executions", { input: {}, nme: "x" }, "body.nme"],
    ["POST", "/executions", { name: "1st" }, "body.name"],
    ["POST", "/executions?wait=61", {}, "query.wait"],
    ["POST", "/executions?wait=soon", {}, "query.wait"],
    ["GET", "/executions?limit=0", undefined, "query.limit"],
    ["GET", "/executions?status=Done", undefined, "query.status"],
    ["GET", "/executions?from=yesterday", undefined, "query.from"],
    ["GET", "/executions?unknown=1", undefined, "query.unknown"],
    ["GET", "/executions?limit=", undefined, "query.limit"],
    ["GET", "/executions?limit=1e2", undefined, "query.limit"],
    ["PUT", "/schedules/s", { cron: 5 }, "body.cron"],
    ["PUT", "/schedules/s", { cron: ["@daily", 5] }, "body.cron.1"],
  ])("%s %s %j names %s", async (method, path, body, place) => {
    const answer = await call(method, `/v1/flows/${flow}${path}`, body);
    expectProblem(answer, 400, "InvalidRequest");
    expect(answer.body.errors[0].path).toBe(place);
  });

  test.each<[string, string, unknown, string]>([
    ["GET", "/v1/flows/nobody", undefined, "FlowNotExists"],
    ["GET", "/v1/flows/nobody/executions", undefined, "FlowNotExists"],
    ["POST", "/v1/flows/nobody/executions", {}, "FlowNotExists"],
    ["GET", "/v1/flows/nobody/executions/x", undefined, "FlowNotExists"],
    ["GET", `/v1/flows/${flow}/executions/nobody`, undefined, "ExecutionNotExists"],
    ["GET", `/v1/flows/${flow}/executions/nobody/history`, undefined, "ExecutionNotExists"],
    ["POST", `/v1/flows/${flow}/executions/nobody/stop`, {}, "ExecutionNotExists"],
    ["GET", "/v1/queues/nobody", undefined, "QueueNotExist"],
    ["POST", "/v1/queues/nobody/receive", {}, "QueueNotExist"],
    ["POST", "/v1/queues/nobody/work", {}, "QueueNotExist"],
    ["GET", "/v1/nothing", undefined, "NotFound"],
    ["GET", "/v1", undefined, "NotFound"],
  ])("%s %s is about something that is not there", async (method, path, body, code) => {
    expectProblem(await call(method, path, body), 404, code);
  });

  test("uses the wrong method is told the right ones", async () => {
    const answer = await call("POST", `/v1/flows/${flow}`);
    expectProblem(answer, 405, "MethodNotAllowed");
    expect(answer.headers.get("allow")).toBe("PUT, PATCH, GET, DELETE");
  });

  test.each(["x=1", "__proto__=1", "limit=1&limit=1"])("says %s in the query is told so", async (query) => {
    expectProblem(await call("GET", `/v1/flows?${query}`), 400, "InvalidRequest");
  });

  test("asks for a step that was not entered is told so", async () => {
    const { body } = await call("POST", `/v1/flows/${flow}/executions?wait=5`, {});
    const path = `/v1/flows/${flow}/executions/${body.name}/steps?parent=elsewhere`;
    expectProblem(await call("GET", path), 404, "StepNotExists");
  });
});

describe("a report that", () => {
  test.each([
    [{ token: "nonsense", output: {} }, "InvalidToken"],
    [{ token: "mr1.abc.def.ghi", output: {} }, "InvalidToken"],
  ])("%j is refused before any object is woken", async (body, code) => {
    expectProblem(await call("POST", "/v1/tasks/succeed", body), 400, code);
  });

  test("needs no access key, but a token", async () => {
    const response = await ask("/v1/tasks/succeed", {
      method: "POST",
      body: '{"token":"x","output":{}}',
    });
    expect(response.status).toBe(400);
  });

  test.each([[[]], ["text"], [5], [null]])("has the output %j keeps its task waiting", async (output) => {
    const name = unique("task");
    const queue = unique("q");
    const task = `{type: task, name: t, resourceArn: "acs:mns:::/queues/${queue}/messages", pattern: waitForCallback, inputMappings: [{target: token, source: $context.task.token}], serviceParams: {MessageBody: $}}`;
    await call("PUT", `/v1/queues/${queue}`, {});
    await call("PUT", `/v1/flows/${name}`, flowOf(task));
    await call("POST", `/v1/flows/${name}/executions`, { name: "run" });
    const { body } = await call("POST", `/v1/queues/${queue}/receive`, { waitSeconds: 10 });
    const { token } = JSON.parse(body.messages[0].body) as { token: string };
    expectProblem(await call("POST", "/v1/tasks/succeed", { token, output }), 400, "InvalidOutput");
    expectProblem(
      await call("POST", "/v1/tasks/succeed", { token, output: { big: "x".repeat(300_000) } }),
      400,
      "InvalidOutput",
    );
    expect(await call("POST", "/v1/tasks/succeed", { token, output: {} })).toMatchObject({ status: 200 });
    expectProblem(await call("POST", "/v1/tasks/succeed", { token, output: {} }), 409, "ExecutionEnded");
  });
});

describe("without the right to", () => {
  const guarded = ROUTES.filter(({ access }) => access === undefined);

  test("there are routes to guard", () => expect(guarded.length).toBeGreaterThan(20));

  test.each(guarded.map(({ method, path }) => [method, path]))("%s %s answers 401", async (method, path) => {
    const url = path.replaceAll(/\{\w+\}/g, "x");
    for (const authorization of ["", "Bearer mradmin1.wrong", "Bearer nobody.secret", "Basic eDp5"]) {
      const headers = authorization === "" ? {} : { authorization };
      const response = await ask(url, { method, headers });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: "Unauthenticated" });
    }
  });

  test.each([undefined, "", "too short"])(
    "a service whose MASTER_KEY is %j answers health, and 503 to all else",
    async (key) => {
      const askUnset = (path: string) =>
        worker.fetch(
          new Request(`http://service${path}`),
          { ...env, MASTER_KEY: key } as never,
          createExecutionContext(),
        );
      expect((await askUnset("/v1/health")).status).toBe(200);
      for (const path of ["/v1/flows", "/v1/queues/x"]) {
        const response = await askUnset(path);
        expect(response.status).toBe(503);
        expect(await response.json()).toMatchObject({
          code: "NotConfigured",
          detail: expect.stringContaining("MASTER_KEY"),
        });
      }
    },
  );
});
