import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { accessKeySecret } from "../../src/auth/access-key.ts";
import { masterKey } from "../../src/auth/master-key.ts";
import { ROUTES } from "../../src/http/app.ts";
import * as keyShapes from "../../src/http/contract/keys.ts";
import { call, unique } from "./call.ts";

/** Who may do what: a(dmin), o(perator), v(iewer), w(orker on its queue); "all" needs no key. */
const MATRIX: Readonly<Record<string, string>> = {
  "GET /v1/health": "all",
  "POST /v1/session": "all",
  "GET /v1/session": "all",
  "DELETE /v1/session": "all",
  "POST /v1/session/code": "aov",
  "GET /metrics": "ao",
  "PUT /v1/flows/{flow}": "ao",
  "PATCH /v1/flows/{flow}": "ao",
  "POST /v1/flows/validate": "aov",
  "GET /v1/flows": "aov",
  "GET /v1/flows/{flow}": "aov",
  "GET /v1/flows/{flow}/versions": "aov",
  "POST /v1/flows/{flow}/pause": "ao",
  "POST /v1/flows/{flow}/resume": "ao",
  "DELETE /v1/flows/{flow}": "ao",
  "GET /v1/flows/{flow}/stats": "aov",
  "POST /v1/flows/{flow}/executions": "ao",
  "GET /v1/flows/{flow}/executions": "aov",
  "GET /v1/executions": "aov",
  "GET /v1/executions/peek": "aov",
  "GET /v1/flows/{flow}/executions/{name}": "aov",
  "GET /v1/flows/{flow}/executions/{name}/snapshot": "aov",
  "GET /v1/flows/{flow}/executions/{name}/live": "aov",
  "GET /v1/flows/{flow}/executions/{name}/failures": "aov",
  "GET /v1/flows/{flow}/executions/{name}/timeline": "aov",
  "GET /v1/flows/{flow}/executions/{name}/steps": "aov",
  "GET /v1/flows/{flow}/executions/{name}/log": "aov",
  "GET /v1/flows/{flow}/executions/{name}/history": "aov",
  "GET /v1/flows/{flow}/executions/{name}/value": "aov",
  "POST /v1/flows/{flow}/executions/{name}/stop": "ao",
  "POST /v1/flows/{flow}/executions/{name}/pause": "ao",
  "POST /v1/flows/{flow}/executions/{name}/resume": "ao",
  "POST /v1/flows/{flow}/executions/{name}/items": "ao",
  "DELETE /v1/flows/{flow}/executions/{name}": "ao",
  "POST /v1/flows/{flow}/executions/{name}/answer": "ao",
  "POST /v1/flows/{flow}/executions/{name}/fork": "ao",
  "POST /v1/tasks/succeed": "all",
  "POST /v1/tasks/fail": "all",
  "POST /v1/tasks/heartbeat": "all",
  "POST /v1/tasks/report": "all",
  "PUT /v1/queues/{queue}": "ao",
  "PATCH /v1/queues/{queue}": "ao",
  "GET /v1/queues": "aov",
  "GET /v1/queues/{queue}": "aov",
  "DELETE /v1/queues/{queue}": "ao",
  "POST /v1/queues/{queue}/send": "ao",
  "POST /v1/queues/{queue}/receive": "aow",
  "POST /v1/queues/{queue}/work": "aow",
  "POST /v1/queues/{queue}/delete": "aow",
  "POST /v1/queues/{queue}/extend": "aow",
  "POST /v1/queues/{queue}/release": "aow",
  "GET /v1/queues/{queue}/connect": "aow",
  "POST /v1/queues/{queue}/pause": "ao",
  "POST /v1/queues/{queue}/resume": "ao",
  "GET /v1/workers": "aov",
  "GET /v1/queues/{queue}/workers": "aov",
  "GET /v1/queues/{queue}/workers/{worker}": "aov",
  "POST /v1/queues/{queue}/workers/{worker}/drain": "ao",
  "POST /v1/queues/{queue}/workers/{worker}/resume": "ao",
  "GET /v1/queues/{queue}/history": "aov",
  "GET /v1/queues/{queue}/messages": "aov",
  "GET /v1/queues/{queue}/dead": "aov",
  "POST /v1/queues/{queue}/dead/redrive": "ao",
  "POST /v1/queues/{queue}/dead/purge": "ao",
  "PUT /v1/topics/{topic}": "ao",
  "GET /v1/topics": "aov",
  "GET /v1/topics/{topic}": "aov",
  "DELETE /v1/topics/{topic}": "ao",
  "POST /v1/topics/{topic}/publish": "ao",
  "PUT /v1/topics/{topic}/subscriptions/{subscription}": "ao",
  "GET /v1/topics/{topic}/subscriptions": "aov",
  "GET /v1/topics/{topic}/subscriptions/{subscription}": "aov",
  "DELETE /v1/topics/{topic}/subscriptions/{subscription}": "ao",
  "GET /v1/topics/{topic}/subscriptions/{subscription}/dead": "aov",
  "POST /v1/topics/{topic}/subscriptions/{subscription}/dead/redrive": "ao",
  "POST /v1/topics/{topic}/subscriptions/{subscription}/dead/purge": "ao",
  "PUT /v1/flows/{flow}/schedules/{schedule}": "ao",
  "PATCH /v1/flows/{flow}/schedules/{schedule}": "ao",
  "GET /v1/schedules": "aov",
  "GET /v1/schedules/dead-notices": "aov",
  "POST /v1/schedules/dead-notices/redrive": "ao",
  "POST /v1/schedules/dead-notices/purge": "ao",
  "GET /v1/flows/{flow}/schedules": "aov",
  "GET /v1/flows/{flow}/schedules/{schedule}": "aov",
  "DELETE /v1/flows/{flow}/schedules/{schedule}": "ao",
  "POST /v1/flows/{flow}/schedules/{schedule}/run": "ao",
  "POST /v1/flows/{flow}/schedules/{schedule}/pause": "ao",
  "POST /v1/flows/{flow}/schedules/{schedule}/resume": "ao",
  "GET /v1/flows/{flow}/schedules/{schedule}/calendar": "aov",
  "GET /v1/flows/{flow}/schedules/{schedule}/firings": "aov",
  "GET /v1/night": "aov",
  "GET /v1/flows/{flow}/schedules/{schedule}/preview": "aov",
  "POST /v1/schedules/preview": "aov",
  "GET /v1/board": "aov",
  "GET /v1/board/flows": "aov",
  "GET /v1/board/executions": "aov",
  "GET /v1/board/hours": "aov",
  "GET /v1/board/queues": "aov",
  "GET /v1/board/topics": "aov",
  "GET /v1/dead-letters": "aov",
  "GET /v1/board/workers": "aov",
  "GET /v1/board/callbacks": "aov",
  "GET /v1/board/search": "aov",
  "POST /v1/board/rebuild": "ao",
  "POST /v1/board/needs/{need}/acknowledge": "ao",
  "DELETE /v1/board/needs/{need}/acknowledge": "ao",
  "POST /v1/flows/{flow}/schedules/{schedule}/skip": "ao",
  "POST /v1/flows/{flow}/schedules/{schedule}/unskip": "ao",
  "POST /v1/flows/{flow}/schedules/{schedule}/backfill": "ao",
  "GET /v1/flows/{flow}/schedules/{schedule}/backfills/{backfill}": "aov",
  "POST /v1/flows/{flow}/schedules/{schedule}/backfills/{backfill}/stop": "ao",
  "POST /v1/flows/{flow}/executions/{name}/redrive": "ao",
  "POST /v1/doctor": "ao",
  "GET /v1/doctor": "aov",
  "POST /v1/flows/{flow}/executions/{name}/retry-effects": "ao",
  "POST /v1/flows/{flow}/retry-effects": "ao",
  "POST /v1/queues/{queue}/retry-effects": "ao",
  "POST /v1/topics/{topic}/retry-effects": "ao",
  "POST /v1/flows/{flow}/schedules/{schedule}/retry-effects": "ao",
  "POST /v1/keys": "a",
  "GET /v1/keys": "a",
  "GET /v1/keys/{key}": "a",
  "DELETE /v1/keys/{key}": "a",
  "POST /v1/keys/{key}/rotate": "a",
  "POST /v1/keys/{key}/disable": "a",
  "POST /v1/keys/{key}/enable": "a",
  "GET /v1/audit": "a",
};

