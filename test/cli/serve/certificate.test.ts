import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { readCertificate } from "../../../src/cli/serve/certificate.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "millrace-tls-"));
const cert = join(FOLDER, "cert.pem");
const key = join(FOLDER, "key.pem");

function openssl(...words: string[]): void {
  execFileSync("openssl", words, { cwd: FOLDER, stdio: "pipe" });
}

beforeAll(() => {
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
  const names = ["-subj", "/CN=mill", "-addext", "subjectAltName=DNS:*.example,DNS:mill.example"];
  openssl("req", "-x509", ...kind, "-nodes", "-keyout", "key.pem", "-out", "cert.pem", ...names);
  openssl("genpkey", "-algorithm", "ed25519", "-out", "other.pem");
  openssl("pkey", "-in", "key.pem", "-aes256", "-passout", "pass:x", "-out", "locked.pem");
  writeFileSync(join(FOLDER, "empty.pem"), "");
});

test("a certificate and its key are read, with the first name of one machine", () => {
  const read = readCertificate({ cert, key });
  expect(read.name).toBe("mill.example");
  expect(read.chain).toContain("BEGIN CERTIFICATE");
  expect(read.key).toContain("BEGIN PRIVATE KEY");
  expect(read.validUntil).toBeGreaterThan(Date.now());
});

test.each([
  ["a file that is not there", { cert: "none.pem" }, /--tls-cert cannot be read: .*none\.pem/],
  ["a key in the place of the certificate", { cert: "key.pem" }, /--tls-cert .* holds no certificate/],
  ["an empty certificate", { cert: "empty.pem" }, /--tls-cert .* holds no certificate/],
  ["an empty key", { key: "empty.pem" }, /--tls-key .* holds no private key/],
  ["another certificate's key", { key: "other.pem" }, /--tls-key .* is not the key of the first certificate/],
  ["a key that is locked", { key: "locked.pem" }, /locked with a passphrase.*openssl pkey -in/],
])("%s is refused with its place and a remedy", (_, files, message) => {
  const named = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, join(FOLDER, file)]));
  expect(() => readCertificate({ cert, key, ...named })).toThrow(message);
});
