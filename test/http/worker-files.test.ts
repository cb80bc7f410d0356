import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createApp } from "../../src/http/app.ts";

function ask(path: string, init?: RequestInit): Promise<Response> {
  return Promise.resolve(createApp().request(`https://millrace.example${path}`, init));
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

  test("is only read", async () => {
    const response = await ask(path, { method: "POST" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET"]);
  });
});
