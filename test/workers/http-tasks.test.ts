import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { masterKey } from "../../src/auth/master-key.ts";
import { signTaskToken } from "../../src/auth/task-token.ts";
import { executionObjectName } from "../../src/core/names.ts";
import { assert } from "../../src/core/result.ts";
import { flowOf } from "../support/flows.ts";
import { call, flow, run, unique, until } from "./call.ts";

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
    [{ Method: "FETCH" }, "Method"],
    [{ Method: "GET", Body: "x" }, "Body"],
    [{ Headers: 5 }, "Headers"],
    [{ Headers: { "bad name": 1 } }, "Headers"],
    [{ ExpectedStatus: ["ok"] }, "ExpectedStatus"],
    [{ Idempotency: "always" }, "Idempotency"],
  ])("fails when the serviceParams find %o", async (input, what) => {
    const params = Object.keys(input).map((key) => `${key}: $.${key}`);
    const step = http("https://api.example/", `, serviceParams: {${params.join(", ")}}`);
    const head = await run(await flow(step), input);
    expect(head).toMatchObject({ error: "FnF.InvalidArgument", cause: expect.stringContaining(what) });
  });
});

describe("a secret of an HTTP task", () => {
  const SECRET = "sk_live/41+zW&q";
  const http = (url: string, params: string, more = "") =>
    `{type: task, name: call, resourceArn: "${url}", serviceParams: ${params}${more}}`;

  /** Whatever a reader of the execution can see. */
  async function shown(head: { flow: string; name: string }): Promise<string> {
    const path = `/v1/flows/${head.flow}/executions/${head.name}`;
    const views = await Promise.all(["", "/steps", "/history"].map((view) => call("GET", path + view)));
    return JSON.stringify(views.map(({ body }) => body));
  }

  test("is sent in headers and queries, and shown nowhere, though the answer has it", async () => {
    const params =
      "{Method: GET, Headers: {Authorization: {secret: PAY_KEY, prefix: 'Bearer '}, x-two: 2}, Query: {key: {secret: PAY_KEY}, n: 1}}";
    const echoed = await run(await flow(http("https://api.example/", params)));
    expect(echoed.output.body).toMatchObject({
      search: "?key=[secret PAY_KEY]&n=1",
      headers: { authorization: "Bearer [secret PAY_KEY]", "x-two": "2" },
    });
    const text = await shown(echoed);
    for (const form of [SECRET, encodeURIComponent(SECRET), "sk_live"]) expect(text).not.toContain(form);
  });

  test("is shown in no error, and does not follow a redirect", async () => {
    const params = "{Headers: {X-Key: {secret: PAY_KEY}}, Query: {key: {secret: PAY_KEY}}}";
    for (const place of ["/status/403", "/away"]) {
      const head = await run(await flow(http(`https://api.example${place}`, params)));
      expect(head.status).toBe("Failed");
      expect(await shown(head)).not.toContain("sk_live");
    }
    const expected = params.replace("Query", "ExpectedStatus: [302], Query");
    const { output } = await run(await flow(http("https://api.example/away", expected)));
    expect(output.headers.location).toBe(
      "https://elsewhere.example/taken?key=[secret PAY_KEY]&again=[secret PAY_KEY]",
    );
  });

  test("is taken out of what a worker that was called with it reports", async () => {
    const name = await flow(
      http("https://api.example/", "{Headers: {x-key: {secret: PAY_KEY}}}", ", pattern: waitForCallback"),
    );
    for (const [verb, report] of [
      ["succeed", { output: { given: [SECRET] } }],
      ["fail", { error: `No ${SECRET}`, cause: `with ${SECRET}` }],
    ] as const) {
      await call("POST", `/v1/flows/${name}/executions`, { name: verb });
      const path = `/v1/flows/${name}/executions/${verb}`;
      await until(async () => {
        const { body } = await call("GET", `${path}/history?type=TaskSubmitted`);
        return body.items?.length === 1 ? true : undefined;
      });
      const master = await masterKey(env.MASTER_KEY);
      assert(master, "the suite has a master key");
      const execution = executionObjectName({ flow: name, generation: 1, name: verb });
      const token = await signTaskToken(master, { execution, path: "call", attempt: 1 });
      const beat = { token, progress: { with: SECRET } };
      expect((await call("POST", "/v1/tasks/heartbeat", beat)).status).toBe(200);
      expect(JSON.stringify((await call("GET", `${path}/steps`)).body)).toContain("[secret PAY_KEY]");
      expect((await call("POST", `/v1/tasks/${verb}`, { token, ...report })).status).toBe(200);
      const text = await shown({ flow: name, name: verb });
      expect(text).toContain("[secret PAY_KEY]");
      expect(text).not.toContain("sk_live");
    }
  });

  test("that is not there fails the task, which can be caught, and storing the flow warns of it", async () => {
    const params = "{Headers: {x-key: {secret: NOBODY}}}";
    const definition = flowOf(http("https://api.example/", params));
    const { body } = await call("PUT", `/v1/flows/${unique("flow")}`, definition);
    expect(body.diagnostics).toMatchObject([
      {
        code: "SecretNotFound",
        severity: "warning",
        message: expect.stringContaining("MILLRACE_SECRET_NOBODY"),
      },
    ]);
    const head = await run(await flow(http("https://api.example/", params)));
    expect(head).toMatchObject({ status: "Failed", error: "FnF.SecretNotFound" });
    const caught = ", catch: [{errors: [FnF.SecretNotFound], goto: z}]";
    const empty = http("https://api.example/", "{Headers: {x-key: {secret: empty}}}", caught);
    expect(await run(await flow(empty, "{type: pass, name: z}"))).toMatchObject({ status: "Succeeded" });
  });

  test("is never read for whoever starts a flow: what a path leads to is a value like any other", async () => {
    const input = { headers: { "x-key": { secret: "PAY_KEY" } }, query: { key: { secret: "PAY_KEY" } } };
    const head = await run(
      await flow(http("https://api.example/", "{Headers: $.headers, Query: $.query}")),
      input,
    );
    expect(head.output.body.headers["x-key"]).toBe('{"secret":"PAY_KEY"}');
    expect(JSON.stringify(head.output)).not.toContain("[secret");
  });
});
