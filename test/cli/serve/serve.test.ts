import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { serve } from "../../../src/cli/serve/main.ts";

afterEach(() => vi.restoreAllMocks());

function newData(): string {
  return mkdtempSync(join(tmpdir(), "millrace-serve-"));
}

test.each([
  [["--host", "192.0.2.1"], /--host 192\.0\.2\.1 is no address of this machine/],
  [["--tls-cert", "cert.pem"], /--tls-cert and --tls-key belong together/],
  [["--tls-key", "key.pem"], /--tls-cert and --tls-key belong together/],
  [["--tls-cert", "none.pem", "--tls-key", "none.pem"], /--tls-cert cannot be read: .*none\.pem/],
])("%j is refused with a remedy", async (options, words) => {
  await expect(serve(["serve", "--data", newData(), ...options])).rejects.toThrow(words);
});

test("a port that is in use is refused, and the folder is free again", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const address = taken.address();
  const port = typeof address === "object" ? String(address?.port) : "";
  const words = ["serve", "--data", newData(), "--port", port];
  for (let start = 0; start < 2; start++)
    await expect(serve(words)).rejects.toThrow(
      /is in use: end what listens there, or choose another one with --port N/,
    );
  taken.close();
});

test.each([
  [["--port", "x"], "a number from 1 to 65535"],
  [["--port", "0"], "a number from 1 to 65535"],
  [["--colour"], "unknown option '--colour'"],
  [["more"], "too many arguments"],
])("%j is no way to call it, which ends with 2", async (options, words) => {
  const told = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  expect(await serve(["serve", ...options])).toBe(2);
  expect(told.mock.calls.join()).toContain(words);
});

test("a unit for systemd is printed with whole paths", async () => {
  const said = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  expect(await serve(["serve", "--print-unit", "--data", "mill data", "--trust-proxy"])).toBe(0);
  expect(said.mock.calls.join()).toContain(
    `millrace serve --host 127.0.0.1 --port 8787 --data "${join(process.cwd(), "mill data")}" --trust-proxy\n`,
  );
});
