import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readConfiguration } from "../../src/cli/local/configuration.ts";

const FILE = join(mkdtempSync(join(tmpdir(), "millrace-configuration-")), "wrangler.toml");

function write(vars: string, main = 'main = "index.ts"'): void {
  writeFileSync(FILE, `name = "kept"\n${main}\ncompatibility_date = "2026-10-23"\n[vars]\n${vars}\n`);
}

test("a configuration that was read before is the same, and another one is read anew", async () => {
  write('WORD = "first"');
  const first = await readConfiguration(FILE);
  expect(first).toMatchObject({ name: "kept", variables: { WORD: "first" } });
  expect(await readConfiguration(FILE)).toEqual(first);
  write('WORD = "second"');
  expect(await readConfiguration(FILE)).toMatchObject({ variables: { WORD: "second" } });
  write("");
  expect((await readConfiguration(FILE)).variables).toEqual({});
});

test("what is wrong with it is said each time", async () => {
  write("", "");
  for (const _ of ["first", "again"])
    await expect(readConfiguration(FILE)).rejects.toThrow("names no Worker and its code");
});
