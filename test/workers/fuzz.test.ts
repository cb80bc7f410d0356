import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { MediaType, Parameter } from "../../src/http/openapi/shapes.ts";
import type { JsonSchema } from "../../src/http/openapi/schemas.ts";
import { flowOf, taskStep } from "../support/flows.ts";
import { fitting } from "../support/from-schema.ts";
import { ask, bearer, call } from "./call.ts";
import { API, type Described, OPERATIONS, expectConforming, misfits } from "./conformance.ts";

declare const FUZZ_RUNS: string;
const RUNS = Number(FUZZ_RUNS);

/** Something of this name is there, so that not every request is for nothing. */
const KNOWN = "fuzz";

beforeEach(async () => {
  await call("PUT", `/v1/queues/${KNOWN}`, {});
  await call(
    "PUT",
    `/v1/flows/${KNOWN}`,
    flowOf(taskStep("t", "").replace("queues/work", `queues/${KNOWN}`)),
  );
  await call("PUT", `/v1/flows/${KNOWN}/schedules/${KNOWN}`, { cron: "@yearly" });
  await call("POST", `/v1/flows/${KNOWN}/executions`, { name: KNOWN });
});

interface Request {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly body?: unknown;
}

const OPERATION_CASES = OPERATIONS.map((one) => [one.operation.operationId, one] as const);

function requests({ operation }: Described): fc.Arbitrary<Request> {
  const { parameters, requestBody } = operation;
  const values = (place: Parameter["in"]) => {
    const wanted = parameters.filter((one) => one.in === place);
    const parts = wanted.map(({ name, schema }) => {
      const value = fitting(API, schema, name);
      const isKnown = place === "path" && name !== "key";
      return [name, isKnown ? fc.oneof(value, { arbitrary: fc.constant(KNOWN), weight: 3 }) : value];
    });
    const requiredKeys = wanted.filter(({ required }) => required).map(({ name }) => name);
    return fc.record(Object.fromEntries(parts) as Record<string, fc.Arbitrary<unknown>>, { requiredKeys });
  };
  const base = {
    params: values("path"),
    query: values("query"),
    headers: values("header") as fc.Arbitrary<Request["headers"]>,
  };
  if (!requestBody) return fc.record(base);
  const contents = Object.entries(requestBody.content).map(([type, { schema }]) =>
    fc.record({ type: fc.constant(type), body: fitting(API, schema) }),
  );
  return fc.tuple(fc.record(base), fc.oneof(...contents)).map(([first, second]) => ({ ...first, ...second }));
}

async function send({ path, method }: Described, request: Request): Promise<Response> {
  const target = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(request.params[name])),
  );
  const query = new URLSearchParams(
    Object.entries(request.query).map(([key, value]) => [key, String(value)]),
  );
  const { type, body } = request;
  const content = type === undefined ? {} : { "content-type": type };
  const text = type?.endsWith("json") ? JSON.stringify(body) : String(body);
  return ask(`${target}?${query.toString()}`, {
    method,
    headers: { authorization: await bearer(), ...content, ...request.headers },
    ...(type !== undefined && { body: text }),
  });
}

describe("a request that the document allows", () => {
  test.each(OPERATION_CASES)("%s is read, and answered as it says", async (_, operation) => {
    const property = fc.asyncProperty(requests(operation), async (request) => {
      const response = await send(operation, request);
      expect(response.status).toBeLessThan(500);
      if (response.status < 400) return;
      const { code } = (await response.json()) as { code: string };
      expect(["InvalidRequest", "InvalidJson", "UnsupportedMediaType", "NotFound"]).not.toContain(code);
    });
    await fc.assert(property, { numRuns: RUNS });
  });
});

/** A request of which one part does not fit, and which. */
function brokenRequests(operation: Described): fc.Arbitrary<{ request: Request; broken: string }> {
  return requests(operation).chain((request) => {
    const unknown = fc.constant({
      request: { ...request, query: { ...request.query, surplus: "1" } },
      broken: "surplus",
    });
    const ways: fc.Arbitrary<{ request: Request; broken: string }>[] = [unknown];
    for (const { name, in: place, schema } of operation.operation.parameters) {
      const part = place === "path" ? "params" : place === "query" ? "query" : undefined;
      if (!part) continue;
      const texts = fc
        .string({ minLength: part === "params" ? 1 : 0 })
        .filter((text) => isMisfit(schema, text) && !/^\.+$/.test(text));
      if (!acceptsAnyText(schema)) {
        ways.push(
          texts.map((text) => ({
            request: { ...request, [part]: { ...request[part], [name]: text } },
            broken: name,
          })),
        );
      }
    }
    const json = operation.operation.requestBody?.content["application/json"];
    if (json)
      ways.push(
        ...brokenBodies(json).map((way) =>
          way.map(({ body, broken }) => ({
            request: { ...request, type: "application/json", body },
            broken,
          })),
        ),
      );
    return fc.oneof(...ways);
  });
}

