import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import worker from "../../src/index.ts";
import { bearer, call } from "./call.ts";

const HERE = "https://console.example";
const PAGE = { accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8" };

interface Asking {
  readonly at?: string;
  readonly headers?: Record<string, string>;
  readonly fields?: Record<string, string>;
  readonly variables?: object;
}

/** A browser without a script: it opens pages, and sends forms from them. */
async function browser(path: string, { at = HERE, headers = {}, fields, variables = {} }: Asking = {}) {
  const form = fields && {
    method: "POST",
    headers: { ...PAGE, origin: at, "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams(fields).toString(),
  };
  const request = new Request(`${at}${path}`, form ?? { headers: { ...PAGE, ...headers } });
  const surroundings = Object.assign({}, env as object, variables) as never;
  const response = await worker.fetch(request as never, surroundings, createExecutionContext());
  const text = await response.text();
  const one = (name: string) => response.headers.get(name);
  return { status: response.status, text, to: one("location"), cookie: one("set-cookie"), one };
}

function send(fields: Record<string, string>, asking: Asking = {}) {
  return browser("/v1/session", { fields, ...asking });
}

async function adminKey(): Promise<string> {
  return (await bearer()).slice("Bearer ".length);
}

test("a browser without a script is given a form, and after it the page that it came from", async () => {
  const opened = await browser("/sign-in", { headers: { referer: `${HERE}/executions?view=unwell` } });
  expect([opened.status, opened.one("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(opened.text).toContain('<form method="post" action="/v1/session">');
  expect(opened.text).toContain('name="to" value="/executions?view=unwell"');
  expect(opened.one("content-security-policy")).toMatch(/^default-src 'none'.*form-action 'self'/);
  expect(opened.text).not.toMatch(/<script|<style|style=/);

  const { status, to, cookie } = await send({
    accessKey: ` ${await adminKey()}\n`,
    to: "/executions?view=unwell",
  });
  expect([status, to]).toEqual([303, "/executions?view=unwell"]);
  expect(cookie).toMatch(/^__Host-millrace=.*HttpOnly; SameSite=Strict; Secure$/);

  const signedIn = await browser("/sign-in?to=/flows", { headers: { cookie: cookie?.split(";")[0] ?? "" } });
  expect([signedIn.status, signedIn.to]).toEqual([303, "/flows"]);
});

test.each([
  "https://elsewhere.example/",
  "//elsewhere.example/",
  "/\\elsewhere.example",
  "/v1/flows",
  "flows",
  "",
])("a sign-in never leads to %j", async (to) => {
  expect((await send({ accessKey: await adminKey(), to })).to).toBe("/");
  const referer = { referer: to };
  expect((await browser("/sign-in", { headers: referer })).text).toContain('name="to" value="/"');
});

describe("who is refused reads why, in his language", () => {
  const CHINESE = { "accept-language": "zh-CN,zh;q=0.9" };

  test.each<[string, number, string, string, () => Promise<Record<string, string>>, Asking]>([
    ["a wrong key", 401, "not known here", "没有这个密钥", async () => ({ accessKey: "mradmin1.wrong" }), {}],
    ["what is no key", 400, "no access key", "不是访问密钥", async () => ({ accessKey: "hello" }), {}],
    ["nothing at all", 400, "no access key", "不是访问密钥", async () => ({}), {}],
    ["far too much", 413, "too long", "太长", async () => ({ accessKey: "a".repeat(9000) }), {}],
    [
      "another site's form",
      403,
      "own page",
      "本服务的页面",
      async () => ({ accessKey: await adminKey() }),
      { headers: { origin: "https://elsewhere.example" } },
    ],
    [
      "a form over an open connection",
      403,
      "https://",
      "https://",
      async () => ({ accessKey: await adminKey() }),
      { at: "http://10.0.0.7:8787" },
    ],
    [
      "a service without its secret",
      503,
      "MASTER_KEY",
      "MASTER_KEY",
      async () => ({ accessKey: await adminKey() }),
      { variables: { MASTER_KEY: "" } },
    ],
  ])("%s", async (_, status, english, chinese, fields, asking) => {
    for (const [language, says] of [[{}, english] as const, [CHINESE, chinese] as const]) {
      const headers = { ...asking.headers, ...language };
      const answer = await send(await fields(), { ...asking, headers });
      expect([answer.status, answer.cookie]).toEqual([status, null]);
      expect(answer.one("content-type")).toBe("text/html; charset=utf-8");
      expect(answer.text).toContain(says);
      expect(answer.text).not.toContain("wrong");
    }
  });

  test("a worker's key, and one that is disabled", async () => {
    const { body } = await call("POST", "/v1/keys", { role: "worker", queues: ["own"] });
    const accessKey = `${body.accessKeyId}.${body.accessKeySecret}`;
    const refused = await send({ accessKey }, { headers: CHINESE });
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining("工作机的密钥")]);
    await call("POST", `/v1/keys/${body.accessKeyId}/disable`);
    expect((await send({ accessKey })).status).toBe(401);
  });

  test("whoever opens the form over an open connection, before the key is typed", async () => {
    const { status, text } = await browser("/sign-in", { at: "http://10.0.0.7:8787" });
    expect([status, text]).toEqual([403, expect.stringContaining("https://")]);
    expect(text).not.toContain("<form");
  });

  test("whoever comes with a session that is over because its key is disabled", async () => {
    const { body } = await call("POST", "/v1/keys", { role: "viewer" });
    const { cookie } = await send({ accessKey: `${body.accessKeyId}.${body.accessKeySecret}` });
    await call("POST", `/v1/keys/${body.accessKeyId}/disable`);
    const { status, text } = await browser("/sign-in", { headers: { cookie: cookie?.split(";")[0] ?? "" } });
    expect([status, text]).toEqual([401, expect.stringContaining("session is over")]);
  });
});

test("programs that send JSON as a form are answered in JSON, as ever", async () => {
  const headers = { accept: "*/*" };
  const { status, one } = await send({ accessKey: await adminKey() }, { headers });
  expect([status, one("content-type")]).toEqual([400, "application/problem+json"]);
});
