import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { secretFile } from "../../src/cli/local/credentials.ts";
import { readSecrets } from "../../src/cli/local/secrets.ts";

/** A data folder whose file of secrets has these lines. */
function folder(text: string, mode = 0o600): string {
  const data = mkdtempSync(join(tmpdir(), "millrace-secrets-"));
  onTestFinished(() => rmSync(data, { recursive: true }));
  const file = join(data, "secrets.env");
  writeFileSync(file, text);
  chmodSync(file, mode);
  return data;
}

test("the local service takes the secrets of flows, and no other variable, from its own file", () => {
  const data = folder(
    "MASTER_KEY=abc\n# a comment\nMILLRACE_SECRET_PAY_KEY='sk # 1'\nMILLRACE_SECRET_PLAIN=a=b\nOTHER=1\n",
  );
  expect(readSecrets(data)).toEqual({ MILLRACE_SECRET_PAY_KEY: "sk # 1", MILLRACE_SECRET_PLAIN: "a=b" });
});

test("a file that others may read is refused, with the remedy", () => {
  expect(() => readSecrets(folder("MILLRACE_SECRET_A=1\n", 0o644))).toThrow(/chmod 600 .*secrets\.env/);
});

test("a secret that is too long for the platform is refused by name, not by value", () => {
  const data = folder(`MILLRACE_SECRET_LONG=${"x".repeat(5121)}\n`);
  expect(() => readSecrets(data)).toThrow(/^MILLRACE_SECRET_LONG is longer than the 5120 bytes/);
});

test("a first start makes the file, for its owner only", () => {
  const data = mkdtempSync(join(tmpdir(), "millrace-secrets-"));
  onTestFinished(() => rmSync(data, { recursive: true }));
  expect(readSecrets(data)).toEqual({});
});

test("secrets that were written down before the first start stay, and the service's own joins them", () => {
  const data = folder("MILLRACE_SECRET_A=1");
  const first = readFileSync(secretFile(data), "utf8");
  expect(first).toMatch(/^MILLRACE_SECRET_A=1\nMASTER_KEY=\S{43}\n$/);
  expect(readFileSync(secretFile(data), "utf8")).toBe(first);
  expect(readSecrets(data)).toEqual({ MILLRACE_SECRET_A: "1" });
});

test("a key that is gone from a folder with state is not replaced: nothing in there could be read with another one", () => {
  const data = folder("MILLRACE_SECRET_A=1\n");
  mkdirSync(join(data, "state"));
  expect(readFileSync(secretFile(data), "utf8")).toBe("MILLRACE_SECRET_A=1\n");
});
