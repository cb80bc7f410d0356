import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Transition } from "../../src/core/engine/state/transition.ts";
import { TRANSITIONS } from "../../src/core/engine/steps/transitions.ts";

const README = readFileSync(join(import.meta.dirname, "../../src/core/README.md"), "utf8");

test("the core's README shows every move of a frame", () => {
  const rows = Object.entries<readonly Transition[]>(TRANSITIONS).flatMap(([fact, moves]) =>
    moves.map(({ of, from, to }) => `| \`${fact}\` | ${of} | ${from.join(", ")} | ${to.join(", ")} |`),
  );
  const section = README.split("\n## The moves of a frame\n")[1]?.split("\n## ")[0] ?? "";
  const shown = section.split("\n").filter((line) => line.startsWith("| `"));
  expect(shown).toEqual(rows);
});
