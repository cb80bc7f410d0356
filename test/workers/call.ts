import { env, exports } from "cloudflare:workers";
import { expect } from "vitest";
import { FIRST_ADMIN_KEY_ID, accessKeySecret } from "../../src/auth/access-key.ts";
import { masterKey } from "../../src/auth/master-key.ts";
import { flowOf } from "../support/flows.ts";
import { expectConforming } from "./conformance.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers with their own expectations
  readonly body: any;
}

export async function bearer(): Promise<string> {
  const master = await masterKey(env.MASTER_KEY);
  if (!master) throw new Error("the suite has a master key");
  return `Bearer ${FIRST_ADMIN_KEY_ID}.${await accessKeySecret(master, FIRST_ADMIN_KEY_ID)}`;
}

/** One request to the Worker; its answer must be one that the API's document tells of. */
export async function ask(
  path: string,
  init: RequestInit = {},
  origin = "http://service",
): Promise<Response> {
  const response = await exports.default.fetch(`${origin}${path}`, init);
  await expectConforming(init.method ?? "GET", path, response);
  return response;
}

/** As `ask`, with the first admin key; a body that is text is sent as YAML. */
export async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const isText = typeof body === "string";
  const response = await ask(path, {
    method,
    headers: {
      authorization: await bearer(),
      ...(body !== undefined && { "content-type": isText ? "application/yaml" : "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  return {
    status: response.status,
    headers: response.headers,
    body: type.includes("json") ? JSON.parse(text) : text,
  };
}

let counter = 0;

/** A name nobody else uses: objects are shared by the tests of a file. */
export function unique(prefix: string): string {
  return `${prefix}-${counter++}-${crypto.randomUUID().slice(0, 8)}`;
}

/** Stores a flow of these steps, and gives its name. */
export async function flow(...steps: string[]): Promise<string> {
  const name = unique("flow");
  const { status, body } = await call("PUT", `/v1/flows/${name}`, flowOf(...steps));
  expect([status, body.diagnostics]).toEqual([201, expect.anything()]);
  return name;
}

/** Runs a flow to its end, and gives its head. */
export async function run(name: string, input: object = {}) {
  const { body } = await call("POST", `/v1/flows/${name}/executions?wait=30`, { input });
  return body;
}

/** Looks again until something is there. */
export async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await scheduler.wait(10);
  }
}