function acceptsAnyText(schema: JsonSchema): boolean {
  return schema.type === "string" && schema.pattern === undefined && schema.enum === undefined;
}

function isMisfit(schema: JsonSchema, text: string): boolean {
  const isNumber = schema.type === "integer";
  return misfits(schema, isNumber && /^-?\d+$/.test(text) ? Number(text) : text).length > 0;
}

function brokenBodies({ schema }: MediaType): fc.Arbitrary<{ body: unknown; broken: string }>[] {
  const noObject = fc
    .jsonValue()
    .filter((body) => typeof body !== "object" || body === null || Array.isArray(body))
    .map((body) => ({ body, broken: "all" }));
  const surplus = fitting(API, schema).map((body) => ({
    body: { ...(body as object), surplus: 1 },
    broken: "surplus",
  }));
  const whole = resolve(schema);
  const parts = Object.entries(whole.properties ?? {}).map(([name, part]) => {
    const inner = part as JsonSchema;
    // What lies in a list is looked at one by one, and has a verdict of its own.
    const wrong = fc.jsonValue().filter((value) => !Array.isArray(value) && misfits(inner, value).length > 0);
    const rest = fitting(API, whole);
    return fc
      .tuple(rest, wrong)
      .map(([body, value]) => ({ body: { ...(body as object), [name]: value }, broken: name }));
  });
  const isTolerant = Object.entries(whole.properties ?? {}).map(([, part]) =>
    Object.keys(part as object).every((key) => key === "description"),
  );
  const missing = (whole.required ?? []).map((name) =>
    fitting(API, whole).map((body) => ({
      body: Object.fromEntries(Object.entries(body as object).filter(([key]) => key !== name)),
      broken: `no ${name}`,
    })),
  );
  return [noObject, surplus, ...parts.filter((_, position) => !isTolerant[position]), ...missing];
}

function resolve(schema: JsonSchema): JsonSchema {
  const name = schema.$ref?.split("/").at(-1);
  return name === undefined ? schema : (API.components.schemas[name] ?? {});
}

describe("a request that the document forbids", () => {
  test.each(OPERATION_CASES)("%s is refused with the place", async (_, operation) => {
    const property = fc.asyncProperty(brokenRequests(operation), async ({ request, broken }) => {
      const response = await send(operation, request);
      const body = (await response.json()) as { code: string; errors?: { path: string }[] };
      expect([broken, response.status]).toEqual([broken, 400]);
      if (body.code === "InvalidRequest") expect(body.errors?.length).toBeGreaterThan(0);
    });
    await fc.assert(property, { numRuns: RUNS });
  });
});

describe("what is held against the document", () => {
  const json = { "content-type": "application/json" };
  const id = { "x-request-id": "3f6c1f0e-6f0d-4a53-9b9c-2d6d1b1f0c55" };
  const good = { status: "ok", version: "1" };

  test.each<[string, object, number, Record<string, string>]>([
    ["another status", good, 202, { ...json, ...id }],
    ["another type", good, 200, { "content-type": "text/html", ...id }],
    ["no request id", good, 200, json],
    ["a strange request id", good, 200, { ...json, "x-request-id": "1" }],
    ["a missing part", { status: "ok" }, 200, { ...json, ...id }],
    ["a surplus part", { ...good, more: 1 }, 200, { ...json, ...id }],
  ])("and has %s is found out", async (_, body, status, headers) => {
    const response = Response.json(body, { status, headers });
    await expect(expectConforming("GET", "/v1/health", response)).rejects.toThrow("against the document");
  });

  test("and is as it says is not", async () => {
    await expectConforming("GET", "/v1/health", Response.json(good, { headers: { ...json, ...id } }));
  });
});
