import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import worker from "../../src/index.ts";
import { type AccessTeam, newTeam } from "../support/access-team.ts";
import { bearer, call, flow, unique } from "./call.ts";
import { expectConforming } from "./conformance.ts";

const HERE = "https://console.example";
const HOUR = 3_600_000;
const ROLES = {
  "li.wei@example.com": "admin",
  "zoe@example.com": "operator",
  "*@guests.example": "viewer",
};

let teams: readonly [AccessTeam, AccessTeam];
/** What the certificates' server of a team answers, and how often it was asked. */
let certificates: () => Response | Promise<Response>;
let asked: string[];
let name: string;

beforeAll(async () => {
  teams = [await newTeam("k1"), await newTeam("k2")];
});

beforeEach(() => {
  // Each test is of a team that nobody has asked for its certificates yet.
  name = unique("team").toLowerCase();
  asked = [];
  certificates = () => Response.json({ keys: [teams[0].certificate] });
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    asked.push(new Request(input).url);
    return certificates();
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

interface Asking {
  readonly team?: AccessTeam;
  readonly claims?: object;
  readonly variables?: object;
  readonly headers?: Record<string, string>;
  readonly body?: object;
}

async function assertionOf(mail: string, { team = teams[0], claims = {} }: Asking): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const iss = `https://${name}.cloudflareaccess.com`;
  return team.assert({ iss, aud: ["app"], email: mail, iat: now, nbf: now, exp: now + 3600, ...claims });
}

/** What somebody whom Cloudflare Access let through is answered. */
async function fetched(mail: string, method: string, path: string, asking: Asking = {}): Promise<Response> {
  const { variables = {}, headers = {}, body } = asking;
  const request = new Request(`${HERE}${path}`, {
    method,
    headers: {
      "cf-access-jwt-assertion": await assertionOf(mail, asking),
      ...(method !== "GET" && { origin: HERE }),
      ...(body && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const set = { ACCESS_TEAM: name, ACCESS_AUD: "app other", ACCESS_ROLES: JSON.stringify(ROLES) };
  const surroundings = Object.assign({}, env as object, set, variables) as never;
  return worker.fetch(request as never, surroundings, createExecutionContext());
}

async function as(mail: string, method: string, path: string, asking: Asking = {}) {
  const response = await fetched(mail, method, path, asking);
  await expectConforming(method, path, response);
  const text = await response.text();
  return { status: response.status, set: response.headers.get("set-cookie"), body: text && JSON.parse(text) };
}

describe("whom Cloudflare Access lets in", () => {
  test("is known without a key, by mail address and role", async () => {
    const now = Math.floor(Date.now() / 1000);
    const { status, body } = await as("Li.Wei@example.com", "GET", "/v1/session", {
      claims: { exp: now + 60 },
    });
    expect([status, body]).toEqual([
      200,
      {
        signedIn: true,
        accessKeyId: "access:li.wei@example.com",
        role: "admin",
        name: "",
        via: "access",
        expiresAt: new Date((now + 60) * 1000).toISOString(),
      },
    ]);
    expect(asked).toEqual([`https://${name}.cloudflareaccess.com/cdn-cgi/access/certs`]);
  });

  test("may do what the role may, and is never given a cookie", async () => {
    expect(await as("a@guests.example", "GET", "/v1/flows")).toMatchObject({ status: 200, set: null });
    expect((await as("a@guests.example", "PUT", "/v1/queues/mine", { body: {} })).status).toBe(403);
    expect((await as("zoe@example.com", "PUT", "/v1/queues/mine", { body: {} })).status).toBeLessThan(300);
    expect((await as("zoe@example.com", "GET", "/v1/keys")).status).toBe(403);
  });

  test("stands in the audit log, and in what he starts", async () => {
    const own = await flow("{type: pass, name: p}");
    const started = await as("zoe@example.com", "POST", `/v1/flows/${own}/executions?wait=10`, { body: {} });
    expect(started.body).toMatchObject({ status: "Succeeded", startedBy: "access:zoe@example.com" });
    const queue = unique("queue");
    await as("zoe@example.com", "PUT", `/v1/queues/${queue}`, { body: {} });
    const { body } = await call("GET", "/v1/audit?accessKeyId=access:zoe@example.com");
    expect(body.items).toContainEqual(
      expect.objectContaining({
        accessKeyId: "access:zoe@example.com",
        role: "operator",
        target: { queue },
      }),
    );
  });

  test("changes something from the service's own pages alone", async () => {
    const foreign = { body: {}, headers: { origin: "https://elsewhere.example" } };
    expect(await as("zoe@example.com", "PUT", "/v1/queues/mine", foreign)).toMatchObject({
      status: 403,
      body: { code: "ForeignOrigin" },
    });
    const own = await flow("{type: pass, name: p}");
    const socket = { headers: { ...foreign.headers, upgrade: "websocket" } };
    const watched = await as("zoe@example.com", "GET", `/v1/flows/${own}/executions/none/live`, socket);
    expect(watched.body.code).toBe("ForeignOrigin");
  });

  test("watches an execution", async () => {
    const own = await flow("{type: wait, name: w, duration: 3600}");
    await call("POST", `/v1/flows/${own}/executions`, { name: "run" });
    const upgrade = { headers: { upgrade: "websocket", origin: HERE } };
    const { status, webSocket } = await fetched(
      "a@guests.example",
      "GET",
      `/v1/flows/${own}/executions/run/live`,
      upgrade,
    );
    expect(status).toBe(101);
    webSocket?.accept();
    webSocket?.close();
  });

  test("makes no code to sign in with", async () => {
    const refused = await as("zoe@example.com", "POST", "/v1/session/code", { body: {} });
    expect(refused).toMatchObject({ status: 403, body: { code: "Forbidden" } });
  });

  test("is who sends a key, or signed in with one, where he does that", async () => {
    const authorization = await bearer();
    const byKey = await as("a@guests.example", "GET", "/v1/session", { headers: { authorization } });
    expect(byKey.body).toMatchObject({ accessKeyId: "mradmin1", via: "key" });
    const accessKey = authorization.slice("Bearer ".length);
    const { set } = await as("stranger@example.com", "POST", "/v1/session", { body: { accessKey } });
    const headers = { cookie: set?.split(";")[0] ?? "" };
    const signedIn = await as("stranger@example.com", "GET", "/v1/session", { headers });
    expect(signedIn.body).toMatchObject({ accessKeyId: "mradmin1", via: "key" });
  });

  test("comes in although the key of an old cookie is disabled", async () => {
    const { body } = await call("POST", "/v1/keys", { role: "admin" });
    const accessKey = `${body.accessKeyId}.${body.accessKeySecret}`;
    const { set } = await as("zoe@example.com", "POST", "/v1/session", { body: { accessKey } });
    await call("POST", `/v1/keys/${body.accessKeyId}/disable`);
    const headers = { cookie: set?.split(";")[0] ?? "" };
    expect((await as("zoe@example.com", "GET", "/v1/session", { headers })).body.via).toBe("access");
  });
});

describe("who is not let in", () => {
  test("has no role, and is told whom to ask", async () => {
    for (const path of ["/v1/session", "/v1/flows"]) {
      const { status, body } = await as("new@example.com", "GET", path);
      expect([status, body.code]).toEqual([403, "NoRole"]);
      expect(body.detail).toContain("new@example.com");
      expect(body.detail).toContain("ask li.wei@example.com");
    }
  });

  test.each<[string, object]>([
    ["is over", { exp: 1 }],
    ["is for another application", { aud: ["elsewhere"] }],
    ["is of another team", { iss: "https://elsewhere.cloudflareaccess.com" }],
  ])("brings an assertion that %s", async (_, claims) => {
    const refused = await as("li.wei@example.com", "GET", "/v1/flows", { claims });
    expect(refused).toMatchObject({ status: 401, body: { code: "Unauthenticated" } });
    expect(JSON.stringify(refused.body)).not.toContain("eyJ");
  });

  test("brings one that somebody else signed", async () => {
    const team = await newTeam("k1");
    expect((await as("li.wei@example.com", "GET", "/v1/flows", { team })).status).toBe(401);
  });

  test("comes to a service that is not set up with Cloudflare Access, or wrongly", async () => {
    const variables = { ACCESS_TEAM: "", ACCESS_AUD: "", ACCESS_ROLES: "" };
    const unset = await as("li.wei@example.com", "GET", "/v1/session", { variables });
    expect(unset.body).toEqual({ signedIn: false, name: "" });
    const wrong = { variables: { ACCESS_ROLES: '{"li.wei@example.com": "root"}' } };
    const { status, body } = await as("li.wei@example.com", "GET", "/v1/flows", wrong);
    expect([status, body.detail]).toEqual([401, expect.stringContaining("log says what is wrong")]);
    const headers = { authorization: await bearer() };
    expect((await as("li.wei@example.com", "GET", "/v1/flows", { ...wrong, headers })).status).toBe(200);
  });
});

describe("certificates", () => {
  test.each<[string, () => Response | Promise<Response>]>([
    ["are refused", () => new Response("no", { status: 502 })],
    ["are none", () => Response.json({ keys: [{ kid: "k1" }] })],
    ["do not come", () => Promise.reject(new Error("The operation timed out"))],
  ])("that %s are a problem of their own, and not for who brings a key", async (_, answer) => {
    certificates = answer;
    const { status, body } = await as("li.wei@example.com", "GET", "/v1/flows");
    expect([status, body.code]).toEqual([503, "AccessUnreachable"]);
    const headers = { authorization: await bearer() };
    expect((await as("li.wei@example.com", "GET", "/v1/flows", { headers })).status).toBe(200);
    certificates = () => Response.json({ keys: [teams[0].certificate] });
    expect((await as("li.wei@example.com", "GET", "/v1/flows")).status).toBe(200);
  });

  test("are asked for once an hour, and once a minute for a key that is not among them", async () => {
    const start = Date.now();
    const after = async (ms: number, team: AccessTeam) => {
      vi.setSystemTime(start + ms);
      const { status } = await as("li.wei@example.com", "GET", "/v1/flows", { team });
      return [status, asked.length];
    };
    vi.useFakeTimers({ toFake: ["Date"], now: start });
    const [old, next] = teams;
    expect(await after(0, old)).toEqual([200, 1]);
    expect(await after(0.9 * HOUR, old)).toEqual([200, 1]);
    expect(await after(1.1 * HOUR, old)).toEqual([200, 2]);
    expect(await after(1.1 * HOUR, next)).toEqual([401, 2]);
    certificates = () => Response.json({ keys: teams.map(({ certificate }) => certificate) });
    expect(await after(1.2 * HOUR, next)).toEqual([200, 3]);
    expect(await after(1.2 * HOUR, old)).toEqual([200, 3]);
  });
});
