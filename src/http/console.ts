import type { Env } from "../env.ts";
import { CONSOLE_PAGES } from "./contract/console.ts";
import { ASSET_CACHING, SHELL_CACHING } from "./contract/security.ts";

const SHELL = "/assets/shell.html";
const PAGE = "text/html; charset=utf-8";

/**
 * A browser that opens a page of the console. FnF's API lies at `/`, too: its clients ask for JSON, say in `Action` what they
 * want, or sign what they send.
 */
export function isForConsole({ method, url, headers }: Request): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  if (!headers.get("accept")?.includes("text/html") || headers.has("authorization")) return false;
  const { pathname, searchParams } = new URL(url);
  if (searchParams.has("Action") || searchParams.has("Signature")) return false;
  return CONSOLE_PAGES.includes(pathname.split("/")[1] ?? "");
}

/** The console's one page: which of its views is meant it reads from the address. */
export async function answerConsole({ method, url, headers }: Request, { ASSETS }: Env): Promise<Response> {
  const known = headers.get("if-none-match");
  const asked = new Request(new URL(SHELL, url), {
    method,
    headers: known === null ? {} : { "if-none-match": known },
  });
  const shell = await ASSETS?.fetch(asked);
  return shell?.ok || shell?.status === 304 ? dressed(SHELL, shell) : notBuilt();
}

/** One file's name: a disk would list its folders, and give what else lies there. */
const ASSET_PATH = /^\/assets\/[\w-]+(?:\.[\w-]+)+$/;

/**
 * A file of the console, undefined where there is none. On the platform such requests do not come here; elsewhere nothing
 * stands in front of the Worker, which would cost each call of the API as much as all else that is done for it.
 */
export async function answerAsset(request: Request, { ASSETS }: Env): Promise<Response | undefined> {
  if (request.method !== "GET" && request.method !== "HEAD") return undefined;
  const { pathname } = new URL(request.url);
  if (!ASSETS || !ASSET_PATH.test(pathname)) return undefined;
  const found = await ASSETS.fetch(request);
  return found.status === NOT_FOUND ? undefined : compressed(request, dressed(pathname, found));
}

const NOT_FOUND = 404;

const TYPES: Readonly<Record<string, string>> = {
  html: PAGE,
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** With what is said of a file: the platform and its like say it themselves, a disk knows nothing of what lies on it. */
function dressed(path: string, found: Response): Response {
  if (!found.ok) return found;
  const headers = new Headers(found.headers);
  const type = TYPES[path.slice(path.lastIndexOf(".") + 1)];
  if (type !== undefined) headers.set("content-type", type);
  headers.set("cache-control", path === SHELL ? SHELL_CACHING : ASSET_CACHING);
  return new Response(found.body, { status: found.status, headers });
}

/** The runtime compresses what says so: here nobody on the way does. */
function compressed({ method, headers: asked }: Request, file: Response): Response {
  if (method !== "GET" || !file.ok || file.headers.has("content-encoding")) return file;
  file.headers.set("vary", "accept-encoding");
  if (!/\bgzip\b/.test(asked.get("accept-encoding") ?? "")) return file;
  file.headers.set("content-encoding", "gzip");
  file.headers.delete("content-length");
  return file;
}

function notBuilt(): Response {
  const text = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Millrace</title></head>
<body>
<h1>The console is not built</h1>
<p>Its files are missing beside the service: <code>npm run build</code> makes them, then start or deploy again.
All that it shows the API tells, too: see <a href="/docs">/docs</a>.</p>
</body>
</html>
`;
  return new Response(text, { status: 503, headers: { "content-type": PAGE, "cache-control": "no-store" } });
}
