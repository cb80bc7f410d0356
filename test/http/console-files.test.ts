import { expect, test } from "vitest";
import type { Env } from "../../src/env.ts";
import { answerAsset, answerConsole } from "../../src/http/console.ts";

const FILES: Readonly<Record<string, string>> = {
  "/assets/shell.html": "<!doctype html>",
  "/assets/main-B1.js": "run();",
  "/assets/main-B1.css": "a {}",
  "/assets/mark.svg": "<svg/>",
};

/** workerd's own: it knows no types, and lists folders. */
const DISK = {
  async fetch({ url }: Request): Promise<Response> {
    const { pathname } = new URL(url);
    const headers = { "content-type": "application/octet-stream", "content-length": "5" };
    if (pathname.endsWith("/")) return new Response(JSON.stringify(Object.keys(FILES)), { headers });
    const text = FILES[pathname];
    return text === undefined ? new Response(null, { status: 404 }) : new Response(text, { headers });
  },
};

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of it is looked at
const ENV = { ASSETS: DISK } as unknown as Env;

function get(path: string, init?: RequestInit) {
  return answerAsset(new Request(`http://service${path}`, init), ENV);
}

test.each([
  ["/assets/main-B1.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"],
  ["/assets/main-B1.css", "text/css; charset=utf-8", "public, max-age=31536000, immutable"],
  ["/assets/mark.svg", "image/svg+xml", "public, max-age=31536000, immutable"],
  ["/assets/shell.html", "text/html; charset=utf-8", "no-cache"],
])("%s comes from a disk as %s, kept as %s", async (path, type, caching) => {
  const found = await get(path);
  expect(found?.headers.get("content-type")).toBe(type);
  expect(found?.headers.get("cache-control")).toBe(caching);
  expect(await found?.text()).toBe(FILES[path]);
});

test.each([
  "/assets/",
  "/assets/%2e",
  "/assets/none.js",
  "/assets/.hidden",
  "/assets/..%2fsecret.js",
  "/assets/deep/main-B1.js",
  "/assets/noending",
  "/",
])("%s is no file of the console", async (path) => {
  expect(await get(path)).toBeUndefined();
});

test("who takes it compressed gets it so, and caches keep both apart", async () => {
  const plain = await get("/assets/main-B1.js");
  const gzip = await get("/assets/main-B1.js", { headers: { "accept-encoding": "br, gzip" } });
  expect(plain?.headers.get("content-encoding")).toBeNull();
  expect(gzip?.headers.get("content-encoding")).toBe("gzip");
  expect(gzip?.headers.get("content-length")).toBeNull();
  for (const file of [plain, gzip]) expect(file?.headers.get("vary")).toBe("accept-encoding");
});

test("a page of the console is the page that it is, from a disk, too", async () => {
  const page = await answerConsole(new Request("http://service/flows"), ENV);
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(await page.text()).toBe("<!doctype html>");
});
