import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";
import { createApp } from "../../src/http/app.ts";
import type { OpenApi, Operation } from "../../src/http/openapi/shapes.ts";

const ORIGIN = "https://millrace.example";

async function ask(path: string, method = "GET"): Promise<Response> {
  return createApp().request(`${ORIGIN}${path}`, { method });
}

const api = (await (await ask("/openapi.json")).json()) as OpenApi;
const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
);

describe("the API's document", () => {
  test("is OpenAPI 3.1", async () => {
    const result = await new Validator().validate({ ...api });
    expect(result).toMatchObject({ valid: true });
    expect(api.openapi).toBe("3.1.0");
    expect(api.servers).toEqual([{ url: ORIGIN }]);
  });

  test("refers only to what it holds, and holds only what it refers to", () => {
    const text = JSON.stringify(api);
    const used = new Set([...text.matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].map(([, name]) => name));
    const { schemas, responses } = api.components;
    const held = [
      ...Object.keys(schemas).map((name) => `schemas/${name}`),
      ...Object.keys(responses).map((name) => `responses/${name}`),
    ];
    expect([...used].toSorted()).toEqual(held.toSorted());
  });

  test("names each operation once", () => {
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(ids.length).toBeGreaterThan(35);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/);
  });

  test.each(operations)("of %s tells every parameter, with words for people", (name, { parameters }) => {
    const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, word]) => word);
    expect(parameters.filter((one) => one.in === "path").map((one) => one.name)).toEqual(inPath);
    for (const { description } of parameters) expect(description).toMatch(/\w{3}/);
  });

  test("has patterns that mean the same in every language", () => {
    const patterns = [...JSON.stringify(api).matchAll(/"pattern":"((?:[^"\\]|\\.)*)"/g)].map(
      ([, one]) => one,
    );
    expect(patterns.length).toBeGreaterThan(10);
    for (const pattern of patterns) expect(pattern).toMatch(/^\^(?!.*(?:\\\\[dwWD]|\[\^\])).*\$$/);
  });

  test("says who may call what", () => {
    const securityOf = (name: string) => operations.find(([one]) => one === name)?.[1].security;
    expect(securityOf("post /v1/tasks/succeed")).toEqual([]);
    expect(securityOf("get /v1/health")).toEqual([]);
    expect(securityOf("delete /v1/flows/{flow}")).toEqual([{ accessKey: ["admin", "operator"] }]);
    expect(securityOf("get /v1/audit")).toEqual([{ accessKey: ["admin"] }]);
  });
});

describe.each(["/openapi.json", "/docs", "/docs/style.css"])("%s", (path) => {
  test("is for everybody", async () => {
    const response = await ask(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/);
  });

  test("is only read", async () => {
    const response = await ask(path, "POST");
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET"]);
  });
});

describe("the page for people", () => {
  test("tells of every operation and schema, without a script or anything from elsewhere", async () => {
    const text = await (await ask("/docs")).text();
    for (const [, { operationId }] of operations) expect(text).toContain(`id="${operationId}"`);
    for (const name of Object.keys(api.components.schemas)) expect(text).toContain(`id="${name}"`);
    expect(text).not.toMatch(/<script|<style|style=|<img|src=|undefined|\[object/);
    const targets = [...text.matchAll(/href="([^"]+)"/g)].map(([, target = ""]) => target);
    for (const target of targets.filter((one) => !one.startsWith("/")))
      expect(text).toContain(`id="${target.slice(1)}"`);
  });

  test("has its style in a file beside it", async () => {
    const [, path = ""] =
      /<link rel="stylesheet" href="([^"]+)"/.exec(await (await ask("/docs")).text()) ?? [];
    const response = await ask(path);
    expect(response.headers.get("content-type")).toBe("text/css; charset=utf-8");
    expect(await response.text()).not.toMatch(/@import|url\(/);
  });
});
