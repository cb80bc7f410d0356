import { expect, describe, test, vi } from "vitest";
import { ask, bearer, call } from "./call.ts";

const HOUR = 3_600_000;
const HERE = "https://console.example";

interface Asking {
  readonly origin?: string | null;
  readonly headers?: Record<string, string>;
  readonly body?: object;
}

/** A browser with a page of the service open: it sends cookies, and says where a page comes from. */
class Browser {
  readonly at: string;
  cookie = "";

  constructor(at = HERE) {
    this.at = at;
  }

  async ask(method: string, path: string, { origin = this.at, headers = {}, body }: Asking = {}) {
    const sent = {
      ...(this.cookie !== "" && { cookie: this.cookie }),
      ...(method !== "GET" && origin !== null && { origin }),
      ...(body && { "content-type": "application/json" }),
      ...headers,
    };
    const init = { method, headers: sent, ...(body && { body: JSON.stringify(body) }) };
    const response = await ask(path, init, this.at);
    const set = response.headers.get("set-cookie");
    if (set !== null) this.cookie = set.includes("Max-Age=0") ? "" : (set.split(";")[0] ?? "");
    const text = await response.text();
    return { status: response.status, set, body: text === "" ? undefined : JSON.parse(text) };
  }

  signIn(accessKey: string, asking: Asking = {}) {
    return this.ask("POST", "/v1/session", { body: { accessKey }, ...asking });
  }
}

async function adminKey(): Promise<string> {
  return (await bearer()).slice("Bearer ".length);
}

async function newKey(role: string, more: object = {}) {
  const { body } = await call("POST", "/v1/keys", { role, ...more });
  return { id: String(body.accessKeyId), accessKey: `${body.accessKeyId}.${body.accessKeySecret}` };
}

async function signedIn(role = "operator"): Promise<Browser> {
  const browser = new Browser();
  expect((await browser.signIn((await newKey(role)).accessKey)).status).toBe(200);
  return browser;
}

async function newCode(): Promise<string> {
  const { body } = await call("POST", "/v1/session/code", {});
  return String(body.code);
}

describe("a browser", () => {
  test("signs in with an access key, is known from then on, and signs out", async () => {
    const browser = new Browser();
    expect((await browser.ask("GET", "/v1/session")).body).toEqual({ signedIn: false, name: "" });
    expect((await browser.ask("GET", "/v1/flows")).status).toBe(401);
    const answer = await browser.signIn(await adminKey());
    expect(answer).toMatchObject({
      status: 200,
      body: { accessKeyId: "mradmin1", role: "admin", via: "key" },
    });
    expect(answer.set).toMatch(
      /^__Host-millrace=[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/,
    );
    expect((await browser.ask("GET", "/v1/session")).body).toEqual(answer.body);
    expect((await browser.ask("GET", "/v1/flows")).status).toBe(200);
    expect((await browser.ask("GET", "/v1/flows", { headers: { authorization: "Bearer a.b" } })).status).toBe(
      401,
    );
    expect((await browser.ask("DELETE", "/v1/session")).status).toBe(204);
    expect((await browser.ask("GET", "/v1/flows")).status).toBe(401);
  });

  test("is refused a wrong key, and a worker's", async () => {
    const { accessKey } = await newKey("worker", { queues: ["own"] });
    expect(await new Browser().signIn(accessKey)).toMatchObject({ status: 403, set: null });
    expect(await new Browser().signIn("mradmin1.wrong")).toMatchObject({ status: 401, set: null });
  });

  test("is in the audit log: signed in, refused and signed out, and no word of a secret", async () => {
    const { id, accessKey } = await newKey("viewer");
    const browser = new Browser();
    await browser.signIn(accessKey);
    await browser.ask("DELETE", "/v1/session");
    await browser.signIn(`${id}.wrong`);
    await browser.signIn("onlyASecretThatSomebodyPasted.wrong");
    const own = await call("GET", `/v1/audit?accessKeyId=${id}`);
    // Within a millisecond they have no order.
    const told = own.body.items.map((one: object) => ({ role: "nobody", ...one }));
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ role: "viewer", action: "POST /v1/session", status: 200 }),
        expect.objectContaining({ role: "viewer", action: "DELETE /v1/session", status: 204 }),
        expect.objectContaining({ role: "nobody", action: "POST /v1/session", status: 401 }),
      ]),
    );
    const { body: all } = await call("GET", "/v1/audit?limit=5");
    expect(all.items).toContainEqual(
      expect.objectContaining({ accessKeyId: "", action: "POST /v1/session", status: 401 }),
    );
    expect(JSON.stringify([own.body, all])).not.toMatch(/onlyASecret|wrong/);
  });

  test("may do what its key may", async () => {
    const viewer = await signedIn("viewer");
    expect((await viewer.ask("GET", "/v1/flows")).status).toBe(200);
    expect((await viewer.ask("GET", "/metrics")).status).toBe(403);
    expect((await viewer.ask("PUT", "/v1/queues/of-nobody", { body: {} })).status).toBe(403);
  });

  test("is signed out when its key is disabled", async () => {
    const { id, accessKey } = await newKey("operator");
    const browser = new Browser();
    await browser.signIn(accessKey);
    await call("POST", `/v1/keys/${id}/disable`);
    expect(await browser.ask("GET", "/v1/flows")).toMatchObject({
      status: 401,
      body: { detail: expect.stringContaining("disabled") },
    });
  });

  test("is signed out twelve hours after its last work, which renews its session each hour", async () => {
    const browser = await signedIn();
    const start = Date.now();
    const after = (hours: number) => {
      vi.setSystemTime(start + hours * HOUR);
      return browser.ask("GET", "/v1/flows");
    };
    vi.useFakeTimers({ toFake: ["Date"], now: start });
    try {
      expect(await after(0.9)).toMatchObject({ status: 200, set: null });
      expect((await after(11)).set).toContain("__Host-millrace=");
      expect((await after(22)).status).toBe(200);
      expect((await after(34.1)).status).toBe(401);
    } finally {
      vi.useRealTimers();
    }
  });

  test.each(["", "x", "s1.e30.AAAA"])("with a forged cookie %j is nobody", async (value) => {
    const browser = new Browser();
    browser.cookie = `__Host-millrace=${value}`;
    expect((await browser.ask("GET", "/v1/flows")).status).toBe(401);
  });

  test("is told to wait after ten wrong tries in a minute, from its address alone", async () => {
    const from = (address: string) => ({ headers: { "cf-connecting-ip": address } });
    const browser = new Browser();
    for (let tries = 0; tries < 10; tries++)
      expect((await browser.signIn("mradmin1.wrong", from("203.0.113.9"))).status).toBe(401);
    const refused = await browser.signIn(await adminKey(), from("203.0.113.9"));
    expect(refused).toMatchObject({ status: 429, body: { code: "TooManySignIns" } });
    expect((await browser.signIn(await adminKey(), from("203.0.113.10"))).status).toBe(200);
  });
});

