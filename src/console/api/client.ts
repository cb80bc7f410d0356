import type { Problem } from "./types.ts";

/** What the service answered instead. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** No answer: the network is away, or the service is. */
export class OfflineError extends Error {}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Answer<T> {
  readonly data: T;
  readonly etag?: string;
}

/** What is told when a call says that nobody is signed in. */
let signedOut: () => void = () => {};

export function onSignedOut(tell: () => void): void {
  signedOut = tell;
}

export function address(path: string, query: Query = {}): string {
  const words = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([key, value]) => [key, String(value)]);
  const search = new URLSearchParams(words).toString();
  return search === "" ? path : `${path}?${search}`;
}

/** Parts of a path, each written so that no name can leave its place. */
export function pathOf(...parts: readonly string[]): string {
  return `/v1/${parts.map(encodeURIComponent).join("/")}`;
}

/** Undefined when what the etag stands for is still right. Throws a `ProblemError` or an `OfflineError`. */
export async function read<T>(
  url: string,
  etag?: string,
  signal?: AbortSignal,
): Promise<Answer<T> | undefined> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (etag !== undefined) headers["if-none-match"] = etag;
  const response = await send(url, { headers, ...(signal && { signal }) });
  if (response.status === 304) return undefined;
  const newTag = response.headers.get("etag");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the service keeps its contract
  return { data: (await bodyOf(response)) as T, ...(newTag !== null && { etag: newTag }) };
}

/** A call that changes something. */
export async function write<T>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  url: string,
  body?: unknown,
): Promise<T> {
  const init: RequestInit = { method, headers: { accept: "application/json" } };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { accept: "application/json", "content-type": "application/json" };
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the service keeps its contract
  return (await bodyOf(await send(url, init))) as T;
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, cache: "no-store" });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new OfflineError("no answer", { cause: error });
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  const body: unknown = isJson && text !== "" ? JSON.parse(text) : text;
  if (response.ok) return body;
  const problem = isProblem(body) ? body : unreadable(response, text);
  if (problem.status === 401) signedOut();
  throw new ProblemError(problem);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "status" in body && "detail" in body && "code" in body;
}

/** Something between here and the service answered for it. */
function unreadable({ status, statusText }: Response, text: string): Problem {
  const detail = text.slice(0, 200) || statusText;
  return { type: "about:blank", title: statusText, status, detail, code: "Unreadable", requestId: "" };
}
