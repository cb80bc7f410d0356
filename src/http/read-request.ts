import type * as z from "zod";
import { type Json, readJson } from "../core/json.ts";
import { nearest } from "../core/names.ts";
import { knownKeys, parseJsonValue } from "../core/schema-words.ts";
import { decodeUtf8, readBody as readBytes } from "../service/read-body.ts";
import { ProblemError, problemOf } from "./problem.ts";
import type { Route } from "./route.ts";

/** Reads what a route takes, or throws the problem with it. */
export async function readRequest(route: Route, request: Request, params: Record<string, string>) {
  const query = request.url.includes("?") ? readQuery(new URL(request.url)) : {};
  return {
    params: check(route.params, params, "path"),
    query: check(route.query, query, "query"),
    body: route.body ? check(route.body, await readBody(route, request), "body") : undefined,
  };
}

function readQuery(url: URL): Record<string, string> {
  const query = new Map<string, string>();
  for (const [key, value] of url.searchParams) {
    if (query.has(key)) throw new ProblemError("InvalidRequest", `"${key}" stands twice in the query`);
    query.set(key, value);
  }
  return Object.fromEntries(query);
}

async function readBody(route: Route, request: Request): Promise<unknown> {
  const text = await readText(request);
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const { textBody } = route;
  if (textBody?.types.includes(type)) return { [textBody.key]: text };
  const isJson = type === "" || type === "application/json" || type.endsWith("+json");
  // curl and some libraries say this of any body, unless they are told better.
  const isUnsaid = type === "application/x-www-form-urlencoded" || type === "text/plain";
  if (!isJson && !isUnsaid) {
    const known = ["application/json", ...(textBody?.types ?? [])].join(", ");
    throw new ProblemError("UnsupportedMediaType", `content-type "${type}" is not known here: use ${known}`);
  }
  return text.trim() === "" ? {} : parseJson(text, textBody?.types[0]);
}

/** The body as text. */
async function readText(request: Request): Promise<string> {
  const read = await readBytes(request);
  if (!read.ok) throw problemOf(read);
  const text = decodeUtf8(read.bytes);
  if (text === undefined) throw new ProblemError("InvalidJson", "the body is not UTF-8 text");
  return text;
}

function parseJson(text: string, otherType?: string): Json {
  const read = readJson(text);
  if (read.ok) return read.value;
  if (read.code !== "NotJson") throw new ProblemError("InvalidRequest", `body: ${read.detail}`);
  const remedy = otherType === undefined ? "" : `; if it is not meant to be, send it as ${otherType}`;
  throw new ProblemError("InvalidJson", `the body is not JSON: ${read.detail}${remedy}`);
}

function check(schema: z.ZodType, value: unknown, place: "path" | "query" | "body"): unknown {
  const parsed = parseJsonValue(schema, value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue) => describe(schema, issue, place));
  const [first] = errors;
  throw new ProblemError("InvalidRequest", `${first?.path}: ${first?.message}`, { errors });
}

function describe(
  schema: z.ZodType,
  issue: z.core.$ZodIssue,
  place: string,
): { path: string; message: string }[] {
  const path = [place, ...issue.path.map(String)].join(".");
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(schema, issue.path);
    return issue.keys.map((key) => ({ path: `${path}.${key}`, message: unknown(key, known) }));
  }
  if (issue.code === "invalid_union") {
    const missing = onlyMissing(issue.errors);
    if (missing) return [{ path, message: `must hold one of ${missing.join(", ")}` }];
    const [inner] = issue.errors.toSorted((a, b) => depthOf(b) - depthOf(a) || a.length - b.length);
    if (inner && inner.length > 0) return inner.flatMap((one) => describe(schema, one, path));
  }
  return [{ path, message: issue.message }];
}

function unknown(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return meant === undefined ? "is not known here" : `is not known here: did you mean "${meant}"?`;
}

/** Where each of several shapes lacks one key and is well otherwise, those keys. */
function onlyMissing(errors: readonly (readonly z.core.$ZodIssue[])[]): string[] | undefined {
  const keys = errors.map(([first, ...more]) =>
    first?.path.length === 1 && more.length === 0 ? String(first.path[0]) : undefined,
  );
  const distinct = new Set(keys);
  return keys.length > 1 && distinct.size === keys.length && !distinct.has(undefined)
    ? keys.map(String)
    : undefined;
}

/** Of several shapes the one was meant that fits the furthest; of those the one of which least is wrong. */
function depthOf(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length));
}
