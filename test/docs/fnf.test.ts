import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ACTIONS } from "../../src/protocols/fnf/actions.ts";

const ROOT = join(import.meta.dirname, "../..");

function cells(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(2)
    .map((row) =>
      row
        .slice(2, -2)
        .split(" | ")
        .map((cell) => cell.replaceAll("`", "").trim()),
    );
}

function section(text: string, heading: string): string {
  return text.split(`\n${heading}\n`)[1]?.split("\n#")[0] ?? "";
}

test("the description of FnF's protocol lists every action, what it needs, and what a replay of it is", () => {
  const text = readFileSync(join(ROOT, "src/protocols/fnf/README.md"), "utf8").replaceAll("`", "");
  const wanted = ACTIONS.map(({ name, does, needs, replay }) => [
    name,
    does.replaceAll("`", ""),
    needs,
    replay,
  ]);
  expect(cells(section(text, "## Actions"))).toEqual(wanted);
});

test("it says of every action how compatible it is", () => {
  const text = readFileSync(join(ROOT, "src/protocols/fnf/README.md"), "utf8");
  const named = cells(section(text, "## How compatible each is")).flatMap(([actions = ""]) =>
    actions.split(", "),
  );
  expect(named.toSorted()).toEqual(ACTIONS.map(({ name }) => name).toSorted());
});
