import type { Route } from "../route.ts";
import { describeApi } from "./document.ts";
import { page } from "./page.ts";
import type { OpenApi } from "./shapes.ts";
import { STYLE, STYLE_PATH } from "./style.ts";

/** Something about the API for everybody, as served at an origin. */
export type Description = (routes: readonly Route[], origin: string) => Promise<Response>;

/** What is served besides the API, by path. */
export const DESCRIPTIONS: Readonly<Record<string, Description>> = {
  "/openapi.json": async (routes, origin) =>
    respond(JSON.stringify(describe(routes, origin)), "application/json"),
  "/docs": async (routes, origin) =>
    respond(String(await page(describe(routes, origin))), "text/html; charset=utf-8"),
  [STYLE_PATH]: async () => respond(STYLE, "text/css; charset=utf-8"),
};

let made: OpenApi | undefined;

function describe(routes: readonly Route[], origin: string): OpenApi {
  made ??= describeApi(routes, origin);
  return { ...made, servers: [{ url: origin }] };
}

function respond(body: string, type: string): Response {
  return new Response(body, { headers: { "content-type": type, "cache-control": "no-cache" } });
}