const bearers = new Map<string, string>();

async function newKey(body: object) {
  const { status, body: answer } = await call("POST", "/v1/keys", body);
  expect(status).toBe(201);
  return keyShapes.accessKeyWithSecret.parse(answer);
}

function bearerOf({
  accessKeyId,
  accessKeySecret: secret,
}: {
  accessKeyId: string;
  accessKeySecret: string;
}) {
  return { authorization: `Bearer ${accessKeyId}.${secret}` };
}

beforeAll(async () => {
  for (const role of ["admin", "operator", "viewer"] as const) {
    bearers.set(role.charAt(0), bearerOf(await newKey({ role })).authorization);
  }
  const worker = await newKey({ role: "worker", queues: ["own", "team-*"] });
  bearers.set("w", bearerOf(worker).authorization);
});

/** What nobody finds: whoever may ask is told that it is not there, or that the request is not valid. */
function pathOf(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === "queue" ? "own" : "nothing"));
}

describe("the matrix of roles", () => {
  test("has a row for every call, and no other", () => {
    const calls = ROUTES.map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(MATRIX).toSorted()).toEqual(calls.toSorted());
  });

  test.each(Object.entries(MATRIX))("%s is for %s", async (operation, roles) => {
    const [method = "", path = ""] = operation.split(" ");
    const body = method === "GET" || method === "DELETE" ? undefined : { not: "valid" };
    for (const [role, authorization] of bearers) {
      const { status } = await call(method, pathOf(path), body, { authorization });
      if (roles === "all" || roles.includes(role)) expect([role, status]).not.toEqual([role, 403]);
      else expect([role, status]).toEqual([role, 403]);
      expect(status).toBeLessThan(500);
      expect(status).not.toBe(401);
    }
    const { status } = await call(method, pathOf(path), body, { authorization: "" });
    if (roles === "all") expect(status).not.toBe(401);
    else expect(status).toBe(401);
  });

  test("a worker's key reaches its own queues only", async () => {
    const authorization = bearers.get("w") ?? "";
    for (const [queue, expected] of [
      ["own", 404],
      ["team-one", 404],
      ["other", 403],
      ["owner", 403],
      ["OWN", 403],
    ] as const) {
      const { status, body } = await call("POST", `/v1/queues/${queue}/receive`, {}, { authorization });
      expect([queue, status]).toEqual([queue, expected]);
      if (expected === 403)
        expect(body).toMatchObject({ code: "Forbidden", detail: expect.stringContaining(queue) });
    }
  });
});

