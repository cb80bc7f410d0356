import { env } from "cloudflare:workers";
import { createExecutionContext } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import worker from "../../src/index.ts";
import { bearer } from "./call.ts";

const SHELL = "<!doctype html><title>Millrace</title>";
const HTML = { accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8" };

/** The platform's files: one page, which it knows by its tag. */
const ASSETS = {
  async fetch({ url, headers }: Request): Promise<Response> {
    if (new URL(url).pathname !== "/assets/shell.html") return new Response("not found", { status: 404 });
    const tag = { etag: '"one"', "content-type": "text/html; charset=utf-8" };
    const isKnown = headers.get("if-none-match") === '"one"';
    return isKnown
      ? new Response(null, { status: 304, headers: tag })
      : new Response(SHELL, { headers: tag });
  },
};

interface Asking {
  readonly assets?: object | null;
  readonly method?: string;
  readonly origin?: string;
}

async function get(
  path: string,
  headers: Record<string, string> = {},
  { assets = ASSETS, method = "GET", origin = "https://service.example" }: Asking = {},
) {
  const surroundings = Object.assign({}, env as object, { ASSETS: assets }) as never;
  const request = new Request(`${origin}${path}`, { method, headers });
  const response = await worker.fetch(request as never, surroundings, createExecutionContext());
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe("a browser that opens the console", () => {
  test.each([
    "/",
    "/executions",
    "/executions/nightly/run-1?tab=items",
    "/flows/nightly/edit",
    "/inboxes/gpu",
  ])("gets its page at %s", async (path) => {
    const { status, headers, text } = await get(path, HTML);
    expect([status, text]).toEqual([200, SHELL]);
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'/);
  });

  test("need not load again what it has", async () => {
    expect((await get("/", { ...HTML, "if-none-match": '"one"' })).status).toBe(304);
  });

  test.each([null, { fetch: async () => new Response("none", { status: 404 }) }])(
    "is told when it was not built (%#)",
    async (assets) => {
      const { status, text } = await get("/", HTML, { assets });
      expect(status).toBe(503);
      expect(text).toContain("npm run build");
    },
  );
});

describe("what is not for the console stays as it is", () => {
  test.each([
    ["FnF's calls by query", "/?Action=ListFlows&Version=2019-03-15", HTML, 400, "MissingAccessKeyId"],
    ["FnF's calls that name nothing", "/", {}, 400, "MissingAccessKeyId"],
    [
      "FnF's clients, whatever they ask for",
      "/",
      { ...HTML, authorization: "acs a:b" },
      400,
      "MissingAccessKeyId",
    ],
    ["MNS's queues", "/queues", HTML, 400, "<Error"],
    ["MNS's topics", "/topics/t", HTML, 400, "<Error"],
    ["the API", "/v1/flows", HTML, 401, "Unauthenticated"],
    ["what is nowhere", "/nonsense", HTML, 404, "nothing is at /nonsense"],
    ["a file that is none", "/assets/none.js", HTML, 404, "nothing is at /assets/none.js"],
  ])("%s", async (_, path, headers, status, text) => {
    const answer = await get(path, headers);
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(text)]);
  });

  test("a page is only read", async () => {
    expect((await get("/executions", HTML, { method: "POST" })).status).toBe(404);
  });
});

describe("every answer tells browsers to do nothing that it does not need", () => {
  test.each([
    "/",
    "/?Action=X",
    "/queues",
    "/v1/health",
    "/v1/flows",
    "/metrics",
    "/docs",
    "/docs/style.css",
    "/sign-in",
    "/sign-in/style.css",
    "/openapi.json",
    "/worker.mjs",
    "/nowhere",
  ])("%s", async (path) => {
    for (const headers of [{}, HTML, { authorization: await bearer() }]) {
      const answer = await get(path, headers);
      const policy = answer.headers.get("content-security-policy") ?? "";
      expect(policy).toMatch(/^default-src 'none';.*base-uri 'none'.*frame-ancestors 'none'$/);
      expect(policy).not.toMatch(/unsafe|http|\*/);
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      expect(answer.headers.get("referrer-policy")).toBe("same-origin");
      expect(answer.headers.get("strict-transport-security")).toMatch(/^max-age=\d+$/);
      const isPage = answer.headers.get("content-type")?.startsWith("text/html") ?? false;
      expect(answer.headers.has("cross-origin-opener-policy")).toBe(isPage);
      if (isPage) expect(answer.text).not.toMatch(/<style|style=|<script(?![^>]*src=)/);
    }
  });

  test("without HTTPS it promises none", async () => {
    const { headers } = await get("/docs", {}, { origin: "http://127.0.0.1:8787" });
    expect(headers.has("strict-transport-security")).toBe(false);
  });
});
