import type { Route } from "../route.ts";
import { describeApi } from "./document.ts";
import { page } from "./page.ts";
import type { OpenApi } from "./shapes.ts";
import { STYLE } from "./style.ts";

/** Something about the API for everybody, as served at an origin. */
export type Description = (routes: readonly Route[], origin: string) => Promise<Response>;

/** What is served besides the API, by path. */
export const DESCRIPTIONS: Readonly<Record<string, Description>> = {
  "/openapi.json": async (routes, origin) =>
    respond(JSON.stringify(describe(routes, origin)), "application/json", NOTHING),
  "/docs": async (routes, origin) =>
    respond(
      String(await page(describe(routes, origin))),
      "text/html; charset=utf-8",
      `${NOTHING}; style-src '${await hashOf(STYLE)}'`,
    ),
};

/** Nothing may be loaded, sent or framed, wherever it comes from. */
const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

let made: OpenApi | undefined;

function describe(routes: readonly Route[], origin: string): OpenApi {
  made ??= describeApi(routes, origin);
  return { ...made, servers: [{ url: origin }] };
}

function respond(body: string, type: string, policy: string): Response {
  const headers = {
    "content-type": type,
    "content-security-policy": policy,
    "cache-control": "no-cache",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
  return new Response(body, { headers });
}

async function hashOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}
