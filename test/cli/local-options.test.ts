import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { secretFile, writeCredentials } from "../../src/cli/local/credentials.ts";
import { readOptions } from "../../src/cli/local/options.ts";

describe("the options of npm start and npm run dev", () => {
  test("have defaults", () => {
    expect(readOptions([], "dev")).toMatchObject({ port: 8787, data: resolve(".millrace"), verbose: false });
  });

  test.each([
    [["--port", "8o80"], '--port takes a number from 1 to 65535, not "8o80"'],
    [["--port", "0"], "--port takes a number"],
    [["--data", ""], "--data takes the path of a folder"],
    [["--data", " "], "--data takes the path of a folder"],
    [["--prot", "1"], "options: -- --port 8787"],
    [["--once"], "--once is for npm start"],
    [["--help"], "options: -- --port 8787"],
    [["-h"], "options: -- --port 8787"],
  ])("%j is answered with what they are", (args, message) => {
    expect(() => readOptions(args, "dev")).toThrow(message);
  });
});

describe("a data folder that cannot be used is told in a sentence", () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-data-"));

  test("where a file stands", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const words = `the data folder ${file} cannot be used (`;
    expect(() => secretFile(file)).toThrow(words);
    expect(() => secretFile(join(file, "inside"))).toThrow("name another one with -- --data FOLDER");
  });

  test("where its credentials cannot be written", async () => {
    mkdirSync(join(folder, "credentials.json"));
    await expect(writeCredentials(folder, "http://127.0.0.1:8787")).rejects.toThrow("cannot be used (EISDIR");
  });
});