describe("another site", () => {
  const PUT = ["PUT", "/v1/queues/of-another-site"] as const;

  test.each([
    ["names itself", { origin: "https://elsewhere.example" }],
    ["says nothing of itself", { origin: null }],
    ["hides", { origin: "null" }],
    ["has the same name without HTTPS", { origin: "http://console.example" }],
    ["is said to be one", { origin: null, headers: { "sec-fetch-site": "cross-site" } }],
  ])("that %s changes nothing with a session", async (_, asking) => {
    const browser = await signedIn();
    const refused = await browser.ask(...PUT, { ...asking, body: {} });
    expect(refused).toMatchObject({ status: 403, body: { code: "ForeignOrigin" } });
    expect(await browser.signIn(await adminKey(), asking)).toMatchObject({ status: 403, set: null });
  });

  test("is told from the service's own pages", async () => {
    const browser = await signedIn();
    expect((await browser.ask(...PUT, { body: {} })).status).toBeLessThan(300);
    const unnamed = { origin: null, headers: { "sec-fetch-site": "same-origin" }, body: {} };
    expect((await browser.ask(...PUT, unnamed)).status).toBeLessThan(300);
  });
});

describe("a code", () => {
  test("signs in once, as whoever made it", async () => {
    const code = await newCode();
    const browser = new Browser();
    const answer = await browser.ask("POST", "/v1/session", { body: { code } });
    expect(answer).toMatchObject({ status: 200, body: { accessKeyId: "mradmin1", via: "code" } });
    expect((await browser.ask("GET", "/v1/keys")).status).toBe(200);
    const again = await new Browser().ask("POST", "/v1/session", { body: { code } });
    expect(again).toMatchObject({ status: 401, body: { detail: expect.stringContaining("millrace login") } });
  });

  test("comes as an address, with the code where no server sees it", async () => {
    const { status, body } = await call("POST", "/v1/session/code", {});
    expect(status).toBe(201);
    expect(body.address).toBe(`http://service/#code=${body.code}`);
  });

  test("is over after ten minutes", async () => {
    const code = await newCode();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + HOUR / 6 });
    try {
      expect((await new Browser().ask("POST", "/v1/session", { body: { code } })).status).toBe(401);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("without HTTPS", () => {
  test.each(["http://127.0.0.1:8787", "http://localhost:8787", "http://[::1]:8787"])(
    "%s has a session of its own port",
    async (at) => {
      const browser = new Browser(at);
      const { set } = await browser.signIn(await adminKey());
      expect(set).toMatch(/^millrace-8787=[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
      expect((await browser.ask("GET", "/v1/flows")).status).toBe(200);
    },
  );

  test("nobody signs in from elsewhere, and is told what to do", async () => {
    const browser = new Browser("http://10.0.0.7:8787");
    const refused = await browser.signIn(await adminKey());
    expect(refused).toMatchObject({ status: 403, set: null, body: { code: "InsecureSignIn" } });
    expect(refused.body.detail).toContain("https://");
    browser.cookie = (await signedIn()).cookie.replace("__Host-millrace", "millrace-8787");
    expect((await browser.ask("GET", "/v1/flows")).status).toBe(401);
  });

  test("what a proxy is said to say counts for nothing", async () => {
    const browser = new Browser("http://10.0.0.7:8787");
    const headers = { "x-forwarded-proto": "https", "x-forwarded-host": "console.example" };
    const refused = await browser.signIn(await adminKey(), { headers, origin: HERE });
    expect(refused.body.code).toBe("InsecureSignIn");
  });
});