describe("access keys", () => {
  test("a key of a worker has queues, and no other", async () => {
    for (const body of [
      { role: "worker" },
      { role: "viewer", queues: ["a"] },
      { role: "worker", queues: [] },
    ]) {
      const { status, body: problem } = await call("POST", "/v1/keys", body);
      expect([status, problem.code]).toEqual([400, "InvalidRequest"]);
      expect(problem.detail).toContain("queues");
    }
  });

  test("a secret is shown when its key is made and never again", async () => {
    const made = await newKey({ role: "viewer", description: "dashboard" });
    const read = await call("GET", `/v1/keys/${made.accessKeyId}`);
    const listed = await call("GET", "/v1/keys?limit=1000");
    const { items } = keyShapes.keysAnswer.parse(listed.body);
    expect(items).toContainEqual(keyShapes.accessKey.parse(read.body));
    expect(read.body).toMatchObject({ role: "viewer", description: "dashboard", createdBy: "mradmin1" });
    expect(JSON.stringify([read.body, listed.body])).not.toContain(made.accessKeySecret);
  });

  test("lists go page by page", async () => {
    const all = await call("GET", "/v1/keys?limit=1000");
    const seen: string[] = [];
    for (let cursor = ""; ;) {
      const { body } = await call("GET", `/v1/keys?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.items.map((key: { accessKeyId: string }) => key.accessKeyId));
      if (body.cursor === undefined) break;
      ({ cursor } = body);
    }
    expect(seen).toEqual(all.body.items.map((key: { accessKeyId: string }) => key.accessKeyId));
  });

  test("a disabled key lets nobody in, until it is enabled again", async () => {
    const made = await newKey({ role: "viewer" });
    const ask = () => call("GET", "/v1/flows", undefined, bearerOf(made));
    expect((await ask()).status).toBe(200);
    expect((await call("POST", `/v1/keys/${made.accessKeyId}/disable`)).body.disabled).toBe(true);
    expect(await ask()).toMatchObject({ status: 401, body: { detail: expect.stringContaining("disabled") } });
    await call("POST", `/v1/keys/${made.accessKeyId}/enable`);
    expect((await ask()).status).toBe(200);
    expect((await call("DELETE", `/v1/keys/${made.accessKeyId}`)).status).toBe(204);
    expect((await ask()).status).toBe(401);
    expect((await call("GET", `/v1/keys/${made.accessKeyId}`)).status).toBe(404);
  });

  test("a rotated key has another id and secret; the old ones hold as long as asked", async () => {
    const made = await newKey({ role: "viewer" });
    const path = `/v1/keys/${made.accessKeyId}/rotate`;
    const { body: next } = await call("POST", path, { graceSeconds: 60 });
    keyShapes.accessKeyWithSecret.parse(next);
    expect(next.accessKeySecret).not.toBe(made.accessKeySecret);
    expect((await call("POST", path, { graceSeconds: 60 })).body).toMatchObject({
      accessKeyId: next.accessKeyId,
      accessKeySecret: next.accessKeySecret,
    });
    for (const one of [made, next]) {
      expect((await call("GET", "/v1/flows", undefined, bearerOf(one))).status).toBe(200);
    }
    const { body: third } = await call("POST", `/v1/keys/${next.accessKeyId}/rotate`, {});
    expect((await call("GET", "/v1/flows", undefined, bearerOf(next))).status).toBe(401);
    expect((await call("GET", "/v1/flows", undefined, bearerOf(third))).status).toBe(200);
  });

  test("a made-up key with the secret of another is no key, and neither is a right secret of no key", async () => {
    const made = await newKey({ role: "admin" });
    const master = await masterKey(env.MASTER_KEY);
    if (!master) throw new Error("the suite has a master key");
    const secret = await accessKeySecret(master, "mknobody1");
    for (const forged of [
      { accessKeyId: "mradmin1", accessKeySecret: made.accessKeySecret },
      { accessKeyId: "mknobody1", accessKeySecret: secret },
    ]) {
      expect((await call("GET", "/v1/flows", undefined, bearerOf(forged))).status).toBe(401);
    }
  });
});

describe("the audit log", () => {
  test("tells who changed what, from where, and what came of it", async () => {
    const operator = await newKey({ role: "operator" });
    const flow = unique("audited");
    const headers = { ...bearerOf(operator), "cf-connecting-ip": "203.0.113.7" };
    await call(
      "PUT",
      `/v1/flows/${flow}`,
      "version: v1\ntype: flow\nsteps: [{type: pass, name: p}]\n",
      headers,
    );
    await call("POST", `/v1/flows/${flow}/executions?wait=10`, {}, headers);
    await call("GET", `/v1/flows/${flow}`, undefined, headers);
    await call("DELETE", `/v1/flows/${flow}-not`, undefined, headers);
    const { body } = await call("GET", `/v1/audit?accessKeyId=${operator.accessKeyId}`);
    const { items } = keyShapes.auditAnswer.parse(body);
    expect(items).toMatchObject([
      { action: "DELETE /v1/flows/{flow}", target: { flow: `${flow}-not` }, status: 404 },
      {
        action: "PUT /v1/flows/{flow}",
        target: { flow },
        status: 201,
        role: "operator",
        from: "203.0.113.7",
      },
    ]);
    expect(JSON.stringify(body)).not.toContain(operator.accessKeySecret);
  });

  test("tells which key was made, and which one took the place of another", async () => {
    const made = await newKey({ role: "viewer" });
    const { body: rotated } = await call("POST", `/v1/keys/${made.accessKeyId}/rotate`, {});
    const { body } = await call("GET", "/v1/audit?limit=2");
    expect(body.items).toMatchObject([
      { target: { key: made.accessKeyId, newKey: rotated.accessKeyId }, status: 200 },
      { action: "POST /v1/keys", target: { key: made.accessKeyId, role: "viewer" }, status: 201 },
    ]);
    expect(JSON.stringify(body)).not.toContain(rotated.accessKeySecret);
  });

  test("pages, newest first", async () => {
    const first = await call("GET", "/v1/audit?limit=1");
    const second = await call("GET", `/v1/audit?limit=1&cursor=${first.body.cursor}`);
    expect(Date.parse(second.body.items[0].at)).toBeLessThanOrEqual(Date.parse(first.body.items[0].at));
    expect(second.body.items[0].id).not.toBe(first.body.items[0].id);
  });
});
