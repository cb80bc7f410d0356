import { expect, test } from "vitest";
import type { Env } from "../../src/env.ts";
import { isFromOwnPage, visitOf } from "../../src/http/session/visit.ts";

const PROXY = { "x-forwarded-proto": "https", "x-forwarded-host": "mill.example" };

function visit(url: string, headers: Record<string, string> = {}, trust?: string) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of it is looked at
  return visitOf(new Request(url, { headers }), { ...(trust && { TRUST_PROXY: trust }) } as Env);
}

test("a proxy that is trusted says how the service was called", () => {
  const seen = visit("http://10.0.0.7:8787/v1/session", PROXY, "true");
  expect(seen).toMatchObject({ origin: "https://mill.example", isSecure: true, isLoopback: false });
  expect(isFromOwnPage(new Headers({ origin: "https://mill.example" }), seen)).toBe(true);
  expect(isFromOwnPage(new Headers({ origin: "http://10.0.0.7:8787" }), seen)).toBe(false);
});

test.each([
  ["of several proxies the first", { ...PROXY, "x-forwarded-proto": "https, http" }, "https://mill.example"],
  ["its host may be the service's", { "x-forwarded-proto": "https" }, "https://10.0.0.7:8787"],
  ["it makes no sense", { "x-forwarded-proto": "gopher" }, "http://10.0.0.7:8787"],
  ["nor does its host", { "x-forwarded-host": "a b" }, "http://10.0.0.7:8787"],
])("%s", (_, headers, origin) => {
  expect(visit("http://10.0.0.7:8787/", headers, "true").origin).toBe(origin);
});

test.each([undefined, "false", "1"])("one that is not trusted (%s) says nothing", (trust) => {
  expect(visit("http://10.0.0.7:8787/", PROXY, trust)).toMatchObject({
    origin: "http://10.0.0.7:8787",
    isSecure: false,
  });
});

test.each([
  ["http://127.0.0.1:1/", true],
  ["http://127.9.9.9/", true],
  ["http://localhost/", true],
  ["http://[::1]/", true],
  ["http://localhost.example/", false],
  ["http://127.0.0.1.example/", false],
  ["http://10.0.0.1/", false],
])("%s comes from this machine: %s", (url, isLoopback) => {
  expect(visit(url).isLoopback).toBe(isLoopback);
});
