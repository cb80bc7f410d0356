import type { Env } from "../env.ts";
import { ProblemError } from "./problem.ts";
import { hasTag } from "./tag.ts";
import { VERSION } from "./version.ts";
import { WORKER_FILES } from "./worker-files.js";

const SECONDS_KEPT = 300;
const TYPES: Readonly<Record<keyof typeof WORKER_FILES, string>> = {
  "worker.mjs": "text/javascript; charset=utf-8",
  "worker.d.ts": "text/plain; charset=utf-8",
  "worker.py": "text/x-python; charset=utf-8",
};

export const WORKER_FILE_NAMES = Object.keys(WORKER_FILES).filter((name): name is keyof typeof TYPES =>
  Object.hasOwn(TYPES, name),
);

/** The runner's files are for everybody: who may do what is the key's business. Throws where they were not built. */
export async function workerFile(
  name: keyof typeof TYPES,
  request: Request,
  { ASSETS }: Env,
  requestId: string,
): Promise<Response> {
  const { path, sha256 } = WORKER_FILES[name];
  const etag = `"${sha256}"`;
  const headers = {
    "content-type": TYPES[name],
    "cache-control": `max-age=${SECONDS_KEPT}`,
    etag,
    "x-content-sha256": sha256,
    "x-content-type-options": "nosniff",
    "x-millrace-version": VERSION,
    "x-request-id": requestId,
  };
  if (hasTag(request.headers, etag)) return new Response(null, { status: 304, headers });
  const file = await ASSETS?.fetch(new Request(new URL(path, request.url)));
  if (file?.ok) return new Response(file.body, { headers });
  const remedy = "`npm run build` makes it, then start or deploy again";
  throw new ProblemError("NotConfigured", `${name} is missing beside the service: ${remedy}`);
}
