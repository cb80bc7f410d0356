import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Env } from "../../src/env.ts";
import { createApp } from "../../src/http/app.ts";

const FOLDER = join(import.meta.dirname, "../../dist/console");

/** The platform's: what was built, and nothing else. */
const ASSETS = {
  fetch: ({ url }: Request) =>
    readFile(join(FOLDER, new URL(url).pathname)).then(
      (file) => new Response(file),
      () => new Response("none", { status: 404 }),
    ),
};

async function ask(path: string, init?: RequestInit, assets: object = ASSETS): Promise<Response> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of the service is asked
  const env = { ASSETS: assets } as unknown as Env;
  return createApp().request(`https://millrace.example${path}`, init, env);
}

describe.each([
  ["/worker.mjs", "text/javascript"],
  ["/worker.d.ts", "text/plain"],
  ["/worker.py", "text/x-python"],
])("%s", (path, type) => {
  test("is for everybody, with what tells whether it is whole and new", async () => {
    const response = await ask(path);
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain(type);
    expect(response.headers.get("cache-control")).toBe("max-age=300");
    expect(response.headers.get("x-millrace-version")).toMatch(/^\d+\.\d+\.\d+$/);
    expect(response.headers.get("x-content-sha256")).toBe(createHash("sha256").update(text).digest("hex"));
  });

  test("is not sent again to those who have it", async () => {
    const etag = (await ask(path)).headers.get("etag") ?? "";
    const again = await ask(path, { headers: { "if-none-match": `"other", W/${etag}` } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  test("names no service", async () => {
    expect(await (await ask(path)).text()).not.toMatch(/https?:\/\/(?!millrace\.example)[a-z]/);
  });

  test("is missed by name where it was not built, with what to do", async () => {
    const response = await ask(path, {}, { fetch: async () => new Response("none", { status: 404 }) });
    const { code, detail } = (await response.json()) as { code: string; detail: string };
    expect([response.status, code]).toEqual([503, "NotConfigured"]);
    expect(detail).toBe(
      `${path.slice(1)} is missing beside the service: \`npm run build\` makes it, then start or deploy again`,
    );
  });

  test("is only read", async () => {
    const response = await ask(path, { method: "POST" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET"]);
  });
});
