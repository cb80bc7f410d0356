import { expect, test } from "vitest";
import { type RuntimeOptions, runtimeConfiguration } from "../../../src/cli/serve/runtime-configuration.ts";

const OPTIONS: RuntimeOptions = {
  name: "millrace",
  compatibilityDate: "2026-10-23",
  compatibilityFlags: [],
  objects: { FLOWS: "FlowObject" },
  variables: ["MASTER_KEY"],
  assets: { binding: "ASSETS", folder: "/opt/millrace/dist" },
  objectFolder: "/var/lib/millrace/state/v3/do",
  address: "127.0.0.1:8787",
  isTls: false,
  mayCallPrivate: false,
};

test("objects have the keys and the place that Miniflare gives them, so that either opens what the other wrote", () => {
  const text = runtimeConfiguration(OPTIONS);
  expect(text).toContain('(className = "FlowObject", uniqueKey = "millrace-FlowObject", enableSql = true)');
  expect(text).toContain('(name = "FLOWS", durableObjectNamespace = "FlowObject")');
  expect(text).toContain(
    '(name = "objects", disk = (path = "/var/lib/millrace/state/v3/do", writable = true))',
  );
});

test("variables are named, and their values stand elsewhere", () => {
  expect(runtimeConfiguration(OPTIONS)).toContain(
    '(name = "MASTER_KEY", fromEnvironment = "MILLRACE_VARIABLE_MASTER_KEY")',
  );
});

test("the Cron Trigger's socket is this machine's alone", () => {
  const text = runtimeConfiguration({ ...OPTIONS, address: "0.0.0.0:80" });
  expect(text).toContain('(name = "entry", address = "0.0.0.0:80", http = (), service = "service")');
  expect(text).toContain('(name = "ticks", address = "127.0.0.1:0", http = (), service = "ticks")');
});

test.each([
  [false, '["public"]'],
  [true, '["public", "private"]'],
])("where private addresses may be called (%s), the network allows %s", (mayCallPrivate, allowed) => {
  expect(runtimeConfiguration({ ...OPTIONS, mayCallPrivate })).toContain(`network = (allow = ${allowed},`);
});

test("HTTPS has its key and its certificates beside it", () => {
  expect(runtimeConfiguration({ ...OPTIONS, isTls: true })).toContain(
    'address = "127.0.0.1:8787", https = (options = (), tlsOptions = (keypair = (privateKey = embed "tls-key.pem", certificateChain = embed "tls-cert.pem")))',
  );
});

test("a folder may have any name", () => {
  const text = runtimeConfiguration({ ...OPTIONS, objectFolder: 'a "b"\\c\u0001\n数' });
  expect(text).toContain(String.raw`path = "a \"b\"\\c\x01\n数"`);
});

test("without built files there is no binding for them", () => {
  const { assets: _, ...others } = OPTIONS;
  expect(runtimeConfiguration(others)).not.toContain("ASSETS");
});
