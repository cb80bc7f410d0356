import { join } from "node:path";
import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./support/longest-first.ts";

/** All that is called from inside the tests: says what it was asked, or does what the address says. */
async function outside(request: Request): Promise<Response> {
  const { pathname, search, host } = new URL(request.url);
  const body = await request.text();
  const status = Number(/\/status\/(\d+)/.exec(pathname)?.[1] ?? 200);
  if (pathname.startsWith("/text")) return new Response("only text", { status });
  if (pathname.startsWith("/body")) return new Response(decodeURIComponent(search.slice(1)));
  if (pathname.startsWith("/slow")) await new Promise((resolve) => setTimeout(resolve, 3000));
  if (pathname.startsWith("/codes")) return Response.json({ ErrorCode: "FunctionNotFound" }, { status: 404 });
  if (pathname.startsWith("/away"))
    return Response.redirect(
      `https://elsewhere.example/taken${search}&again=${request.headers.get("x-key")}`,
      302,
    );
  if (pathname.startsWith("/redirect")) return Response.redirect("https://elsewhere.example/", 302);
  if (pathname.startsWith("/typed"))
    return Response.json({ errorType: "CardDeclined", errorMessage: "no" }, { status: 400 });
  if (pathname.startsWith("/cookies")) {
    const cookies = [...new URLSearchParams(search).values()];
    return new Response("", { headers: cookies.map((cookie): [string, string] => ["set-cookie", cookie]) });
  }
  const headers = Object.fromEntries(request.headers);
  return Response.json({ method: request.method, host, pathname, search, headers, body }, { status });
}

/**
 * Files that need a runtime to themselves: most set the clock, and what objects were told then would be ahead of everybody
 * else's time; callbacks wait for a board that has little to do; costs are counted of all objects of a runtime.
 */
const ALONE = [
  "callbacks",
  "cloudflare-access",
  "costs",
  "listing",
  "live",
  "mns",
  "objects",
  "problems",
  "session",
].map((file) => `test/workers/${file}.test.ts`);

const root = join(import.meta.dirname, "..");

export default defineConfig({
  root,
  define: { FUZZ_RUNS: JSON.stringify(process.env.FUZZ_RUNS ?? "6") },
  plugins: [
    cloudflareTest({
      wrangler: { configPath: join(root, "wrangler.toml") },
      miniflare: {
        bindings: {
          MASTER_KEY: "a key of the test suite, long enough to be one",
          LOG: "bugs",
          MILLRACE_SECRET_PAY_KEY: "sk_live/41+zW&q\n",
          MILLRACE_SECRET_empty: " ",
          FUNCTIONS: JSON.stringify({
            "shop/echo": { binding: "OUTSIDE" },
            "shop/far": "https://functions.example/far",
            "shop/codes": "https://functions.example/codes",
            "ocr:Read": { binding: "OUTSIDE" },
          }),
        },
        serviceBindings: { OUTSIDE: outside },
        outboundService: outside,
      },
    }),
  ],
  test: {
    sequence: { sequencer: LongestFirst },
    globalSetup: [join(import.meta.dirname, "support/build-files.ts")],
    maxWorkers: "100%",
    testTimeout: 60_000,
    // Lines that an object writes when the last test is over would never be sent, and their file would never end.
    disableConsoleIntercept: true,
    projects: [
      {
        extends: true,
        test: {
          name: "workers",
          include: ["test/workers/**/*.test.ts"],
          exclude: ALONE,
          // One runtime for many files, as one service has many users: names are their own, and to start it anew for each took as long as all tests.
          isolate: false,
        },
      },
      { extends: true, test: { name: "alone", include: ALONE } },
    ],
  },
});
