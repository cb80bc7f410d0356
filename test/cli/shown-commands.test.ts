import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/millrace/commands.ts";

const CONSOLE = join(import.meta.dirname, "../../src/console");
const built = new Map(COMMANDS.map((build) => build({ exitCode: 0 })).map((one) => [one.name(), one]));

/** As far as no code puts words in. */
const SHOWN = /npx millrace ([a-z][a-z -]*[a-z])/g;

/** A command line that names nothing that there is; behind a command stand its arguments, behind a group its commands. */
function unknownIn(line: string): string | undefined {
  let known: readonly Command[] = [...built.values()];
  for (const word of line.split(" ")) {
    // Options are behind what they are of.
    if (word.startsWith("-")) return undefined;
    const next = known.find((one) => one.name() === word);
    if (!next) return known.length === 0 ? undefined : line;
    known = next.commands;
  }
  return undefined;
}

test.each([
  ["flow put hello hello.yaml", undefined],
  ["board", undefined],
  ["flows put hello", "flows put hello"],
  ["flow stor hello", "flow stor hello"],
])("knows of %j", (line, unknown) => {
  expect(unknownIn(line)).toBe(unknown);
});

test("the console shows and copies commands that there are", () => {
  const lines = globSync("**/*.{ts,tsx}", { cwd: CONSOLE }).flatMap((file) =>
    Array.from(readFileSync(join(CONSOLE, file), "utf8").matchAll(SHOWN), ([, line = ""]) => line),
  );
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter((line) => unknownIn(line) !== undefined)).toEqual([]);
});
